/**
 * Is this JSON a model of XGBoost that we can answer for? Answers with the first problem; what is XGBoost's
 * but not supported is refused by its name. Form only: whether nodes make a tree is seen when they are read.
 *
 * Keys that are not needed are not looked at: XGBoost adds some from version to version.
 */
import type { ModelProblem } from './model-problem.ts';
import {
  between,
  type Found,
  isRecord,
  type JsonRecord,
  list,
  mismatch,
  number,
  ofLength,
  oneOf,
  record,
  text,
} from './schema-check.ts';

/** The part of the file that is read; numbers of parameters stand in texts. */
export interface XgboostFile {
  readonly learner: {
    readonly attributes?: Readonly<Record<string, string>>;
    readonly feature_names?: readonly string[];
    readonly gradient_booster: {
      readonly model: {
        readonly gbtree_model_param: { readonly num_parallel_tree?: string };
        readonly trees: readonly XgboostTree[];
      };
    };
    readonly learner_model_param: { readonly base_score: string; readonly num_feature: string };
  };
  readonly version: readonly number[];
}

/** One entry a node in every list. */
export interface XgboostTree {
  /** -1: a leaf. */
  readonly left_children: readonly number[];
  readonly right_children: readonly number[];
  readonly split_indices: readonly number[];
  /** Left when the value is below it, in float32; of a leaf, its value. */
  readonly split_conditions: readonly number[];
  readonly default_left: readonly (number | boolean)[];
  readonly sum_hessian: readonly number[];
}

export function xgboostProblem(value: unknown): Found {
  const learner = isRecord(value) ? value['learner'] : undefined;
  if (!isRecord(value) || !isRecord(learner)) {
    return { code: 'unknown-format', message: 'this JSON is no model of XGBoost: it has no learner' };
  }
  return refusal(learner) ?? known(value, '', { learner: learnerProblem, version: versionProblem });
}

/** What XGBoost can write and we do not answer for. */
function refusal(learner: JsonRecord): Found {
  const booster = member(learner['gradient_booster'], 'name');
  if (booster !== 'gbtree') return unsupported('learner.gradient_booster.name', `booster ${shown(booster)}`, 'gbtree');
  const objective = member(learner['objective'], 'name');
  if (objective !== 'binary:logistic') {
    return unsupported('learner.objective.name', `objective ${shown(objective)}`, 'binary:logistic');
  }
  const parameters = learner['learner_model_param'];
  const several = ['num_class', 'num_target'].find((name) => Number(member(parameters, name) ?? 0) > 1);
  if (several !== undefined) return unsupported(`learner.learner_model_param.${several}`, 'several outputs', 'one');
  const types = learner['feature_types'];
  const at = Array.isArray(types) ? types.indexOf('c') : -1;
  return at < 0 ? undefined : unsupported(`learner.feature_types[${at}]`, 'categorical inputs', 'numbers');
}

function learnerProblem(value: unknown, path: string): Found {
  const texts = (names: unknown, at: string): Found => list(names, at, text);
  return known(
    value,
    path,
    {
      gradient_booster: (booster, at) => known(booster, at, { model: modelProblem }),
      learner_model_param: (parameters, at) => known(parameters, at, { base_score: text, num_feature: text }),
    },
    {
      attributes: (attributes, at) => (isRecord(attributes) ? undefined : mismatch(at, 'an object', attributes)),
      feature_names: texts,
    },
  );
}

function modelProblem(value: unknown, path: string): Found {
  const trees = (value: unknown, at: string): Found =>
    Array.isArray(value) && value.length === 0
      ? mismatch(at, 'at least one tree', value)
      : list(value, at, treeProblem);
  const parameters = (value: unknown, at: string): Found => known(value, at, {}, { num_parallel_tree: text });
  return known(value, path, { gbtree_model_param: parameters, trees });
}

function treeProblem(value: unknown, path: string): Found {
  const types = member(value, 'split_type');
  if (Array.isArray(types) && types.some((type) => type !== 0)) {
    return unsupported(`${path}.split_type`, 'categorical splits', 'splits of numbers');
  }
  if (Number(member(member(value, 'tree_param'), 'size_leaf_vector') ?? 0) > 1) {
    return unsupported(`${path}.tree_param.size_leaf_vector`, 'leaves with several outputs', 'one');
  }
  const numbers = (nodes: unknown, at: string): Found => list(nodes, at, number);
  const sides = (nodes: unknown, at: string): Found =>
    list(nodes, at, (side, sideAt) => oneOf(side, sideAt, [0, 1, false, true]));
  const found = known(value, path, {
    left_children: numbers,
    right_children: numbers,
    split_indices: numbers,
    split_conditions: (nodes, at) => list(nodes, at, float32),
    default_left: sides,
    sum_hessian: (nodes, at) => list(nodes, at, (node, nodeAt) => between(node, nodeAt, 0, Number.MAX_VALUE)),
  });
  return found ?? lengthProblem(value, path);
}

/** The largest is written as 3.4028235E38, which is more than it is. */
function float32(value: unknown, path: string): Found {
  const found = number(value, path);
  if (found !== undefined || Number.isFinite(Math.fround(Number(value)))) return found;
  return mismatch(path, 'a number of single precision', value);
}

function lengthProblem(tree: unknown, path: string): Found {
  const nodes = member(tree, 'left_children');
  if (!Array.isArray(nodes) || nodes.length === 0) return mismatch(`${path}.left_children`, 'at least one node', nodes);
  for (const key of ['right_children', 'split_indices', 'split_conditions', 'default_left', 'sum_hessian']) {
    const found = ofLength(member(tree, key), `${path}.${key}`, nodes.length);
    if (found !== undefined) return found;
  }
  return undefined;
}

function versionProblem(value: unknown, path: string): Found {
  return ofLength(value, path, 3) ?? list(value, path, number);
}

export function unsupported(path: string, what: string, instead: string): ModelProblem {
  const message = `${path}: ${what} cannot be imported; only ${instead} can`;
  return { code: 'unsupported', message, path };
}

type Checks = Readonly<Record<string, (value: unknown, path: string) => Found>>;

function known(value: unknown, path: string, required: Checks, optional: Checks = {}): Found {
  if (!isRecord(value)) return mismatch(path, 'an object', value);
  const wanted = Object.entries(value).filter(([key]) => Object.hasOwn({ ...required, ...optional }, key));
  return record(Object.fromEntries(wanted), path, required, optional);
}

function member(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A name of XGBoost's is short; whatever else stands there is not repeated. */
function shown(name: unknown): string {
  return typeof name === 'string' && /^[\w:.-]{1,40}$/.test(name) ? name : 'of no known name';
}
