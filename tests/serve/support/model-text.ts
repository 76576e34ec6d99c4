/** Model files that train in no time: one of rows, which looks at the speed limit, and one of texts. */
import { compileModel } from '../../../src/ml/evaluator.ts';
import { renderModel } from '../../../src/ml/model-file.ts';
import type { LogisticModel } from '../../../src/ml/model.ts';
import { trainTextModel } from '../../../src/ml/text-train.ts';
import { FEATURES, INPUTS } from './rig.ts';

/** A model that looks at the speed limit; `seed` makes it another one with other answers. */
export function modelText(seed: number): string {
  const equation: LogisticModel['equation'] = {
    intercept: seed / 10,
    terms: INPUTS.map(({ name }) => ({
      type: 'scaled',
      mean: 50,
      scale: 10,
      weight: name === 'vma' ? 0.5 : 0,
      missing: 0,
    })),
  };
  const bare: LogisticModel = {
    format: 'reprod-model/1',
    kind: 'logistic',
    name: 'accidents',
    label: '1.0.0',
    framework: 'reprod',
    inputs: INPUTS,
    classes: [0, 1],
    threshold: 0.5,
    split: { method: 'hash', salt: 'tests', fraction: 0.2, key: 'id' },
    digests: { data: 'f'.repeat(64), params: 'f'.repeat(64) },
    reference: INPUTS.map(() => ({ edges: [1], counts: [1, 1], missing: 0 })),
    examples: { rows: [], probabilities: [] },
    equation,
  };
  const rows = Array.from({ length: 32 }, (_, i) => FEATURES.with(13, 30 + i));
  const evaluator = compileModel(bare);
  const probabilities = rows.map((row) => evaluator.probability(row));
  return renderModel({ ...bare, examples: { rows, probabilities } });
}

const GOOD = [
  'amazing great movie',
  'absolutely fantastic brilliant film',
  'excellent acting loved it',
  'wonderful great',
];
const BAD = ['terrible movie waste of time', 'boring poor acting', 'disappointing awful film', 'worst bad movie'];

/** Knows a handful of words. */
export function textModelText(): string {
  const texts = Array.from({ length: 8 }, () => [...GOOD, ...BAD]).flat();
  return renderModel(
    trainTextModel({
      params: { min_df: 1, max_features: 1000, ngrams: [1], alpha: 1 },
      texts,
      labels: Uint8Array.from(texts, (text) => (GOOD.includes(text) ? 1 : 0)),
      input: 'text',
      name: 'sentiment',
      label: '1.0.0',
      split: { method: 'hash', salt: 'tests', fraction: 0.2, key: 'text' },
      digests: { data: 'f'.repeat(64), params: 'f'.repeat(64) },
    }),
  );
}
