/**
 * A folder in which `evaluate` runs as a process: a holdout of three columns, and models of known
 * quality. The signal is mostly in two columns, so that two trees find less of it than sixty.
 */
import { expect } from 'vitest';
import { parseEvaluation, type Evaluation } from '../../src/core/gate-evaluation.ts';
import type { ModelState } from '../../src/core/pipeline.ts';
import type { RegistryState } from '../../src/core/registry.ts';
import { createRandom } from '../../src/lib/random.ts';
import type { Matrix } from '../../src/ml/matrix.ts';
import { renderModel } from '../../src/ml/model-file.ts';
import type { InputSpec, SplitId } from '../../src/ml/model.ts';
import type { TrainParams } from '../../src/ml/train-params.ts';
import { trainModel } from '../../src/ml/train.ts';
import { openRegistry, type Registry } from '../../src/store/registry.ts';
import type { ProgramEnd } from '../support/run-program.ts';
import { renderFeatures } from '../../stages/lib/feature-file.ts';
import { createStageFolder } from './stage-folder.ts';

export const SPLIT: SplitId = { method: 'hash', salt: 'accidents-1', fraction: 0.3, key: 'accident number' };
const COLUMNS = ['a', 'b', 'c'];
const MODEL: ModelState = {
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
const PIPELINE = `stages:
  evaluate:
    cmd: tsx stages/evaluate.ts
    deps: [artifacts/model.json, data/preprocessed]
    outs: [artifacts/metrics.json]
models:
  demo:
    stage: evaluate
    registry: artifacts/models/demo
    path: artifacts/prod_model.json
    verdict: artifacts/gate.json
    candidate: artifacts/model.json
    holdout: data/preprocessed
    gate: gate
    retrain: { target: evaluate }
`;

export interface EvaluateProject {
  readonly root: string;
  readonly registry: Registry;
  readonly read: (path: string) => string;
  readonly write: (path: string, text: string) => void;
  /** Makes these bytes the candidate and evaluates it. */
  readonly evaluate: (model?: string) => Promise<ProgramEnd>;
  readonly verdict: () => Evaluation;
  readonly state: () => RegistryState;
}

/** `settings` replaces text of the project's own params.yaml. */
export function createEvaluateProject(settings: Readonly<Record<string, string>> = {}): EvaluateProject {
  const folder = createStageFolder(settings);
  const registry = openRegistry({ root: folder.root, model: MODEL });
  folder.write('pipeline.yaml', PIPELINE);
  const { rows, labels } = drawRows({ seed: 2, rows: 4000 });
  folder.write('data/preprocessed/X_test.csv', renderFeatures({ columns: COLUMNS, matrix: rows }));
  folder.write('data/preprocessed/y_test.csv', `grav\n${labels.join('\n')}\n`);
  folder.write('data/preprocessed/split.json', JSON.stringify(SPLIT));
  return {
    root: folder.root,
    registry,
    read: folder.read,
    write: folder.write,
    evaluate: (model) => {
      if (model !== undefined) folder.write('artifacts/model.json', model);
      return folder.run('evaluate');
    },
    verdict: () =>
      parseEvaluation(folder.read('artifacts/gate.json')) ?? expect.unreachable('gate.json is no evaluation'),
    state: () => {
      const state = registry.read();
      return state.ok ? state.value : expect.unreachable(state.error.problem);
    },
  };
}

/** The text of a model file. */
export function train(
  change: { trees?: number; seed?: number; split?: SplitId; columns?: readonly string[] } = {},
): string {
  const { trees = 60, seed = 1, split = SPLIT, columns = COLUMNS } = change;
  const { rows, labels } = drawRows({ seed: 1, rows: 6000 });
  const model = trainModel({
    params: { ...PARAMS, seed, gbdt: { ...PARAMS.gbdt, trees } },
    train: rows,
    labels,
    inputs: columns.map((name): InputSpec => ({ name, type: 'number', range: [-4, 4], nullable: false })),
    name: 'demo',
    label: '1.0.0',
    split,
    digests: { data: 'none', params: 'none' },
  });
  return renderModel(model);
}

const PARAMS: TrainParams = {
  model: 'gbdt',
  seed: 1,
  gbdt: {
    trees: 60,
    learning_rate: 0.1,
    leaves: 8,
    min_leaf: 20,
    subsample: 0.8,
    colsample: 1,
    l2: 1,
    class_weight: 'none',
  },
  random_forest: { trees: 10, max_depth: 8, min_leaf: 5, class_weight: 'none' },
  logistic: { l2: 1, class_weight: 'none' },
};

function drawRows({ seed, rows: count }: { seed: number; rows: number }): { rows: Matrix; labels: Uint8Array } {
  const random = createRandom(seed);
  const values = Float64Array.from(
    { length: count * COLUMNS.length },
    () => Math.round(random.gaussian() * 1000) / 1000,
  );
  const labels = Uint8Array.from({ length: count }, (_, row) => {
    const [a = 0, b = 0] = values.subarray(row * COLUMNS.length);
    return a + b + 0.8 * random.gaussian() > 0.4 ? 1 : 0;
  });
  return { rows: { rows: count, columns: COLUMNS.length, values }, labels };
}
