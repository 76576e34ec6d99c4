/** One thing changes in a file that somebody wrote; every other byte stays. */
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { editYaml, type YamlEdit } from '../../src/core/yaml-edit.ts';
import { fc } from '../support/properties.ts';

const PIPELINE = `# the whole
stages:
  # cleans
  prepare:
    cmd: x   # why x

    deps: [a,   b]
  # learns
  train:
    cmd: |
      one
      two
    outs:
      - m   # the model
  score: {cmd: z, outs: [q]}

params: [p.yaml]
`;

/** The lines that are gone and those that are new. */
function changed(text: string, edit: YamlEdit) {
  const result = editYaml(text, edit);
  if (!result.ok) return result.error;
  const [was, now] = [text.split('\n'), result.value.split('\n')];
  return { gone: was.filter((line) => !now.includes(line)), added: now.filter((line) => !was.includes(line)) };
}

test.each<[string, YamlEdit, readonly string[], readonly string[]]>([
  ['a new key below the last', set(['stages', 'prepare', 'frozen'], true), [], ['    frozen: true']],
  ['a new key below a block', set(['stages', 'train', 'frozen'], true), [], ['    frozen: true']],
  [
    'a new key in braces',
    set(['stages', 'score', 'frozen'], true),
    ['  score: {cmd: z, outs: [q]}'],
    ['  score: {cmd: z, outs: [q], frozen: true}'],
  ],
  [
    'a value, its comment kept',
    set(['stages', 'prepare', 'cmd'], 'y'),
    ['    cmd: x   # why x'],
    ['    cmd: y   # why x'],
  ],
  [
    'a stage with the comment right above it',
    { kind: 'remove', path: ['stages', 'train'] },
    ['  # learns', '  train:', '    cmd: |', '      one', '      two', '    outs:', '      - m   # the model'],
    [],
  ],
  [
    'a key in braces',
    { kind: 'remove', path: ['stages', 'score', 'cmd'] },
    ['  score: {cmd: z, outs: [q]}'],
    ['  score: {outs: [q]}'],
  ],
  ['a name', { kind: 'rename', path: ['stages', 'train'], to: 'fit' }, ['  train:'], ['  fit:']],
  ['a list that is new', { kind: 'append', path: ['sources'], value: 'a b.csv' }, [], ['sources:', '  - a b.csv']],
  [
    'an item in brackets',
    { kind: 'append', path: ['params'], value: 'q' },
    ['params: [p.yaml]'],
    ['params: [p.yaml, q]'],
  ],
  ['an item on a line', { kind: 'append', path: ['stages', 'train', 'outs'], value: 'n' }, [], ['      - n']],
  [
    'an item out of a list',
    { kind: 'remove', path: ['stages', 'prepare', 'deps', 0] },
    ['    deps: [a,   b]'],
    ['    deps: [b]'],
  ],
  ['the last item of a list, and so the list', { kind: 'remove', path: ['params', 0] }, ['params: [p.yaml]'], []],
])('%s', (_, edit, gone, added) => {
  expect(changed(PIPELINE, edit)).toEqual({ gone, added });
});

function set(path: readonly (string | number)[], value: unknown, written = String(value)): YamlEdit {
  return { kind: 'set', path, value, written };
}

test.each([
  [
    'in JSON, as JSON',
    '{\n  "a": {\n    "b": 1\n  }\n}\n',
    set(['a', 'c'], 5n),
    '{\n  "a": {\n    "b": 1,\n    "c": 5\n  }\n}\n',
  ],
  ['with maps made on the way', 'a: 1\n', set(['b', 'c'], 5n), 'a: 1\nb: {c: 5}\n'],
  ['quoted where a comma would mean something else', 'a: {x: 1}\n', set(['a', 'x'], 'p, q'), 'a: {x: "p, q"}\n'],
  ['after a key without a value', 'a:\nb: 1\n', set(['a', 'x'], 1.5), 'a: {x: 1.5}\nb: 1\n'],
  ['into an empty file', '', set(['a'], 1n), 'a: 1\n'],
  ['at an end without a line end', 'a: 1', set(['b'], 2n), 'a: 1\nb: 2\n'],
  ['with the line ends of the file', 'a: 1\r\n', set(['b'], 2n), 'a: 1\r\nb: 2\r\n'],
  ['as it was typed', 'lr: 0.1 # learning rate\n', set(['lr'], 1000, '1e3'), 'lr: 1e3 # learning rate\n'],
  ['in place of a whole block', 'a:\n  b: 1\nc: 2\n', set(['a'], [1n, 2n], '[1, 2]'), 'a:\n  [1, 2]\nc: 2\n'],
])('a value is set %s', (_, text, edit, expected) => {
  expect(editYaml(text, edit)).toEqual({ ok: true, value: expected });
});

test.each([
  ['no YAML', 'a: [', set(['a'], 1n)],
  ['a key that is not there', 'a: 1\n', { kind: 'remove', path: ['b'] } as const],
  ['a path through a number', 'a: 1\n', set(['a', 'b'], 1n)],
])('%s is refused', (_, text, edit) => {
  expect(editYaml(text, edit).ok).toBe(false);
});

const key = fc.stringMatching(/^[a-z][a-z0-9_-]{0,5}$/);
const value = fc.oneof(fc.integer(), fc.boolean(), fc.string(), fc.constant(null));
const tree = fc.dictionary(key, fc.oneof(value, fc.dictionary(key, value, { minKeys: 1 })), { minKeys: 1 });

test('whatever is set reads as it was meant, and the rest as before', () => {
  fc.assert(
    fc.property(tree, fc.boolean(), key, value, (data, isFlow, name, now) => {
      const text = isFlow ? `${JSON.stringify(data)}\n` : blockText(data);
      const edited = editYaml(text, { kind: 'set', path: [name], value: typeof now === 'number' ? BigInt(now) : now });
      expect(edited.ok && parse(edited.value)).toEqual({ ...data, [name]: now });
    }),
  );
});

function blockText(data: object): string {
  return Object.entries(data)
    .map(([name, member]: [string, unknown]) =>
      typeof member === 'object' && member !== null
        ? `${JSON.stringify(name)}: # about ${name}\n${blockText(member).replaceAll(/^(?=.)/gm, '  ')}`
        : `${JSON.stringify(name)}: ${JSON.stringify(member)}\n`,
    )
    .join('');
}
