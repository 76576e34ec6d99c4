import { expect, test } from 'vitest';
import { calibrationBins, precisionRecallCurve, rocCurve } from '../../src/ml/curves.ts';
import { evaluate } from '../../src/ml/metrics.ts';
import { chooseThreshold } from '../../src/ml/threshold.ts';
import { aucByPairs } from './support/toy.ts';
import { fc } from '../support/properties.ts';

const P = Float64Array.of(0.1, 0.4, 0.35, 0.8, 0.8, 0.2, 0.35, 0.9, 0.5, 0.5, 0.65, 0.05);
const Y = Uint8Array.of(0, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 0);

/** Few distinct scores, so that ties are the rule. */
const scored = fc
  .array(fc.record({ p: fc.integer({ min: 0, max: 6 }), y: fc.integer({ min: 0, max: 1 }) }), {
    minLength: 2,
    maxLength: 60,
  })
  .filter((rows) => rows.some((row) => row.y === 1) && rows.some((row) => row.y === 0))
  .map((rows) => ({ p: Float64Array.from(rows, (row) => row.p / 6), y: Uint8Array.from(rows, (row) => row.y) }));

// The numbers are scikit-learn 1.9.1's on these twelve rows.
test('every metric is the one scikit-learn gives', () => {
  const metrics = evaluate(P, Y, 0.36);
  expect(metrics).toMatchObject({ n: 12, positives: 6, confusion: { tn: 3, fp: 3, fn: 2, tp: 4 } });
  expect(metrics.roc_auc).toBeCloseTo(0.75, 14);
  expect(metrics.average_precision).toBeCloseTo(0.736111111111111, 14);
  expect(metrics.brier).toBeCloseTo(0.1975, 14);
  expect(metrics.log_loss).toBeCloseTo(0.5621072075617844, 14);
  expect(metrics.f1).toBeCloseTo(0.6153846153846154, 14);
  expect(metrics.f1_at_half).toBeCloseTo(0.6666666666666666, 14);
  expect(metrics.precision).toBeCloseTo(0.5714285714285714, 14);
  expect(metrics.recall).toBeCloseTo(0.6666666666666666, 14);
  expect(metrics.accuracy).toBeCloseTo(0.5833333333333334, 14);
});

test('a probability that equals the threshold is a prediction of class 1', () => {
  expect(evaluate(P, Y, 0.5).confusion).toEqual({ tn: 4, fp: 2, fn: 2, tp: 4 });
});

test('one certain mistake does not make log loss infinite: scikit-learn clips it, so do we', () => {
  expect(evaluate(Float64Array.of(1, 0, 0), Uint8Array.of(1, 0, 1), 0.5).log_loss).toBeCloseTo(12.014551129705717, 12);
});

test('with one class there is no area to speak of, and nothing found is 0', () => {
  const metrics = evaluate(Float64Array.of(0.1, 0.2), Uint8Array.of(0, 0), 0.5);
  expect(metrics).toMatchObject({ roc_auc: Number.NaN, average_precision: Number.NaN, f1: 0, precision: 0, recall: 0 });
});

test('a score that is no number is a bug, not a metric', () => {
  expect(() => evaluate(Float64Array.of(0.5, Number.NaN), Uint8Array.of(0, 1), 0.5)).toThrow('row 1 has no score');
});

test('the area under the ROC curve is the share of pairs in the right order', () => {
  fc.assert(
    fc.property(scored, ({ p, y }) => {
      expect(evaluate(p, y, 0.5).roc_auc).toBeCloseTo(aucByPairs(p, y), 12);
    }),
  );
});

test('the area under the points of rocCurve is the same number', () => {
  fc.assert(
    fc.property(scored, ({ p, y }) => {
      const points = rocCurve(p, y);
      const area = points.reduce((sum, point, i) => {
        const before = points[i - 1] ?? point;
        return sum + ((point.x - before.x) * (point.y + before.y)) / 2;
      }, 0);
      expect(evaluate(p, y, 0.5).roc_auc).toBeCloseTo(area, 12);
    }),
  );
});

test('ROC points are those of scikit-learn, the needless ones left out', () => {
  const points = rocCurve(P, Y);
  expect(points.map((point) => point.threshold)).toEqual([Infinity, 0.9, 0.8, 0.65, 0.5, 0.4, 0.35, 0.05]);
  expect(points.map((point) => Math.round(point.x * 6))).toEqual([0, 0, 1, 1, 2, 3, 3, 6]);
  expect(points.map((point) => Math.round(point.y * 6))).toEqual([0, 1, 2, 3, 4, 4, 6, 6]);
});

test('precision and recall are those of scikit-learn, highest threshold first', () => {
  const points = precisionRecallCurve(P, Y);
  expect(points.map((point) => point.threshold)).toEqual([0.9, 0.8, 0.65, 0.5, 0.4, 0.35, 0.2, 0.1, 0.05]);
  expect(points.map((point) => Number(point.y.toFixed(6)))).toEqual([
    1, 0.666667, 0.75, 0.666667, 0.571429, 0.666667, 0.6, 0.545455, 0.5,
  ]);
});

test('calibration bins leave out the empty ones and put a score of 1 into the last', () => {
  expect(calibrationBins(Float64Array.of(0.1, 0.2, 1), Uint8Array.of(0, 1, 1), 4)).toEqual([
    { low: 0, high: 0.25, n: 2, mean_probability: 0.15000000000000002, positive_rate: 0.5 },
    { low: 0.75, high: 1, n: 1, mean_probability: 1, positive_rate: 1 },
  ]);
});

test('no other threshold has an F1 that is better by more than the width of the plateau', () => {
  fc.assert(
    fc.property(scored, ({ p, y }) => {
      const chosen = evaluate(p, y, chooseThreshold(p, y)).f1;
      const best = Math.max(...Array.from(p, (threshold) => evaluate(p, y, threshold).f1));
      expect(chosen).toBeGreaterThanOrEqual(best - 0.006 - 1e-12);
    }),
  );
});

test('of many nearly equal thresholds the middle one is taken, not the one that chance made best', () => {
  // 1,000 positive rows at .9, then one row each at .7, .6, .5, .4 (the first positive), then negative rows.
  const p = Float64Array.from({ length: 2_004 }, (_, i) =>
    i < 1_000 ? 0.9 : i < 1_004 ? [0.7, 0.6, 0.5, 0.4][i - 1_000]! : 0.1,
  );
  const y = Uint8Array.from({ length: 2_004 }, (_, i) => (i <= 1_000 ? 1 : 0));
  expect(evaluate(p, y, 0.7).f1).toBe(1);
  expect(chooseThreshold(p, y)).toBe(0.55);
});

test('a probability on an edge counts where scikit-learn counts it, edges being multiples of a tenth as doubles', () => {
  const probabilities = Float64Array.of(0, 0.1, 0.2, 0.3, 0.6000000000000001, 0.7, 1);
  const bins = probabilities.map((p) => (calibrationBins(Float64Array.of(p), Uint8Array.of(1), 10)[0]?.low ?? -1) * 10);
  expect([...bins].map(Math.round)).toEqual([0, 0, 1, 2, 5, 6, 9]);
});
