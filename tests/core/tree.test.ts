import { expect, test } from 'vitest';
import { isEntryName, parseTree, renderTree, treeContent, type TreeEntry } from '../../src/core/tree.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { fc } from '../support/properties.ts';

const digest = digestOf('a');
const file: TreeEntry = { name: 'a.csv', type: 'file', digest, size: 3, files: 1 };

const names = fc.string({ unit: 'grapheme', minLength: 1 }).filter(isEntryName);
const entries = fc.uniqueArray(
  fc.oneof(
    fc.record({
      name: names,
      type: fc.constantFrom('file' as const, 'exec' as const, 'symlink' as const),
      digest: fc.string().map(digestOf),
      size: fc.maxSafeNat(),
      files: fc.constant(1),
    }),
    fc.record({
      name: names,
      type: fc.constant('dir' as const),
      digest: fc.string().map(digestOf),
      size: fc.nat(),
      files: fc.nat(),
    }),
  ),
  { selector: ({ name }) => name },
);

test('a node is one line an entry, in the order of UTF-16 code units', () => {
  const text = renderTree([
    file,
    { ...file, name: '\uFFEE' },
    { ...file, name: '😀', type: 'dir', files: 7 },
    { ...file, name: 'Z' },
  ]);
  expect(text).toBe(
    [
      `["Z","file","${digest}",3]`,
      `["a.csv","file","${digest}",3]`,
      `["😀","dir","${digest}",3,7]`,
      `["\uFFEE","file","${digest}",3]`,
      '',
    ].join('\n'),
  );
});

test('what is rendered is parsed back, whatever the names, and the order given does not matter', () => {
  fc.assert(
    fc.property(entries, (some) => {
      const parsed = parseTree(renderTree(some));
      expect(parsed.ok && renderTree(parsed.value)).toBe(renderTree([...some].reverse()));
      expect(parsed.ok && new Set(parsed.value)).toEqual(new Set(some));
    }),
  );
});

test('a folder is its node: digest of the text, sum of the sizes, number of files', () => {
  const below: TreeEntry = { name: 'b', type: 'dir', digest, size: 10, files: 4 };
  expect(treeContent([file, below])).toEqual({
    type: 'dir',
    digest: digestOf(renderTree([file, below])),
    size: 13,
    files: 5,
  });
});

test.each([
  ['no line feed at the end', `["a","file","${digest}",3]`],
  ['a name that leaves the folder', `["../a","file","${digest}",3]\n`],
  ['the folder itself', `[".","dir","${digest}",3,1]\n`],
  ['an empty name', `["","file","${digest}",3]\n`],
  ['a name that no file system has', `["\\ud800","file","${digest}",3]\n`],
  ['an unknown type', `["a","pipe","${digest}",3]\n`],
  ['no digest', `["a","file","abc",3]\n`],
  ['a negative size', `["a","file","${digest}",-1]\n`],
  ['a second spelling of a number', `["a","file","${digest}",3e0]\n`],
  ['a second spelling of a name', `["\\u0061","file","${digest}",3]\n`],
  ['white space', `["a", "file","${digest}",3]\n`],
  ['a count that only folders have', `["a","file","${digest}",3,1]\n`],
  ['a folder without its count', `["a","dir","${digest}",3]\n`],
  ['a name twice', `["a","file","${digest}",3]\n["a","file","${digest}",3]\n`],
  ['lines out of order', `["b","file","${digest}",3]\n["a","file","${digest}",3]\n`],
  ['no JSON', 'a\n'],
])('a text with %s is no node', (_, text) => {
  expect(parseTree(text).ok).toBe(false);
});

test('the node of an empty folder is the empty text', () => {
  expect(renderTree([])).toBe('');
  expect(parseTree('')).toEqual({ ok: true, value: [] });
});
