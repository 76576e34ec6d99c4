import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createIgnore } from '../../src/store/ignore.ts';
import { listMatches } from '../../src/store/glob.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeTree } from './content-fixture.ts';

const TREE = {
  '.pipeignore': '*.tmp\n',
  'a.ts': '',
  src: {
    'b.ts': '',
    'B.ts': '',
    '.hidden.ts': '',
    'x.tmp': '',
    ml: { 'c.ts': '', deep: { 'd.ts': '', 'd.js': '' } },
    '.cache': { 'e.ts': '' },
    __pycache__: { 'f.ts': '' },
    loop: { link: '..' },
    'link.ts': { link: 'b.ts' },
  },
  'data set': { '1.csv': '', '10.csv': '', 'x.ts': { 'not a file.txt': '' } },
};

async function matches(pattern: string, exclude: readonly string[] = []): Promise<readonly string[]> {
  const root = tempFolder();
  writeTree(join(root, '.'), TREE);
  const listed = await listMatches({ root, pattern, ignore: createIgnore(root), exclude });
  return listed.ok ? listed.value : [listed.error.code];
}

test.each([
  ['src/**/*.ts', ['src/B.ts', 'src/b.ts', 'src/link.ts', 'src/ml/c.ts', 'src/ml/deep/d.ts']],
  ['*.ts', ['a.ts']],
  ['**/*.ts', ['a.ts', 'src/B.ts', 'src/b.ts', 'src/link.ts', 'src/ml/c.ts', 'src/ml/deep/d.ts']],
  ['src/*/*.ts', ['src/ml/c.ts']],
  ['src/{ml,none}/**/*.{ts,js}', ['src/ml/c.ts', 'src/ml/deep/d.js', 'src/ml/deep/d.ts']],
  ['data set/?.csv', ['data set/1.csv']],
  ['src/.*.ts', ['src/.hidden.ts']],
  ['src/*.tmp', []],
  ['nowhere/*.ts', []],
])('%s matches files only, sorted, without what is ignored or hidden', async (pattern, expected) => {
  expect(await matches(pattern)).toEqual(expected);
});

test('excluded files and folders never match', async () => {
  expect(await matches('src/**/*.ts', ['src/ml', 'src/b.ts'])).toEqual(['src/B.ts', 'src/link.ts']);
});
