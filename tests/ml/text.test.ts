/* oxlint-disable typescript/no-explicit-any -- files are broken here in ways that no type allows */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../src/lib/digest.ts';
import { parseModel, parseTableModel, renderModel } from '../../src/ml/model-file.ts';
import { findDifferences, loadModel, scoreModel } from '../../src/ml/score.ts';
import { checkTextModel, compileTextModel } from '../../src/ml/text-evaluator.ts';
import { termsOf } from '../../src/ml/text-tokens.ts';
import { trainTextModel, type NaiveBayesParams } from '../../src/ml/text-train.ts';
import { trainModel } from '../../src/ml/train.ts';
import { options, toy } from './support/toy.ts';
import { fc } from '../support/properties.ts';

interface Golden {
  readonly train: readonly { readonly text: string; readonly label: number }[];
  readonly asked: readonly string[];
  readonly cases: readonly GoldenCase[];
}

interface GoldenCase {
  readonly name: string;
  readonly params: NaiveBayesParams;
  readonly terms: number;
  readonly vocabulary?: readonly string[];
  readonly idf: Readonly<Record<string, number>>;
  readonly prior: readonly number[];
  readonly probabilities: readonly number[];
}

/** What scikit-learn answers; `source` in the file says which. */
const GOLDEN: Golden = JSON.parse(readFileSync(new URL('./golden/text-scikit-learn.json', import.meta.url), 'utf8'));
const TEXTS = GOLDEN.train.map(({ text }) => text);
const LABELS = Uint8Array.from(GOLDEN.train, ({ label }) => label);
const PLAIN: NaiveBayesParams = { alpha: 1, ngrams: [1], min_df: 1, max_features: null };
const SPLIT = { method: 'hash', salt: 's', fraction: 0.2, key: 'text' } as const;

function train(params: NaiveBayesParams = PLAIN, texts: readonly string[] = TEXTS, labels = LABELS) {
  const digests = { data: 'none', params: 'none' };
  return trainTextModel({ params, texts, labels, input: 'text', name: 'demo', label: '1.0.0', split: SPLIT, digests });
}

describe.each(GOLDEN.cases)('scikit-learn, $name', ({ params, terms, vocabulary, idf, prior, probabilities }) => {
  const model = train(params);
  const idfOf = new Map(model.bayes.terms.map(([term, weight]) => [term, weight]));

  test('finds the same terms', () => {
    expect(model.bayes.terms).toHaveLength(terms);
    expect([...idfOf.keys()]).toEqual(vocabulary ?? [...idfOf.keys()]);
    for (const [term, weight] of Object.entries(idf)) expect(idfOf.get(term)).toBeCloseTo(weight, 9);
  });

  test('gives the same prior and the same probability for every text', () => {
    prior.forEach((expected, label) => expect(model.bayes.prior[label]).toBeCloseTo(expected, 9));
    const { probability } = compileTextModel(model);
    const worst = GOLDEN.asked.map((text, i) => Math.abs(probability(text) - (probabilities[i] ?? Number.NaN)));
    expect(Math.max(...worst)).toBeLessThan(1e-9);
  });
});

test.each<[string, readonly string[]]>([
  ['A film I’d see twice', ['film', 'see', 'twice']],
  ['ÉTÉ, où?', ['été', 'où']],
  ['snake_case 10/10 x2', ['snake_case', '10', '10', 'x2']],
  ['ΛΟΓΟΣ', ['λογος']],
  ['电影 很好', ['电影', '很好']],
  ['... ! a b', []],
])('the words of %j are %j', (text, words) => {
  expect(termsOf(text, [1])).toEqual(words);
});

test('groups of words are neighbours in the text', () => {
  expect(termsOf('not good at all', [1, 2])).toEqual(['not', 'good', 'at', 'all', 'not good', 'good at', 'at all']);
});

test('an answer does not depend on what was asked before', () => {
  const words = fc.array(fc.constantFrom('good', 'bad', 'film', 'dull', 'paris', 'zzz'), { maxLength: 8 });
  const used = compileTextModel(train());
  fc.assert(
    fc.property(words, (asked) => {
      const text = asked.join(' ');
      expect(used.probability(text)).toBe(compileTextModel(train()).probability(text));
    }),
    { numRuns: 30 },
  );
});

test.each(GOLDEN.cases)('what each term adds sums to the log-odds, $name', ({ params }) => {
  const { probability, explain } = compileTextModel(train(params));
  for (const text of GOLDEN.asked) {
    const { base, contributions } = explain(text);
    const logOdds = contributions.reduce((sum, [, contribution]) => sum + contribution, base);
    expect(1 / (1 + Math.exp(-logOdds))).toBeCloseTo(probability(text), 12);
  }
});

test('the weightiest terms of a text come first; what training never saw is not among them', () => {
  const { explain } = compileTextModel(train());
  const found = explain('a good good film, zzz').contributions;
  expect(found.map(([term]) => term)).toEqual(['good', 'film']);
  const sizes = found.map(([, contribution]) => Math.abs(contribution));
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect(explain('zzz')).toEqual({ base: expect.any(Number), contributions: [] });
});

test('a text without a known word gets the share of class 1 in training', () => {
  expect(compileTextModel(train()).probability('zzz')).toBeCloseTo(10 / 18, 11);
});

test('texts of one class are nothing to learn from', () => {
  expect(() => train(PLAIN, ['a word', 'another word'], Uint8Array.of(1, 1))).toThrow('both classes');
});

test('the file is parsed to the same model and rendered to the same bytes, one line a term', () => {
  const model = train();
  const text = renderModel(model);
  const parsed = parseModel(text);
  expect(parsed).toEqual({ ok: true, value: model });
  expect(parsed.ok && renderModel(parsed.value)).toBe(text);
  expect(text.split('\n').filter((line) => line.startsWith('["'))).toHaveLength(model.bayes.terms.length);
  expect(checkTextModel(model).ok).toBe(true);
});

/** The text of the model's file with one thing changed. */
function changed(change: (model: any) => void): string {
  const model = JSON.parse(renderModel(train()));
  change(model);
  return JSON.stringify(model);
}

test.each<[string, (model: any) => void, string]>([
  ['an input that is a number', (m) => (m.inputs[0].type = 'number'), 'inputs[0].type'],
  ['two inputs', (m) => m.inputs.push(m.inputs[0]), 'inputs'],
  ['an example that is no text', (m) => (m.examples.texts[2] = 7), 'examples.texts[2]'],
  ['an answer too few', (m) => m.examples.probabilities.pop(), 'examples.probabilities'],
  ['a prior of one class', (m) => m.bayes.prior.pop(), 'bayes.prior'],
  ['no length of terms', (m) => (m.bayes.ngrams = [0]), 'bayes.ngrams[0]'],
  ['a term without its weights', (m) => m.bayes.terms[1].pop(), 'bayes.terms[1]'],
  ['a weight that is no number', (m) => (m.bayes.terms[1][2] = null), 'bayes.terms[1][2]'],
  ['a term that stands twice', (m) => (m.bayes.terms[1] = m.bayes.terms[0]), 'bayes.terms[1][0]'],
  ['trees', (m) => (m.ensemble = {}), 'ensemble'],
  ['a second reference', (m) => m.reference.push(m.reference[0]), 'reference'],
])('%s is refused by place', (_, change, path) => {
  expect(parseModel(changed(change))).toMatchObject({ ok: false, error: { code: 'schema', path } });
});

test('a changed weight parses, but the examples give it away', () => {
  const loaded = loadModel(
    new TextEncoder().encode(changed((m) => m.bayes.terms.forEach((term: any) => (term[2] -= 0.1)))),
  );
  expect(loaded).toEqual({ ok: false, error: expect.stringMatching(/^the model answers 0\.\d+ to its example 0/) });
});

describe('a holdout', () => {
  const loaded = loadModel(new TextEncoder().encode(renderModel(train())));
  const digests = { x_test: digestOf('x'), y_test: digestOf('y') };
  const holdout = { columns: ['text'], labels: LABELS, split: SPLIT, digests };

  test('of texts is scored', () => {
    const scored = loaded.ok && scoreModel(loaded.value, { ...holdout, texts: TEXTS });
    expect(scored).toMatchObject({ ok: true, value: { metrics: { n: 18, roc_auc: 79 / 80 } } });
  });

  test('of numbers is refused by a text model, whatever its column is called', () => {
    const rows = { rows: 18, columns: 1, values: new Float64Array(18) };
    const scored = loaded.ok && scoreModel(loaded.value, { ...holdout, rows });
    expect(scored).toEqual({ ok: false, error: 'it answers texts, not numbers' });
  });

  test('cannot compare a model of texts with one of numbers', () => {
    const differences = findDifferences(train(), trainModel(options(toy(100, 1))));
    expect(differences[0]).toBe('input 1 is text (text), of the production model code (integer)');
  });

  test('of rows has no place for a model of texts', () => {
    expect(parseTableModel(renderModel(train()))).toMatchObject({ ok: false, error: { path: 'kind' } });
  });
});
