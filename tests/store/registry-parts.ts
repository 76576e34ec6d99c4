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

/** As pipeline.yaml names it. */
export const MODELS = `models:
  ${model.name}:
    stage: ${model.stage}
    registry: ${model.registry}
    path: ${model.path}
    verdict: ${model.verdict}
    candidate: model
    holdout: data
`;

/** A pipeline that judges and does nothing else. */
export const JUDGING_PIPELINE = `stages:
  evaluate: {cmd: echo measured > metrics, deps: [data], outs: [metrics]}
${MODELS}`;

export function additionOf(text: string): Addition {
  const card = { label: '1.0.0', kind: 'gbdt', created: '2026-01-01T00:00:00.000Z', git: null, metrics: {}, locks: {} };
  return { bytes: new TextEncoder().encode(text), card };
}

interface Judged {
  readonly id: string;
  readonly sha: string;
  readonly digests: { readonly x_test: string; readonly y_test: string } | null;
}

/** A rejection of the gate, as it stands in its file. */
export function evaluationText({ id, sha, digests }: Judged): string {
  const nothing = { run: null, policy: null, champion: null, n: null, classes: null, split: null };
  const perModel = { candidate: null, champion: null };
  const figures = { deltas: {}, ci: {}, confusion: perModel, thresholds: perModel };
  const verdict = { decision: 'reject', reasons: [], warnings: [], candidate: { version: 1, sha, metrics: null } };
  const about = { schema: 1, id, model: model.name, created: '2026-01-01T00:00:00.000Z' };
  return JSON.stringify({ ...about, ...nothing, digests, ...figures, ...verdict });
}
