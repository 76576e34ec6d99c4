import { expect, test } from 'vitest';
import { withBlock } from '../../src/store/git-ignore.ts';

const BLOCK = '# pipe: outs and model state, kept by pipe (do not edit this block)\n/a\n/b\n# pipe: end\n';

test.each([
  ['an empty file', '', BLOCK],
  ['a file without a block', 'mine\n', `mine\n${BLOCK}`],
  ['a file whose last line has no end', 'mine', `mine\n${BLOCK}`],
  ['a block of other paths, with lines around it', `x\n${BLOCK.replace('/a\n', '/old\n')}y\n`, `x\n${BLOCK}y\n`],
  ['a block that is as it should be', `x\n${BLOCK}`, `x\n${BLOCK}`],
])('%s', (_, text, expected) => {
  expect(withBlock(text, ['a', 'b'])).toBe(expected);
});

test('without paths the block goes, and the rest stays', () => {
  expect(withBlock(`x\n${BLOCK}y\n`, [])).toBe('x\ny\n');
});

test('characters that mean something to git are escaped', () => {
  expect(withBlock('', ['a*b', 'c[1]', 'd '])).toContain('/a\\*b\n/c\\[1\\]\n/d\\ \n');
});
