/**
 * What differs between two versions of a model: what the files say, how they scored, and what they were made from.
 *
 * Scores are those of the cards, taken when each was registered: `holdout` says whether on the same rows. Nothing is
 * scored here, and nothing changed.
 */
import type { Failure } from '../core/failure.ts';
import { diffInputs } from '../core/fingerprint.ts';
import { readLockJson } from '../core/lock-file.ts';
import type { Reason } from '../core/reason.ts';
import type { VersionCard } from '../core/registry-card.ts';
import { versionName, type VersionEntry } from '../core/registry.ts';
import { canonicalJson, compareCodeUnits, type Json } from '../lib/canonical-json.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { parseModel } from '../ml/model-file.ts';
import type { ModelFile } from '../ml/model.ts';
import { readEvaluations } from '../store/registry-evaluation.ts';
import { registryFailure } from '../store/registry-layout.ts';
import { readCard, type Registry } from '../store/registry.ts';

export interface ModelDiffOptions {
  /** Default: the previous version, or the one in production when none came before it or `to` is given. */
  readonly from?: string | undefined;
  /** Default: production; the newest when production has to be `from`. */
  readonly to?: string | undefined;
}

export interface ModelDiff {
  readonly model: string;
  readonly from: ComparedVersion;
  readonly to: ComparedVersion;
  /** What the model files and cards say, where it differs. */
  readonly facts: readonly FactDifference[];
  /** By name; a place in the order counts. */
  readonly inputs: readonly InputDifference[];
  /** All scores in the cards, sorted by name. */
  readonly metrics: readonly MetricDifference[];
  /** Were both scored on the same rows? `unknown`: one was never judged here. */
  readonly holdout: 'same' | 'different' | 'unknown';
  /** Parameters of all stages upstream, where they differ: reasons of the kind `param-changed`. */
  readonly params: readonly Reason[];
  /** Stages whose lock entries differ, with what differs in them besides parameters. */
  readonly upstream: readonly StageDifference[];
}

export interface ComparedVersion extends VersionEntry {
  readonly name: string;
  readonly card: Pick<VersionCard, 'label' | 'created' | 'git'> | null;
}

export interface FactDifference {
  readonly fact: string;
  /** null: it has none. */
  readonly was: string | number | null;
  readonly now: string | number | null;
}

export interface InputDifference {
  readonly input: string;
  readonly change: 'added' | 'removed' | 'modified';
  readonly was: string | null;
  readonly now: string | null;
}

export interface MetricDifference {
  readonly metric: string;
  readonly was: number | null;
  readonly now: number | null;
  /** null: one has no such score. */
  readonly diff: number | null;
}

export interface StageDifference {
  readonly stage: string;
  readonly change: 'added' | 'removed' | 'modified';
  readonly reasons: readonly Reason[];
}

/** Failures: registry. */
export function diffVersions(registry: Registry, options: ModelDiffOptions = {}): Result<ModelDiff, Failure> {
  const pair = choosePair(registry, options);
  if (!pair.ok) return pair;
  const from = readSide(registry, pair.value.from);
  if (!from.ok) return from;
  const to = readSide(registry, pair.value.to);
  if (!to.ok) return to;
  const stages = diffLocks(from.value.card?.locks ?? {}, to.value.card?.locks ?? {});
  return ok({
    model: registry.model.name,
    from: from.value.version,
    to: to.value.version,
    facts: diffFacts(factsOf(from.value), factsOf(to.value)),
    inputs: diffModelInputs(from.value.model, to.value.model),
    metrics: diffScores(from.value.card?.metrics ?? {}, to.value.card?.metrics ?? {}),
    holdout: compareHoldouts(registry, from.value.version.sha, to.value.version.sha),
    params: distinct(stages.flatMap(({ reasons }) => reasons.filter(isParam))),
    upstream: stages
      .map((stage) => ({ ...stage, reasons: stage.reasons.filter((reason) => !isParam(reason)) }))
      .filter(({ change, reasons }) => change !== 'modified' || reasons.length > 0),
  });
}

function choosePair(registry: Registry, { from, to }: ModelDiffOptions): Result<Pair, Failure> {
  if (from !== undefined) return ok(to === undefined ? { from: 'production', to: from } : { from, to });
  if (to !== undefined) return ok({ from: 'production', to });
  const state = registry.read();
  if (!state.ok) return state;
  const { production, previous, versions } = state.value;
  if (previous !== null) return ok({ from: 'previous', to: 'production' });
  if (production !== null && versions.length === 1) {
    return err(registryFailure(registry.model, `version ${production} is the only one: there is none to compare with`));
  }
  return ok({ from: 'production', to: 'latest' });
}

interface Pair {
  readonly from: string;
  readonly to: string;
}

interface Side {
  readonly version: ComparedVersion;
  readonly model: ModelFile;
  readonly card: VersionCard | undefined;
}

function readSide(registry: Registry, selector: string): Result<Side, Failure> {
  const version = registry.readVersion(selector);
  if (!version.ok) return version;
  const { n, sha, status, bytes } = version.value;
  const parsed = parseModel(new TextDecoder().decode(bytes));
  if (!parsed.ok) return err(registryFailure(registry.model, `version ${n} cannot be read: ${parsed.error.message}`));
  const card = readCard(registry, { n, sha });
  const shown = card === undefined ? null : { label: card.label, created: card.created, git: card.git };
  return ok({ version: { n, name: versionName({ n, sha }), sha, status, card: shown }, model: parsed.value, card });
}

type Facts = Readonly<Record<string, string | number | null>>;

function factsOf({ model, card }: Side): Facts {
  const git = card?.git ?? null;
  return {
    label: model.label,
    kind: model.kind,
    framework: model.framework,
    classes: model.classes.join(', '),
    threshold: model.threshold,
    calibration: 'calibration' in model ? (model.calibration?.type ?? null) : null,
    split: canonicalJson({ ...model.split }),
    data: model.digests.data,
    params: model.digests.params,
    commit: git === null ? null : `${git.commit}${git.dirty ? ' with uncommitted changes' : ''}`,
  };
}

function diffFacts(was: Facts, now: Facts): readonly FactDifference[] {
  return Object.keys(was)
    .map((fact) => ({ fact, was: was[fact] ?? null, now: now[fact] ?? null }))
    .filter((difference) => difference.was !== difference.now);
}

function diffModelInputs(was: ModelFile, now: ModelFile): readonly InputDifference[] {
  const [before, after] = [describeInputs(was), describeInputs(now)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((input) => ({ input, was: before.get(input) ?? null, now: after.get(input) ?? null }))
    .filter((difference) => difference.was !== difference.now)
    .map((difference) => ({ ...difference, change: changeOf(difference.was, difference.now) }));
}

/** By name, in order: place, type and what else is said of it. */
function describeInputs({ inputs }: ModelFile): ReadonlyMap<string, string> {
  return new Map(inputs.map(({ name, ...spec }, index) => [name, `${index + 1}: ${canonicalJson({ ...spec })}`]));
}

const changeOf = (was: unknown, now: unknown): InputDifference['change'] =>
  was === null || was === undefined ? 'added' : now === null || now === undefined ? 'removed' : 'modified';

function diffScores(was: VersionCard['metrics'], now: VersionCard['metrics']): readonly MetricDifference[] {
  return keysOf(was, now).flatMap((metric) => {
    const [a, b] = [numberOrNull(was[metric]), numberOrNull(now[metric])];
    if (a === null && b === null) return []; // a table of counts, not a score
    return [{ metric, was: a, now: b, diff: a === null || b === null ? null : b - a }];
  });
}

const numberOrNull = (value: Json | undefined): number | null => (typeof value === 'number' ? value : null);

function compareHoldouts(registry: Registry, was: string, now: string): ModelDiff['holdout'] {
  // The first evaluation is the one whose scores stand in the card.
  const [a, b] = [was, now].map((sha) => readEvaluations(registry, { sha }).at(-1)?.digests ?? undefined);
  if (a === undefined || b === undefined) return 'unknown';
  return a.x_test === b.x_test && a.y_test === b.y_test ? 'same' : 'different';
}

function diffLocks(was: VersionCard['locks'], now: VersionCard['locks']): readonly StageDifference[] {
  return keysOf(was, now).flatMap((stage): readonly StageDifference[] => {
    const [a, b] = [was[stage], now[stage]];
    if (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b)) return [];
    const [before, after] = [readLockJson(a), readLockJson(b)];
    const reasons = before === undefined || after === undefined ? [] : diffInputs(before.inputs, after.inputs);
    return [{ stage, change: changeOf(a, b), reasons }];
  });
}

const keysOf = (was: object, now: object): readonly string[] =>
  [...new Set([...Object.keys(was), ...Object.keys(now)])].sort(compareCodeUnits);

const isParam = ({ kind }: Reason): boolean => kind === 'param-changed';

/** Several stages may read one parameter. */
const distinct = (reasons: readonly Reason[]): readonly Reason[] => [
  ...new Map(reasons.map((reason) => ['name' in reason ? reason.name : '', reason])).values(),
];
