/** A params file reduced to what a stage declares reads, key by key, as the whole file does. */
import { expect, test } from 'vitest';
import { selectParam } from '../../src/core/param-key.ts';
import type { ParamValue } from '../../src/core/param-value.ts';
import { parseParams } from '../../src/core/params-file.ts';
import { reduceParams } from '../../src/core/reduced-params.ts';
import { fc } from '../support/properties.ts';

const TREE: ParamValue = { train: { lr: 1, layers: [1n, 2n], name: 'x: y' }, 'a.b': 1n, more: { deep: { er: true } } };

test.each(['params.yaml', 'params.json', 'params.toml'])(
  '%s: what is declared is there with its type, the rest is not',
  (file) => {
    const text = reduceParams(file, TREE, ['train.lr', 'train.layers.1', 'a.b', 'more.deep']);
    const parsed = parseParams({ file, text });
    expect(parsed.ok && parsed.value).toEqual({
      train: { lr: 1, layers: [1n, 2n] },
      'a.b': 1n,
      more: { deep: { er: true } },
    });
  },
);

const key = fc.stringMatching(/^[a-z]{1,3}$/);
/** Minus nought is nought in a fingerprint, as in canonical JSON, and in the reduced file. */
const float = fc.double({ noNaN: true }).map((value) => (value === 0 ? 0 : value));
const leaf = fc.oneof(fc.bigInt(), float, fc.string(), fc.boolean(), fc.constant(null));
const { tree } = fc.letrec<{ tree: ParamValue; node: ParamValue }>((tie) => ({
  node: fc.oneof({ depthSize: 'small' }, leaf, fc.array(leaf), tie('tree')),
  tree: fc.dictionary(key, tie('node'), { minKeys: 1 }),
}));

test('every declared key reads the same, whatever the tree', () => {
  fc.assert(
    fc.property(tree, (whole) => {
      const keys = Object.keys(whole ?? {}).slice(0, 2);
      const parsed = parseParams({ file: 'p.yaml', text: reduceParams('p.yaml', whole, keys) });
      const reduced = parsed.ok ? parsed.value : expect.unreachable(JSON.stringify(parsed.error));
      expect(keys.map((name) => selectParam(reduced, name))).toEqual(keys.map((name) => selectParam(whole, name)));
      expect(Object.keys(reduced ?? {})).toEqual(keys);
    }),
  );
});
