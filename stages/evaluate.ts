/**
 * Stage 4: how good the candidate is on the holdout, and whether it becomes the production model.
 *
 * Its ordinary outputs follow from candidate and holdout alone. The comparison with the champion and
 * the promotion are state of this deployment (docs/promotion.md), and promotion is the last thing done.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  evaluateCandidate,
  loadPipeline,
  openRegistry,
  parseGatePolicy,
  readGitState,
  readUpstreamLocks,
  recordFault,
  summarizeEvaluation,
  type GatePolicy,
  type LoadedPipeline,
  type Occasion,
  type Registry,
} from '../src/index.ts';
import { digestOf, type Digest } from '../src/lib/digest.ts';
import { err, ok } from '../src/lib/result.ts';
import { loadModel, scoreModel, type Holdout, type ScoredModel } from '../src/ml/score.ts';
import { renderOutputs } from './evaluation/outputs.ts';
import { readSection } from './lib/params.ts';
import { renderProblem, type Checked } from './lib/problem.ts';
import { runProgram, type ProgramContext } from './lib/program.ts';
import { publishFiles } from './lib/publish.ts';
import { PREPROCESSED, readLabelledRows, readSplit } from './lib/training-data.ts';

const HELP = `
Usage: tsx stages/evaluate.ts

Measures the candidate on the holdout, compares it with the production model on the same rows, and
promotes it when it is more than a point better (docs/promotion.md). A rejection is no failure: exit 0.

Reads    artifacts/model.json                    the candidate
         data/preprocessed/{X_test,y_test}.csv and split.json
         params.yaml: gate                       what it takes to be promoted
         pipeline.yaml: models                   where registry and production model are
Writes   artifacts/metrics.json, artifacts/plots/, artifacts/report.html   of the candidate alone
         artifacts/models/accidents/             the registry
         artifacts/gate.json                     the verdict, with all its reasons
         artifacts/prod_model.json               the production model
`;

await runProgram({ name: 'evaluate', help: HELP, run: evaluate });

async function evaluate({ progress }: ProgramContext): Promise<Checked<void>> {
  const project = await openProject();
  if (!project.ok) return project;
  const { loaded, registry } = project.value;
  const occasion: Occasion = { registry, run: process.env['PIPE_RUN'] ?? null, now: () => new Date() };
  const inputs = await readInputs(registry);
  if (!inputs.ok) {
    recordFault(
      occasion,
      inputs.error.map((problem) => ({ code: 'unusable_input', text: renderProblem(problem) })),
    );
    return inputs;
  }
  const { candidate, holdout, policy } = inputs.value;
  const card = { git: readGitState(loaded), locks: readUpstreamLocks(loaded, registry.model.stage) };
  await publishFiles(renderOutputs(candidate, holdout));
  const { roc_auc, f1, n } = candidate.metrics;
  progress(`AUC ${roc_auc.toFixed(4)}, F1 ${f1.toFixed(4)} on ${n} rows of the holdout`);
  const evaluation = await evaluateCandidate({ ...occasion, candidate, holdout, policy, card });
  for (const { text } of evaluation.warnings) progress(`warning: ${text}`);
  if (evaluation.decision === 'error')
    return err([{ file: registry.model.verdict, message: summarizeEvaluation(evaluation) }]);
  process.stdout.write(`${summarizeEvaluation(evaluation)}\n`);
  return ok(undefined);
}

interface Project {
  readonly loaded: LoadedPipeline;
  readonly registry: Registry;
}

/** The stage is told its name by `pipe`; started by hand, it is the one that this file is named after. */
async function openProject(): Promise<Checked<Project>> {
  const file = 'pipeline.yaml';
  const loaded = await loadPipeline(process.env['PIPE_ROOT'] ?? process.cwd());
  if (!loaded.ok) return err([{ file, message: `cannot be used (${loaded.error.code}): "npx pipe status" says why` }]);
  const { root, pipeline } = loaded.value;
  const stage = process.env['PIPE_STAGE'] ?? 'evaluate';
  const model = pipeline.models.find((entry) => entry.stage === stage);
  if (model === undefined) return err([{ file, message: `no entry under models: has "stage: ${stage}"` }]);
  return ok({ loaded: loaded.value, registry: openRegistry({ root, model }) });
}

interface Inputs {
  readonly candidate: ScoredModel;
  readonly holdout: Holdout;
  readonly policy: GatePolicy;
}

async function readInputs({ model }: Registry): Promise<Checked<Inputs>> {
  const policy = await readSection(model.gate, parseGatePolicy);
  if (!policy.ok) return policy;
  const holdout = await readHoldout();
  if (!holdout.ok) return holdout;
  const loaded = loadModel(await readFile(model.candidate));
  const candidate = loaded.ok ? scoreModel(loaded.value, holdout.value) : loaded;
  if (!candidate.ok) return err([{ file: model.candidate, message: candidate.error }]);
  return ok({ candidate: candidate.value, holdout: holdout.value, policy: policy.value });
}

async function readHoldout(): Promise<Checked<Holdout>> {
  const data = await readLabelledRows('test');
  if (!data.ok) return data;
  const split = await readSplit();
  if (!split.ok) return split;
  const digests = { x_test: await digestFile('X_test.csv'), y_test: await digestFile('y_test.csv') };
  return ok({ ...data.value, split: split.value, digests });
}

async function digestFile(name: string): Promise<Digest> {
  return digestOf(await readFile(join(PREPROCESSED, name)));
}
