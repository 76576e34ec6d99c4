/**
 * The `train` section of params.yaml as a value, refused with the key's name when it makes no sense.
 * Knows nothing of YAML; defaults live in params.yaml, not here: what is not written there is refused.
 */
import { err, ok, type Result } from '../lib/result.ts';
import { type CalibrationKind, CALIBRATIONS } from './calibration.ts';
import type { ModelKind } from './model.ts';

/** 'balanced' weighs both classes alike, as scikit-learn does; 'none' counts rows. */
export type ClassWeight = 'none' | 'balanced';

export interface GbdtParams {
  readonly trees: number;
  readonly learning_rate: number;
  /** Leaves a tree has at most. */
  readonly leaves: number;
  /** Rows a leaf has at least. */
  readonly min_leaf: number;
  /** Share of rows a tree sees. */
  readonly subsample: number;
  /** Share of columns a tree sees. */
  readonly colsample: number;
  readonly l2: number;
  readonly class_weight: ClassWeight;
  /** null or left out: all trees are grown. */
  readonly early_stopping?: EarlyStopping | null;
}

export interface EarlyStopping {
  /** Trees without a gain on the rows held back that end the training. */
  readonly rounds: number;
  /** Share of the training rows held back for it; no tree learns from them. */
  readonly share: number;
}

export interface ForestParams {
  readonly trees: number;
  readonly max_depth: number;
  readonly min_leaf: number;
  readonly class_weight: ClassWeight;
}

export interface LogisticParams {
  /** Weight of half the sum of squared weights beside the summed log loss: scikit-learn's 1 / C. */
  readonly l2: number;
  readonly class_weight: ClassWeight;
}

export interface TrainParams {
  readonly model: ModelKind;
  readonly seed: number;
  /** What makes probabilities of scores; left out: none. */
  readonly calibration?: CalibrationKind;
  /** Folds of a cross-validation beside the training; null or left out: none. */
  readonly cross_validation?: number | null;
  readonly gbdt: GbdtParams;
  readonly random_forest: ForestParams;
  readonly logistic: LogisticParams;
}

export interface ParamProblem {
  /** `gbdt.trees` */
  readonly key: string;
  /** Says what is allowed. */
  readonly message: string;
}

type Check = (value: unknown) => string | undefined;

/** A section's keys in the order they are checked; each check answers with what is allowed. */
type Section = Readonly<Record<string, Check>>;

const CLASS_WEIGHT = oneOf(['none', 'balanced']);
const SHARE = above(0, 1);
const SEED = whole(0, Number.MAX_SAFE_INTEGER);

const SECTIONS = {
  gbdt: {
    trees: whole(1, 10_000),
    learning_rate: above(0, 1),
    leaves: whole(2, 1024),
    min_leaf: whole(1, 1_000_000),
    subsample: SHARE,
    colsample: SHARE,
    l2: from(0, 1_000_000),
    class_weight: CLASS_WEIGHT,
    early_stopping: optional(stopping),
  },
  random_forest: {
    trees: whole(1, 10_000),
    max_depth: whole(1, 64),
    min_leaf: whole(1, 1_000_000),
    class_weight: CLASS_WEIGHT,
  },
  // Without any ridge the weights of all codes of one input are not determined.
  logistic: { l2: above(0, 1_000_000), class_weight: CLASS_WEIGHT },
} satisfies Record<ModelKind, Section>;

export function parseTrainParams(value: unknown): Result<TrainParams, ParamProblem> {
  const head: Section = {
    model: oneOf(Object.keys(SECTIONS)),
    seed: SEED,
    calibration: optional(oneOf(CALIBRATIONS)),
    cross_validation: optional(whole(2, 20)),
  };
  const problem =
    sectionProblem(value, '', head, Object.keys(SECTIONS)) ??
    Object.entries(SECTIONS)
      .map(([name, section]) => sectionProblem(member(value, name), `${name}.`, section))
      .find((found) => found !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every key of every section was checked
  return problem === undefined ? ok(value as TrainParams) : err(problem);
}

function sectionProblem(
  value: unknown,
  prefix: string,
  section: Section,
  also: readonly string[] = [],
): ParamProblem | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return {
      key: prefix.slice(0, -1) || 'train',
      message: `must be a section with ${Object.keys(section).join(', ')}`,
    };
  }
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(section, key) && !also.includes(key));
  if (unknown !== undefined) {
    return {
      key: prefix + unknown,
      message: `is not known; known are ${[...Object.keys(section), ...also].join(', ')}`,
    };
  }
  for (const [key, check] of Object.entries(section)) {
    const allowed = check(member(value, key));
    if (allowed !== undefined) return { key: prefix + key, message: `must be ${allowed}` };
  }
  return undefined;
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined;
}

function whole(low: number, high: number): Check {
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high
      ? undefined
      : `a whole number from ${low} to ${high}`;
}

function from(low: number, high: number): Check {
  return (value) =>
    typeof value === 'number' && value >= low && value <= high ? undefined : `a number from ${low} to ${high}`;
}

function above(low: number, high: number): Check {
  return (value) =>
    typeof value === 'number' && value > low && value <= high ? undefined : `a number above ${low}, at most ${high}`;
}

/** Also null, or left out: off. */
function optional(check: Check): Check {
  return (value) => {
    const allowed = value === null || value === undefined ? undefined : check(value);
    return allowed === undefined ? undefined : `null or ${allowed}`;
  };
}

function stopping(value: unknown): string | undefined {
  const [rounds, share] = [member(value, 'rounds'), member(value, 'share')];
  const isWhole = typeof rounds === 'number' && Number.isInteger(rounds) && rounds >= 1 && rounds <= 10_000;
  const isShare = typeof share === 'number' && share > 0 && share <= 0.5;
  const hasNoOther = typeof value === 'object' && value !== null && Object.keys(value).length === 2;
  return isWhole && isShare && hasNoOther
    ? undefined
    : '{rounds, share}: rounds a whole number from 1 to 10000, share a number above 0, at most 0.5';
}

function oneOf(allowed: readonly string[]): Check {
  return (value) => (typeof value === 'string' && allowed.includes(value) ? undefined : allowed.join(' or '));
}
