/**
 * What a person may do with a model's registry: look, promote, roll back, pin, repair.
 *
 * Knows nothing of judging: these are acts, and the next evaluation respects them. Each is one commit
 * of the registry, decided on the state as it is under the claim.
 */
import type { Failure } from '../core/failure.ts';
import type { Evaluation } from '../core/gate-evaluation.ts';
import type { ModelState } from '../core/pipeline.ts';
import {
  findVersion,
  productionOf,
  promote,
  rollBack,
  selectVersion,
  setPinned,
  type RegistryState,
  type VersionEntry,
} from '../core/registry.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { loadModel } from '../ml/score.ts';
import { commitChange } from '../store/registry-commit.ts';
import { readEvaluations } from '../store/registry-evaluation.ts';
import { registryFailure, type RegistryFailure } from '../store/registry-layout.ts';
import { openRegistry, type Registry } from '../store/registry.ts';
import type { LoadedPipeline } from './load.ts';

export interface ModelChange {
  readonly model: string;
  readonly production: VersionEntry | null;
  readonly previous: VersionEntry | null;
  readonly pinned: boolean;
  /** In production before. */
  readonly was: VersionEntry | null;
  /** False when everything was already so. */
  readonly changed: boolean;
}

/** The registry of the model with this name; without a name, of the only one there is. */
export function findRegistry({ root, pipeline }: LoadedPipeline, name?: string): Result<Registry, Failure> {
  const { models } = pipeline;
  const [first] = models;
  const model = name === undefined && models.length === 1 ? first : models.find((entry) => entry.name === name);
  return model === undefined ? err(unknownModel(models, name)) : ok(openRegistry({ root, model }));
}

/** `force`: also a version that the gate or a person turned down, or that could not be compared, or over a pin. */
export async function promoteVersion(
  registry: Registry,
  options: { readonly version: string; readonly force: boolean },
): Promise<Result<ModelChange, Failure>> {
  const version = registry.readVersion(options.version);
  if (!version.ok) return version;
  const loaded = loadModel(version.value.bytes);
  if (!loaded.ok)
    return err(registryFailure(registry.model, `version ${version.value.n} cannot be used: ${loaded.error}`));
  const [judged] = readEvaluations(registry, { sha: version.value.sha, limit: 1 });
  return change(registry, (state) => {
    const wanted = { state, n: version.value.n, judged, force: options.force };
    const obstacle = findObstacle(registry.model, wanted);
    return obstacle === undefined ? ok(promote(state, version.value.n)) : err(obstacle);
  });
}

/** To the previous version, or the one given; the present one counts as rejected by a person from then on. */
export function rollBackVersion(
  registry: Registry,
  options: { readonly version?: string } = {},
): Promise<Result<ModelChange, Failure>> {
  const { model } = registry;
  return change(registry, (state) => {
    const production = productionOf(state);
    if (production === undefined) return err(registryFailure(model, 'there is no production version to roll back'));
    const target = findTarget(registry, state, options.version);
    if (target === undefined) return err(noTarget(model, state, options.version));
    if (target.n === production.n) return err(registryFailure(model, `version ${target.n} is in production already`));
    const readable = registry.readVersion(String(target.n));
    return readable.ok ? ok(rollBack(state, target.n)) : readable;
  });
}

/** A label stands in the versions' cards, all else in the state. */
function findTarget(registry: Registry, state: RegistryState, selector: string = 'previous'): VersionEntry | undefined {
  const selected = selectVersion(state, selector);
  if (selected !== undefined || !selector.includes('.')) return selected;
  const labelled = registry.readVersion(selector);
  return labelled.ok ? findVersion(state, labelled.value.n) : undefined;
}

/** The one in production; `version` names the one that is meant to be it, and is refused when it is not. */
export function pinVersion(
  registry: Registry,
  pinned: boolean,
  version = 'production',
): Promise<Result<ModelChange, Failure>> {
  return change(registry, (state) => {
    if (pinned && state.production === null) {
      return err(registryFailure(registry.model, 'there is no production version to pin'));
    }
    const meant = registry.readVersion(version);
    if (version !== 'production' && !meant.ok) return meant;
    if (meant.ok && meant.value.n !== state.production) {
      const problem = `version ${meant.value.n} is not in production, ${state.production ?? 'nothing'} is`;
      return err(registryFailure(registry.model, problem, `\`pipe model promote ${meant.value.n}\` first`));
    }
    return ok(setPinned(state, pinned));
  });
}

async function change(
  registry: Registry,
  transition: (state: RegistryState) => Result<RegistryState, RegistryFailure>,
): Promise<Result<ModelChange, Failure>> {
  const commit = await commitChange(registry, { transition });
  if (!commit.ok) {
    if (commit.error.code === 'registry') return err(commit.error);
    throw new Error('an act expects no particular champion');
  }
  const { before, state } = commit.value;
  return ok({
    model: registry.model.name,
    production: productionOf(state) ?? null,
    previous: findVersion(state, state.previous) ?? null,
    pinned: state.pinned,
    was: productionOf(before) ?? null,
    changed: state !== before,
  });
}

interface Wanted {
  readonly state: RegistryState;
  readonly n: number;
  /** The latest evaluation of that version. */
  readonly judged: Evaluation | undefined;
  readonly force: boolean;
}

/** What a person should know before promoting against it. */
function findObstacle(model: ModelState, { state, n, judged, force }: Wanted): RegistryFailure | undefined {
  const version = findVersion(state, n);
  if (version === undefined) return registryFailure(model, `there is no version ${n} any more`);
  if (state.production === n || force) return undefined;
  if (state.pinned) {
    return registryFailure(model, `version ${state.production} is pinned`, 'run `pipe model unpin` first');
  }
  const problem = findRefusal(version, judged);
  if (problem === undefined) return undefined;
  return registryFailure(model, problem, `\`pipe model promote ${n} --force\` promotes it all the same`);
}

function findRefusal({ n, status }: VersionEntry, judged: Evaluation | undefined): string | undefined {
  if (status === 'rejected_by_person') return `version ${n} was rolled back by a person`;
  if (status === 'rejected') return `the gate rejected version ${n}${because(judged)}`;
  const isCleared = judged?.decision === 'held' || judged?.decision === 'awaiting_approval';
  return status === 'candidate' && !isCleared ? `version ${n} did not pass the gate${because(judged)}` : undefined;
}

function because(judged: Evaluation | undefined): string {
  const texts = judged?.reasons.map((reason) => reason.text) ?? [];
  return texts.length === 0 ? '' : `: ${texts.join('; ')}`;
}

function noTarget(model: ModelState, state: RegistryState, selector: string | undefined): RegistryFailure {
  const numbers = state.versions.map((version) => version.n).join(', ');
  const problem =
    selector === undefined || selector === 'previous'
      ? 'no earlier version was ever in production'
      : `there is no version ${selector}`;
  return registryFailure(model, problem, `name one of ${numbers}: \`pipe model rollback N\``);
}

function unknownModel(models: readonly ModelState[], name: string | undefined): RegistryFailure {
  const names = models.map((model) => model.name).join(', ');
  if (models.length === 0) return { code: 'registry', model: name ?? '', problem: 'pipeline.yaml has no models:' };
  const problem = name === undefined ? 'there are several models' : 'there is no such model';
  return { code: 'registry', model: name ?? '', problem, hint: `name one with --model: ${names}` };
}
