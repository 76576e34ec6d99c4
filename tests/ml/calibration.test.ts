import { expect, test } from 'vitest';
import { log, sigmoid } from '../../src/lib/math.ts';
import { createRandom } from '../../src/lib/random.ts';
import { createCalibrate, fitCalibration, type CalibrationKind } from '../../src/ml/calibration.ts';
import { checkModel, compileBody, compileModel } from '../../src/ml/evaluator.ts';
import { calibrationBins } from '../../src/ml/curves.ts';
import { evaluate } from '../../src/ml/metrics.ts';
import { parseModel, parseTableModel, renderModel } from '../../src/ml/model-file.ts';
import { trainModel } from '../../src/ml/train.ts';
import { options, toy } from './support/toy.ts';
import { fc } from '../support/properties.ts';

const KINDS: readonly CalibrationKind[] = ['platt', 'isotonic'];

/** Answers that are far too sure of themselves: the log-odds are three times what they should be. */
function overSure(count: number, seed: number): { answers: Float64Array; labels: Uint8Array } {
  const random = createRandom(seed);
  const odds = Float64Array.from({ length: count }, () => random.gaussian());
  return {
    answers: odds.map((x) => sigmoid(3 * x)),
    labels: Uint8Array.from(odds, (x) => (random.next() < sigmoid(x) ? 1 : 0)),
  };
}

test.each(KINDS)('%s makes over-sure probabilities mean what they say, on rows it has not seen', (kind) => {
  const { answers, labels } = overSure(4000, 1);
  const fresh = overSure(4000, 2);
  const calibration = fitCalibration(kind, answers, labels) ?? expect.unreachable();
  const settled = fresh.answers.map(createCalibrate(calibration));
  expect(evaluate(settled, fresh.labels, 0.5).log_loss).toBeLessThan(
    evaluate(fresh.answers, fresh.labels, 0.5).log_loss,
  );
  for (const { n, mean_probability, positive_rate } of calibrationBins(settled, fresh.labels, 5)) {
    if (n > 200) expect(Math.abs(mean_probability - positive_rate)).toBeLessThan(0.08);
  }
});

test('platt finds the slope that undoes it', () => {
  const { answers, labels } = overSure(20_000, 3);
  const found = fitCalibration('platt', answers, labels);
  expect(found).toMatchObject({ type: 'platt' });
  if (found?.type !== 'platt') return;
  expect(found.slope).toBeCloseTo(1 / 3, 1);
  expect(found.intercept).toBeCloseTo(0, 1);
});

test('isotonic pools what goes the wrong way, and joins the steps by lines as scikit-learn does', () => {
  const found = fitCalibration('isotonic', Float64Array.of(0.1, 0.2, 0.3, 0.4), Uint8Array.of(0, 1, 0, 1));
  expect(found).toEqual({ type: 'isotonic', from: [0.1, 0.2, 0.3, 0.4], to: [0, 0.5, 0.5, 1] });
  const calibrate = createCalibrate(found ?? expect.unreachable());
  expect([0, 0.1, 0.15, 0.25, 0.35, 0.4, 1].map(calibrate)).toEqual([
    0,
    0,
    expect.closeTo(0.25, 12),
    0.5,
    expect.closeTo(0.75, 12),
    1,
    1,
  ]);
});

test('equal answers are one point, whatever order their labels come in', () => {
  const found = fitCalibration('isotonic', Float64Array.of(0.5, 0.5, 0.5, 0.9), Uint8Array.of(1, 0, 0, 1));
  expect(found).toEqual({ type: 'isotonic', from: [0.5, 0.9], to: [1 / 3, 1] });
});

test.each(KINDS)('%s never turns two answers round, and stays between 0 and 1', (kind) => {
  const shares = fc.array(fc.record({ p: fc.double({ min: 0, max: 1, noNaN: true }), y: fc.constantFrom(0, 1) }), {
    minLength: 4,
    maxLength: 60,
  });
  fc.assert(
    fc.property(shares, (rows) => {
      const labels = Uint8Array.from(rows, ({ y }) => y);
      const calibration = fitCalibration(
        kind,
        Float64Array.from(rows, ({ p }) => p),
        labels,
      );
      fc.pre(calibration !== undefined);
      const calibrate = createCalibrate(calibration);
      const asked = [0, 1e-300, ...rows.map(({ p }) => p), 1].toSorted((a, b) => a - b);
      const answers = asked.map(calibrate);
      expect(answers.every((p) => p >= 0 && p <= 1)).toBe(true);
      expect(answers).toEqual(answers.toSorted((a, b) => a - b));
    }),
  );
});

test.each(['gbdt', 'random_forest', 'logistic'] as const)('a calibrated %s model is a file like any other', (model) => {
  const data = toy(600, 9);
  for (const calibration of KINDS) {
    const trained = trainModel(options(data, { model, calibration }));
    const parsed = parseTableModel(renderModel(trained));
    const file = parsed.ok ? parsed.value : expect.unreachable(parsed.error.message);
    expect(file.calibration).toEqual(trained.calibration);
    expect(checkModel(file).ok).toBe(true);
    const bare = compileBody(file, file.inputs.length).probabilities(data.train);
    const calibrate = createCalibrate(file.calibration ?? expect.unreachable());
    expect(compileModel(file).probabilities(data.train)).toEqual(bare.map(calibrate));
  }
});

test('without a calibration nothing of it stands in the file', () => {
  expect(renderModel(trainModel(options(toy(200, 1), { calibration: 'none' })))).not.toContain('calibration');
});

test.each([
  [{ type: 'platt', slope: -1, intercept: 0 }, 'calibration.slope'],
  [{ type: 'other' }, 'calibration.type'],
  [{ type: 'isotonic', from: [0.5, 0.2], to: [0, 1] }, 'calibration.from'],
  [{ type: 'isotonic', from: [0.5], to: [0, 1] }, 'calibration.to'],
  [{ type: 'isotonic', from: [], to: [] }, 'calibration.from'],
  [{ type: 'isotonic', from: [0.5], to: [2] }, 'calibration.to[0]'],
])('a broken calibration is refused by its place: %j', (calibration, path) => {
  const file = JSON.parse(renderModel(trainModel(options(toy(200, 1)))));
  const parsed = parseModel(JSON.stringify({ ...file, calibration }));
  expect(parsed).toMatchObject({ ok: false, error: { code: 'schema', message: expect.stringContaining(path) } });
});

test('platt on perfectly separable answers does not end in certainty', () => {
  const answers = Float64Array.from({ length: 100 }, (_, i) => (i < 50 ? 0.1 : 0.9));
  const labels = Uint8Array.from({ length: 100 }, (_, i) => (i < 50 ? 0 : 1));
  const calibrate = createCalibrate(fitCalibration('platt', answers, labels) ?? expect.unreachable());
  // Platt's targets: (n + 1) / (n + 2).
  expect(calibrate(0.9)).toBeCloseTo(51 / 52, 6);
  expect(log(calibrate(0.1))).toBeCloseTo(Math.log(1 / 52), 4);
});
