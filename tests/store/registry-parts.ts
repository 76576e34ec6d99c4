/** What both the tests of the registry and the processes they start need. */
import type { ModelState } from '../../src/core/pipeline.ts';
import type { Addition } from '../../src/store/registry-commit.ts';

export const model: ModelState = {
  name: 'demo',
  stage: 'evaluate',
  registry: 'artifacts/models/demo',
  path: 'artifacts/prod_model.json',
  verdict: 'artifacts/gate.json',
  candidate: 'artifacts/model.json',
  holdout: 'data/preprocessed',
  gate: 'gate',
  retrain: { target: 'evaluate', schedule: null, timezone: null },
  place: { file: 'pipeline.yaml', line: 1, column: 1 },
};

export function additionOf(text: string): Addition {
  const card = { label: '1.0.0', kind: 'gbdt', created: '2026-01-01T00:00:00.000Z', git: null, metrics: {}, locks: {} };
  return { bytes: new TextEncoder().encode(text), card };
}
