import { expect, test } from 'vitest';
import { parseGatePolicy } from '../../src/core/gate-policy.ts';

const defaults = {
  metrics: ['roc_auc', 'f1'],
  min_improvement: 0.01,
  max_regression: 0.005,
  mode: 'absolute',
  rule: 'any',
  min: {},
  require_ci: null,
  approval: 'automatic',
};

test.each([[undefined], [null], [{}], [defaults], [{ min: null }]])('what is left out has its default: %j', (value) => {
  expect(parseGatePolicy(value)).toEqual({ ok: true, value: defaults });
});

test('an integer of params.yaml, a bigint, is a number like others', () => {
  expect(parseGatePolicy({ min_improvement: 0n })).toMatchObject({ ok: true, value: { min_improvement: 0 } });
});

test.each<[unknown, string, string]>([
  [3, '', 'must be a mapping'],
  [{ min_improvment: 0.02 }, 'min_improvment', 'is not known; known are metrics, min_improvement, max_regression'],
  [{ mode: 'relative' }, 'mode', 'must be absolute'],
  [{ rule: 'most' }, 'rule', 'must be any or all'],
  [{ approval: true }, 'approval', 'must be automatic or manual'],
  [{ metrics: [] }, 'metrics', 'must name at least one metric'],
  [{ metrics: ['f1', 'f1'] }, 'metrics', 'names a metric twice'],
  [{ metrics: ['f1', 'brier'] }, 'metrics.1', 'must be one of roc_auc'],
  [{ min: { auc: 0.6 } }, 'min.auc', 'metrics are roc_auc'],
  [{ min: { f1: '0.6' } }, 'min.f1', 'must be a number from 0 to 1'],
  [{ min_improvement: Number.NaN }, 'min_improvement', 'must be a number from 0 to 1'],
  [{ max_regression: -0.1 }, 'max_regression', 'must be a number from 0 to 1'],
  [{ require_ci: 95 }, 'require_ci', 'must be null or a confidence such as 0.95'],
])('refuses %j at its key', (value, key, message) => {
  const parsed = parseGatePolicy(value);
  expect(parsed).toMatchObject({ ok: false, error: { key, message: expect.stringContaining(message) } });
});
