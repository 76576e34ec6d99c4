/** The Makefile and the pipeline of docs/coming-from-make.md make the same files, and differ as the page says. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pipe } from '../support/pipe-command.ts';
import { createRig, type Rig } from '../support/workspace.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/coming-from-make.md'), 'utf8');
const block = (language: string) => new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text)?.[1] ?? '';

const FILES = { 'words.txt': 'b\na\nb\nc\nb\na\n', 'report.sh': 'head -n "$1"\n' };

const folder = (): Rig => createRig({ ...FILES, 'pipeline.yaml': block('yaml') });

test('the pipeline makes the report, and a touched file runs nothing', async () => {
  const rig = folder();
  expect((await pipe(rig.root, 'repro', 'report.txt')).code).toBe(0);
  expect(rig.read('report.txt').trim().split(/\s+/)).toEqual(['3', 'b', '2', 'a', '1', 'c']);
  utimesSync(join(rig.root, 'words.txt'), new Date(), new Date());
  expect((await pipe(rig.root, 'status', '-q')).code).toBe(0);
});

test('a changed variable runs the stage that uses it, and a result that came out the same no other', async () => {
  const rig = folder();
  await pipe(rig.root, 'repro');
  rig.write('pipeline.yaml', rig.read('pipeline.yaml').replace('limit: 3', 'limit: 1'));
  expect((await pipe(rig.root, 'repro', '--json')).stdout).toContain('"ran":["report"]');
  rig.write('words.txt', 'a\nb\nb\nb\nc\na\n'); // another order: the same counts
  expect((await pipe(rig.root, 'repro', '--json')).stdout).toContain('"ran":["counts"]');
  await pipe(rig.root, 'clean');
  await pipe(rig.root, 'checkout');
  expect(rig.read('report.txt').trim()).toBe('3 b');
});

const hasMake = spawnSync('make', ['--version']).status === 0;

test.skipIf(!hasMake)('make makes the same files from the Makefile beside it', async () => {
  const rig = folder();
  const other = createRig({ ...FILES, Makefile: block('make') });
  execFileSync('make', ['-s'], { cwd: other.root });
  await pipe(rig.root, 'repro');
  expect(other.read('report.txt')).toBe(rig.read('report.txt'));
  expect(other.read('counts.txt')).toBe(rig.read('counts.txt'));
});
