import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createIgnore } from '../../src/store/ignore.ts';
import { tempFolder } from '../support/temp-folder.ts';

test.each([
  ['.git', 'dir'],
  ['sub/.pipe', 'dir'],
  ['data/.gitignore', 'file'],
  ['src/__pycache__', 'dir'],
  ['src/a.pyc', 'file'],
  ['notebooks/.ipynb_checkpoints', 'dir'],
  ['.DS_Store', 'file'],
  ['src/.a.ts.swp', 'file'],
  ['src/a.ts~', 'file'],
  ['src/.#a.ts', 'file'],
  ['src/#a.ts#', 'file'],
  ['data/.tmp-0123456789abcdef', 'dir'],
] as const)('%s belongs to no folder', (path, kind) => {
  expect(createIgnore(tempFolder()).isIgnored(path, kind)).toBe(true);
});

test.each(['data/a.csv', '.env', 'a.py', '.gitattributes', 'swp', 'git', '.pipeline'])('%s does', (path) => {
  expect(createIgnore(tempFolder()).isIgnored(path, 'file')).toBe(false);
});

test('.pipeignore adds rules in gitignore syntax; .gitignore does not', () => {
  const root = tempFolder();
  writeFileSync(join(root, '.gitignore'), '*.csv\n');
  writeFileSync(join(root, '.pipeignore'), '# logs\n*.log\n!keep.log\n/scratch/\n');
  const rules = createIgnore(root);
  const ignored = (path: string, kind: 'file' | 'dir' = 'file') => rules.isIgnored(path, kind);
  expect(ignored('a/b/x.log')).toBe(true);
  expect(ignored('a/keep.log')).toBe(false);
  expect(ignored('scratch', 'dir')).toBe(true);
  expect(ignored('scratch', 'file')).toBe(false);
  expect(ignored('a/scratch', 'dir')).toBe(false);
  expect(ignored('a.csv')).toBe(false);
  expect(ignored('../elsewhere/x.log')).toBe(false);
});
