import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderModel } from '../../src/ml/model-file.ts';
import { parseSignature } from '../../src/ml/signature.ts';
import { trainModel } from '../../src/ml/train.ts';
import { options, toy } from './support/toy.ts';

const MANUAL = readFileSync(join(import.meta.dirname, '../../docs/bringing-your-own-model.md'), 'utf8');
const [, EXAMPLE = ''] = /```json\n([^]*?)```/.exec(MANUAL) ?? [];

test('the signature in the manual is one', () => {
  expect(parseSignature(EXAMPLE)).toMatchObject({
    ok: true,
    value: { name: 'accidents', label: '2.0.0', threshold: 0.42 },
  });
});

test('a label may be left out', () => {
  const { label: _, ...rest } = JSON.parse(EXAMPLE);
  expect(parseSignature(JSON.stringify(rest))).toMatchObject({ ok: true, value: { label: '1.0.0' } });
});

test.each(['name', 'inputs', 'threshold', 'split'])('%s may not', (key) => {
  const { [key]: _, ...rest } = JSON.parse(EXAMPLE);
  expect(parseSignature(JSON.stringify(rest))).toMatchObject({ ok: false, error: { message: `${key} is missing` } });
});

test('other classes are refused: there is only 0 and 1', () => {
  const other = JSON.stringify({ ...JSON.parse(EXAMPLE), classes: [1, 0] });
  expect(parseSignature(other)).toMatchObject({ ok: false, error: { path: 'classes' } });
});

test('a model file is a signature, and knows its rows', () => {
  const model = trainModel(options(toy(120, 1)));
  const { name, label, inputs, threshold, split, reference, examples, digests } = model;
  const value = { name, label, inputs, threshold, split, like: { reference, examples, digests } };
  expect(parseSignature(renderModel(model))).toEqual({ ok: true, value });
});

test('a broken model file is no signature', () => {
  const model = { ...trainModel(options(toy(120, 1))), threshold: 7 };
  expect(parseSignature(renderModel(model))).toMatchObject({ ok: false, error: { path: 'threshold' } });
});
