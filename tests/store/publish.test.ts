import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { publishFile } from '../../src/store/publish.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('a file gets its name with all its bytes and the mode asked for, whatever the umask', () => {
  const folder = tempFolder();
  const before = process.umask(0o077);
  try {
    publishFile(join(folder, 'deep/er/file'), 'text');
    publishFile(join(folder, 'run.sh'), 'x', { mode: 0o755 });
  } finally {
    process.umask(before);
  }
  expect(readFileSync(join(folder, 'deep/er/file'), 'utf8')).toBe('text');
  expect([statSync(join(folder, 'deep/er/file')).mode & 0o777, statSync(join(folder, 'run.sh')).mode & 0o777]).toEqual([
    0o644, 0o755,
  ]);
});

test('when the name cannot be given, the error says why and nothing is left behind', () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'taken/inside'), { recursive: true });
  expect(() => publishFile(join(folder, 'taken'), 'text')).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(readdirSync(folder)).toEqual(['taken']);
});

test('on a full disk the old file stays whole', ({ skip }) => {
  const folder = tempFolder();
  const small = join(folder, 'small');
  mkdirSync(small);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small]);
  } catch {
    skip('making a small disk needs root');
  }
  try {
    writeFileSync(join(small, 'file'), 'old');
    expect(() => publishFile(join(small, 'file'), 'x'.repeat(1_000_000))).toThrow('ENOSPC');
    expect(readFileSync(join(small, 'file'), 'utf8')).toBe('old');
    expect(readdirSync(small)).toEqual(['file']);
  } finally {
    execFileSync('umount', [small]);
  }
});
