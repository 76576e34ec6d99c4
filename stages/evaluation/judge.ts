/**
 * What every `evaluate` stage does: measures the candidate on the holdout, and lets the gate decide
 * whether it becomes the production model. Knows nothing of what a row is: the stage reads its holdout.
 *
 * Order: the candidate's own outputs first, the promotion last.
 */
import { readFile } from 'node:fs/promises';
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
} from '../../src/index.ts';
import { err, ok } from '../../src/lib/result.ts';
import { loadModel, scoreModel, type Holdout, type ScoredModel } from '../../src/ml/score.ts';
import { readSection } from '../lib/params.ts';
import { renderProblem, type Checked } from '../lib/problem.ts';
import type { ProgramContext } from '../lib/program.ts';
import { publishFiles } from '../lib/publish.ts';
import { renderOutputs } from './outputs.ts';

export type ReadHoldout = () => Promise<Checked<Holdout>>;

export async function judgeCandidate({ progress }: ProgramContext, readHoldout: ReadHoldout): Promise<Checked<void>> {
  const project = await openProject();
  if (!project.ok) return project;
  const { loaded, registry } = project.value;
  const occasion: Occasion = { registry, run: process.env['PIPE_RUN'] ?? null, now: () => new Date() };
  const inputs = await readInputs(registry, readHoldout);
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

async function readInputs({ model }: Registry, readHoldout: ReadHoldout): Promise<Checked<Inputs>> {
  const policy = await readSection(model.gate, parseGatePolicy);
  if (!policy.ok) return policy;
  const holdout = await readHoldout();
  if (!holdout.ok) return holdout;
  const loaded = loadModel(await readFile(model.candidate));
  const candidate = loaded.ok ? scoreModel(loaded.value, holdout.value) : loaded;
  if (!candidate.ok) return err([{ file: model.candidate, message: candidate.error }]);
  return ok({ candidate: candidate.value, holdout: holdout.value, policy: policy.value });
}
