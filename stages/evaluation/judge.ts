/**
 * What every `evaluate` stage does: measures the candidate on the holdout, and lets the gate decide
 * whether it becomes the production model. Knows nothing of what a row is: the stage reads its holdout.
 *
 * Order: the candidate's own outputs, then verdict and promotion, then the page that shows what was judged.
 */
import { readFile } from 'node:fs/promises';
import {
  evaluateCandidate,
  keepEvaluationPages,
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
import { loadModel, scoreModel, type ScoredModel } from '../../src/ml/score.ts';
import { readSection } from '../lib/params.ts';
import { renderProblem, type Checked } from '../lib/problem.ts';
import type { ProgramContext } from '../lib/program.ts';
import { publishFiles } from '../lib/publish.ts';
import { renderComparison, type Comparison } from './comparison-page.ts';
import { renderComparisonFigures } from './figures-json.ts';
import { measureModel } from './figures.ts';
import { renderOutputs } from './outputs.ts';
import type { Evaluated } from './subject.ts';

export type ReadEvaluated = () => Promise<Checked<Evaluated>>;

export async function judgeCandidate(
  { progress }: ProgramContext,
  readEvaluated: ReadEvaluated,
): Promise<Checked<void>> {
  const project = await openProject();
  if (!project.ok) return project;
  const { loaded, registry } = project.value;
  const occasion: Occasion = { registry, run: process.env['PIPE_RUN'] ?? null, now: () => new Date() };
  const inputs = await readInputs(registry, readEvaluated);
  if (!inputs.ok) {
    recordFault(
      occasion,
      inputs.error.map((problem) => ({ code: 'unusable_input', text: renderProblem(problem) })),
    );
    return inputs;
  }
  const { candidate, evaluated, policy } = inputs.value;
  const { holdout } = evaluated;
  const card = { git: readGitState(loaded), locks: readUpstreamLocks(loaded, registry.model.stage) };
  const figures = measureModel(candidate, evaluated);
  await publishFiles(renderOutputs(figures, evaluated));
  const { roc_auc, f1, n } = candidate.metrics;
  progress(`AUC ${roc_auc.toFixed(4)}, F1 ${f1.toFixed(4)} on ${n} rows of the holdout`);
  const { evaluation, champion } = await evaluateCandidate({ ...occasion, candidate, holdout, policy, card });
  const measured = champion === undefined ? undefined : measureModel(champion, evaluated);
  keepPages(registry, { evaluation, candidate: figures, champion: measured }, evaluated);
  for (const { text } of evaluation.warnings) progress(`warning: ${text}`);
  if (evaluation.decision === 'error')
    return err([{ file: registry.model.verdict, message: summarizeEvaluation(evaluation) }]);
  process.stdout.write(`${summarizeEvaluation(evaluation)}\n`);
  return ok(undefined);
}

/** Beside the verdict, which stands already: what is wrong with a page must not undo a promotion. */
function keepPages(registry: Registry, comparison: Comparison, evaluated: Evaluated): void {
  keepEvaluationPages(registry, comparison.evaluation.id, {
    html: renderComparison(comparison, evaluated),
    figures: renderComparisonFigures(comparison),
  });
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
  readonly evaluated: Evaluated;
  readonly policy: GatePolicy;
}

async function readInputs({ model }: Registry, readEvaluated: ReadEvaluated): Promise<Checked<Inputs>> {
  const policy = await readSection(model.gate, parseGatePolicy);
  if (!policy.ok) return policy;
  const evaluated = await readEvaluated();
  if (!evaluated.ok) return evaluated;
  const loaded = loadModel(await readFile(model.candidate));
  const candidate = loaded.ok ? scoreModel(loaded.value, evaluated.value.holdout) : loaded;
  if (!candidate.ok) return err([{ file: model.candidate, message: candidate.error }]);
  return ok({ candidate: candidate.value, evaluated: evaluated.value, policy: policy.value });
}
