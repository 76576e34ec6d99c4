import { expect, test } from 'vitest';
import { createRandom } from '../../src/lib/random.ts';
import { bootstrapDifference } from '../../src/ml/bootstrap.ts';
import { evaluate, type MetricName } from '../../src/ml/metrics.ts';

const METRICS: readonly MetricName[] = [
  'roc_auc',
  'average_precision',
  'f1',
  'f1_at_half',
  'precision',
  'recall',
  'accuracy',
  'brier',
  'log_loss',
];

function scores(n: number, seed: number): { labels: Uint8Array; candidate: Float64Array; champion: Float64Array } {
  const random = createRandom(seed);
  const labels = Uint8Array.from({ length: n }, () => random.integer(2));
  const guess = (noise: number): Float64Array =>
    Float64Array.from(labels, (label) => Math.round(((label + noise * random.next()) / (1 + noise)) * 50) / 50);
  return { labels, candidate: guess(2), champion: guess(4) };
}

const base = { thresholds: { candidate: 0.4, champion: 0.6 }, resamples: 400, seed: 9, level: 0.95 };

/** The slow way: make each resample's rows and measure them. */
function byCopying({ labels, candidate, champion }: ReturnType<typeof scores>, metric: MetricName): number[] {
  const random = createRandom(base.seed);
  const differences = Array.from({ length: base.resamples }, () => {
    const rows = Array.from(labels, () => random.integer(labels.length));
    const drawn = Uint8Array.from(rows, (row) => labels[row] ?? 0);
    const measure = (model: Float64Array, threshold: number): number =>
      evaluate(
        Float64Array.from(rows, (row) => model[row] ?? 0),
        drawn,
        threshold,
      )[metric];
    return measure(candidate, base.thresholds.candidate) - measure(champion, base.thresholds.champion);
  });
  return differences.toSorted((a, b) => a - b);
}

test.each(METRICS)('the interval of %s is that of resamples made and measured one by one', (metric) => {
  const data = scores(80, 3);
  const { [metric]: interval } = bootstrapDifference({ ...base, ...data, metrics: [metric] });
  const differences = byCopying(data, metric);
  const at = (share: number): number => differences[Math.floor(share * (base.resamples - 1))] ?? 0;
  const next = (share: number): number => differences[Math.floor(share * (base.resamples - 1)) + 1] ?? 0;
  expect(interval.low).toBeGreaterThanOrEqual(at(0.025) - 1e-12);
  expect(interval.low).toBeLessThanOrEqual(next(0.025) + 1e-12);
  expect(interval.high).toBeGreaterThanOrEqual(at(0.975) - 1e-12);
  expect(interval.high).toBeLessThanOrEqual(next(0.975) + 1e-12);
});

test('a model does not differ from itself', () => {
  const { labels, candidate } = scores(60, 1);
  const thresholds = { candidate: 0.5, champion: 0.5 };
  const intervals = bootstrapDifference({
    ...base,
    thresholds,
    labels,
    candidate,
    champion: candidate,
    metrics: METRICS,
  });
  expect(Object.values(intervals).every(({ low, high }) => low === 0 && high === 0)).toBe(true);
});

test('the same seed gives the same intervals, whatever else is measured beside', () => {
  const data = scores(60, 2);
  const alone = bootstrapDifference({ ...base, ...data, metrics: ['f1'] });
  const among = bootstrapDifference({ ...base, ...data, metrics: METRICS });
  expect(among.f1).toEqual(alone.f1);
});

test('rows of one class only leave the area open and say so', () => {
  const labels = Uint8Array.of(1, 1, 1);
  const model = Float64Array.of(0.1, 0.2, 0.3);
  const { roc_auc } = bootstrapDifference({ ...base, labels, candidate: model, champion: model, metrics: ['roc_auc'] });
  expect(roc_auc).toEqual({ low: Number.NaN, high: Number.NaN });
});
