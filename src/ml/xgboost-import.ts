/**
 * The text of XGBoost's model.json to trees of ours. Knows nothing of files, signatures or the registry.
 *
 * Invariant: the trees send every row where XGBoost sends it. XGBoost rounds values and cuts to float32 and
 * goes left below the cut; ours go left up to an edge, so each cut becomes the last double that rounds below it.
 */
import { log } from '../lib/math.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { lastBelow } from './float32.ts';
import type { TreeEnsemble } from './model.ts';
import type { ModelProblem } from './model-problem.ts';
import { MAX_EDGES } from './pack-trees.ts';
import { unsupported, type XgboostFile, xgboostProblem } from './xgboost-schema.ts';
import { isCut, readTree } from './xgboost-tree.ts';

export interface XgboostModel {
  /** Of boosted trees: log-odds. */
  readonly ensemble: TreeEnsemble;
  /** As many as the model has inputs, or none when it was trained without names. */
  readonly names: readonly string[];
  readonly version: string;
}

export function importXgboost(text: string): Result<XgboostModel, ModelProblem> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const message = `not JSON: ${error instanceof Error ? error.message : String(error)}`;
    return err(problemDespiteNaN(text) ?? { code: 'not-json', message });
  }
  const problem = xgboostProblem(value);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- xgboostProblem has looked at every key of the type
  return problem === undefined ? readFile(value as XgboostFile) : err(problem);
}

/** XGBoost before 3.0 writes the cuts of categorical splits as NaN, which JSON has not: what they are is worth more. */
function problemDespiteNaN(text: string): ModelProblem | undefined {
  try {
    const problem = xgboostProblem(JSON.parse(text.replaceAll(/(?<=[[,:]\s*)NaN(?=\s*[,\]}])/g, '0')));
    return problem?.code === 'unsupported' ? problem : undefined;
  } catch {
    return undefined;
  }
}

/** XGBoost saves in a binary format unless the file's name ends in .json. */
export function isUbjson(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7b && [0x23, 0x24, 0x49, 0x4c, 0x55, 0x69, 0x6c].includes(bytes[1] ?? 0);
}

function readFile({ learner, version }: XgboostFile): Result<XgboostModel, ModelProblem> {
  const inputs = Number(learner.learner_model_param.num_feature);
  if (!Number.isInteger(inputs) || inputs < 1) {
    return err(schema('learner.learner_model_param.num_feature', 'is not the number of inputs'));
  }
  const base = readBase(learner.learner_model_param.base_score);
  if (!base.ok) return base;
  const names = learner.feature_names ?? [];
  if (names.length > 0 && names.length !== inputs) {
    return err(schema('learner.feature_names', `has ${names.length} names for ${inputs} inputs`));
  }
  const ensemble = readTrees(learner, inputs);
  return ensemble.ok
    ? ok({ ensemble: { base: base.value, ...ensemble.value }, names, version: version.join('.') })
    : ensemble;
}

/** A probability: "5E-1", or since 3.1 a list, "[4.45E-1]". */
function readBase(written: string): Result<number, ModelProblem> {
  const path = 'learner.learner_model_param.base_score';
  const [, inner = written] = /^\[(.*)\]$/.exec(written) ?? [];
  if (inner.includes(',')) return err(unsupported(path, 'several outputs', 'one'));
  const share = inner.trim() === '' ? Number.NaN : Math.fround(Number(inner));
  return share > 0 && share < 1 ? ok(log(share / (1 - share))) : err(schema(path, 'is no probability between 0 and 1'));
}

function readTrees(learner: XgboostFile['learner'], inputs: number): Result<Omit<TreeEnsemble, 'base'>, ModelProblem> {
  const trees = answeringTrees(learner);
  const cuts = Array.from({ length: inputs }, () => new Set<number>());
  for (const tree of trees) {
    tree.split_indices.forEach((input, node) => {
      if (isCut(tree, node)) cuts[input]?.add(Math.fround(tree.split_conditions[node]!) + 0);
    });
  }
  const ascending = cuts.map((values) => [...values].sort((a, b) => a - b));
  const tooMany = ascending.findIndex((values) => values.length > MAX_EDGES);
  if (tooMany >= 0) {
    return err(unsupported(`input ${tooMany}`, `${ascending[tooMany]?.length} different cuts`, `${MAX_EDGES}`));
  }
  const binOf = ascending.map((values) => new Map(values.map((cut, bin) => [cut, bin])));
  const read = trees.map((tree, i) => readTree(tree, `learner.gradient_booster.model.trees[${i}]`, binOf));
  const broken = read.find((tree) => !tree.ok);
  if (broken?.ok === false) return broken;
  const edges = ascending.map((values) => values.map(lastBelow));
  return ok({ edges, trees: read.flatMap((tree) => (tree.ok ? [tree.value] : [])) });
}

/**
 * After early stopping XGBoost's scikit-learn classes answer with the rounds up to the best one, its native
 * interface with all. The file says which of the two wrote it.
 */
function answeringTrees({ attributes, gradient_booster: { model } }: XgboostFile['learner']): typeof model.trees {
  const { best_iteration: best, scikit_learn: wrapper } = attributes ?? {};
  if (best === undefined || wrapper === undefined) return model.trees;
  const perRound = Number(model.gbtree_model_param.num_parallel_tree ?? 1);
  const count = (Number(best) + 1) * perRound;
  return count >= 1 ? model.trees.slice(0, count) : model.trees;
}

function schema(path: string, what: string): ModelProblem {
  return { code: 'schema', message: `${path} ${what}`, path };
}
