/** Params files: the same value whatever the format, its type kept. */
import { expect, test } from 'vitest';
import { parseParams } from '../../src/core/params-file.ts';
import { selectParam } from '../../src/core/param-key.ts';
import type { ParamValue } from '../../src/core/param-value.ts';
import { fc } from '../support/properties.ts';

function parsed(file: string, text: string): ParamValue {
  const result = parseParams({ file, text });
  return result.ok ? result.value : expect.unreachable(JSON.stringify(result.error));
}

function told(file: string, text: string): readonly string[] {
  const result = parseParams({ file, text });
  if (result.ok || result.error.code !== 'params-invalid') return [];
  return result.error.problems.map(({ place, message }) => `${place.file}:${place.line}:${place.column} ${message}`);
}

test.each([
  ['yaml', 'a: 1\nb: 1.0\nc: [1e3, -0.0]\nd: {e: text, f: true, g: null}\n'],
  ['json', '{"a": 1, "b": 1.0, "c": [1e3, -0.0], "d": {"e": "text", "f": true, "g": null}}'],
])('%s: integers are bigint, floats are number', (suffix, text) => {
  expect(parsed(`params.${suffix}`, text)).toEqual({
    a: 1n,
    b: 1,
    c: [1000, -0],
    d: { e: 'text', f: true, g: null },
  });
});

test('toml: integers are bigint, floats are number, dates are text', () => {
  expect(parsed('p.toml', 'a = 1\nb = 1.0\nc = 1979-05-27\n[d]\ne = ["x", "y"]\n')).toEqual({
    a: 1n,
    b: 1,
    c: '1979-05-27',
    d: { e: ['x', 'y'] },
  });
});

test.each([
  ['an integer of any size', 'a: 12345678901234567890', { a: 12345678901234567890n }],
  ['a date is text', 'a: 2024-01-31', { a: '2024-01-31' }],
  ['yes and no are text', 'a: yes\nb: no', { a: 'yes', b: 'no' }],
  ['hexadecimal and octal', 'a: 0x1F\nb: 0o17', { a: 31n, b: 15n }],
  ['what is no number', 'a: .inf\nb: .nan', { a: Number.POSITIVE_INFINITY, b: Number.NaN }],
  ['anchors and merges', 'x: &x {a: 1}\ny: {<<: *x, b: 2}', { x: { a: 1n }, y: { a: 1n, b: 2n } }],
  ['an empty file has no parameters', '', {}],
])('yaml: %s', (_, text, value) => {
  expect(parsed('params.yaml', text)).toEqual(value);
});

test.each([
  ['params.yaml', 'a: 1\na: 2\n', 'params.yaml:2:1 this key stands here twice'],
  [
    'params.yaml',
    'a: [1\n',
    'params.yaml:2:1 not valid YAML: flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  ['p.json', '{"a": 1, "a": 2}', 'p.json:1:10 this key stands here twice'],
  ['p.json', '{"a":\n [1,]}', "p.json:2:5 not valid JSON: Unexpected token ']'"],
  ['p.json', '{"a":', 'p.json:1:6 not valid JSON: Unexpected end of JSON input'],
  ['p.json', '# no comments here\n{}', "p.json:1:1 not valid JSON: Unexpected token '#'"],
  ['p.toml', 'a = 1\na = 2\n', 'p.toml:2:1 not valid TOML: trying to redefine an already defined table or value'],
  ['p.ini', 'a=1', 'p.ini:1:1 a params file ends in .yaml, .yml, .json or .toml'],
])('%s %j is refused: %s', (file, text, message) => {
  expect(told(file, text)).toEqual([message]);
});

test('a byte order mark is no part of the text', () => {
  expect(parsed('p.json', '\ufeff{"a": 1}')).toEqual({ a: 1n });
});

const tree: ParamValue = {
  train: { gbdt: { trees: 300n, rates: [0.1, { deep: true }] } },
  'a.b': 1n,
  a: { b: 2n, 'c.d': 3n },
};

test.each<[string, ParamValue | undefined]>([
  ['train.gbdt.trees', 300n],
  ['train.gbdt', { trees: 300n, rates: [0.1, { deep: true }] }],
  ['train.gbdt.rates.0', 0.1],
  ['train.gbdt.rates.1.deep', true],
  ['train.gbdt.rates.01', undefined],
  ['train.gbdt.rates.2', undefined],
  ['train.gbdt.rates.length', undefined],
  ['a.b', 1n],
  ['a.c.d', 3n],
  ['constructor', undefined],
  ['train.gbdt.trees.more', undefined],
  ['', undefined],
])('%j selects %o', (key, value) => {
  expect(selectParam(tree, key)).toEqual(value);
});

test('whatever JSON can say is read as JSON reads it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (value) => {
      const text = JSON.stringify(value);
      fc.pre(!text.includes('"__proto__"'));
      const plain = JSON.stringify(parsed('p.json', text), (_, member: unknown) =>
        typeof member === 'bigint' ? Number(member) : member,
      );
      expect(JSON.parse(plain)).toEqual(JSON.parse(text));
    }),
  );
});
