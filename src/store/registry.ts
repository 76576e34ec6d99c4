/**
 * A model's registry on disk: immutable versions, `registry.json` as the one truth about them, and
 * the copy of the production version that people and `predict` read.
 *
 * Reading never waits, claims or changes the registry; a daemon may call `read` twice a second. Only
 * `restoreCopy` writes, and only the copy. Changes are in `store/registry-commit`.
 */
import { join } from 'node:path';
import type { ModelState } from '../core/pipeline.ts';
import type { Reason } from '../core/reason.ts';
import { parseCard, type VersionCard } from '../core/registry-card.ts';
import { parseRegistry } from '../core/registry-file.ts';
import {
  EMPTY_REGISTRY,
  findBySha,
  productionOf,
  selectVersion,
  type RegistryState,
  type VersionEntry,
} from '../core/registry.ts';
import { digestOf, type Digest } from '../lib/digest.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { publishFile } from './publish.ts';
import { readBytesIfThere, readTextIfThere } from './read-if-there.ts';
import {
  listVersionFolders,
  REPAIR_HINT,
  registryFailure,
  stateFile,
  versionFolder,
  type RegistryFailure,
} from './registry-layout.ts';

export interface RegistryOptions {
  readonly root: string;
  readonly model: ModelState;
  /** Digest of a file by its root-relative path, undefined when there is none; the stat index's saves reading unchanged bytes. */
  readonly digestFile?: (path: string) => Digest | undefined;
}

export interface Registry {
  readonly root: string;
  readonly model: ModelState;
  readonly digestFile: DigestFile;
  /** One small file. A registry that does not exist yet reads as revision 0 without versions. */
  readonly read: () => Result<RegistryState, RegistryFailure>;
  /** What makes the owning stage stale; empty when the registry is as it should be. */
  readonly inspect: () => readonly Reason[];
  /** A number, `n-sha12`, `production`, `previous`, `latest`, or a label with a dot. The bytes agree with their sha. */
  readonly readVersion: (selector: string) => Result<StoredVersion, RegistryFailure>;
  /** Makes the copy again where it is missing or holds another registered version; unknown bytes are a failure. */
  readonly restoreCopy: () => Result<'intact' | 'restored' | 'no-production', RegistryFailure>;
}

interface StoredVersion extends VersionEntry {
  /** Absolute path of its model.json. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

export function openRegistry(options: RegistryOptions): Registry {
  const { root, model } = options;
  const digestFile = options.digestFile ?? ((path) => digestIfThere(join(root, path)));
  return {
    root,
    model,
    digestFile,
    read: () => readState(root, model),
    inspect: () => inspect(readState(root, model), model, digestFile),
    readVersion: (selector) => readVersion(root, model, selector),
    restoreCopy: () => restoreCopy(root, model, digestFile),
  };
}

function readState(root: string, model: ModelState): Result<RegistryState, RegistryFailure> {
  const file = stateFile(model);
  try {
    const text = readTextIfThere(join(root, file));
    if (text !== undefined) return parseState(model, text);
    // Versions without the file that ranks them: to begin anew would forget who the champion was.
    if (listVersionFolders(root, model).length === 0) return ok(EMPTY_REGISTRY);
    return err(registryFailure(model, `${file} is missing although there are versions beside it`, REPAIR_HINT));
  } catch (error) {
    return err(
      registryFailure(model, `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`),
    );
  }
}

function parseState(model: ModelState, text: string): Result<RegistryState, RegistryFailure> {
  const parsed = parseRegistry(text);
  if (parsed.ok) return parsed;
  return err(registryFailure(model, `${stateFile(model)} cannot be read: ${parsed.error}`, REPAIR_HINT));
}

export type DigestFile = NonNullable<RegistryOptions['digestFile']>;

function inspect(
  state: Result<RegistryState, RegistryFailure>,
  model: ModelState,
  digestFile: DigestFile,
): readonly Reason[] {
  const path = stateFile(model);
  if (!state.ok) return [{ kind: 'registry-unreadable', path, problem: state.error.problem }];
  if (state.value.revision === 0) return [{ kind: 'registry-missing', path }];
  const production = productionOf(state.value);
  if (production === undefined) return [];
  const file = `${versionFolder(model, production)}/model.json`;
  const found = digestFile(file);
  if (found === production.sha) return [];
  const problem = found === undefined ? 'it is missing' : 'its bytes are not those that were registered';
  return [{ kind: 'production-broken', path: file, problem }];
}

function readVersion(root: string, model: ModelState, selector: string): Result<StoredVersion, RegistryFailure> {
  const state = readState(root, model);
  if (!state.ok) return state;
  const version = selectVersion(state.value, selector) ?? findByLabel(root, model, state.value, selector);
  if (version === undefined) return err(unknownVersion(model, state.value, selector));
  const path = `${versionFolder(model, version)}/model.json`;
  const bytes = readBytesIfThere(join(root, path));
  if (bytes === undefined) return err(registryFailure(model, `${path} is missing`, REPAIR_HINT));
  if (digestOf(bytes) !== version.sha) {
    return err(registryFailure(model, `${path} was changed: its bytes do not have the registered sha`, REPAIR_HINT));
  }
  return ok({ ...version, file: join(root, path), bytes });
}

/** A label ("1.0.0") may belong to many versions: the one in production wins, then the newest. */
function findByLabel(
  root: string,
  model: ModelState,
  state: RegistryState,
  selector: string,
): VersionEntry | undefined {
  if (!selector.includes('.')) return undefined;
  const isLabelled = (version: VersionEntry) => readCard({ root, model }, version)?.label === selector;
  const production = productionOf(state);
  return production && isLabelled(production) ? production : state.versions.findLast(isLabelled);
}

export function readCard(
  { root, model }: Pick<Registry, 'root' | 'model'>,
  version: Pick<VersionEntry, 'n' | 'sha'>,
): VersionCard | undefined {
  const text = readTextIfThere(join(root, versionFolder(model, version), 'card.json'));
  return text === undefined ? undefined : parseCard(text);
}

function unknownVersion(model: ModelState, state: RegistryState, selector: string): RegistryFailure {
  if (state.versions.length === 0)
    return registryFailure(model, 'there is no version yet', `run \`pipe repro ${model.stage}\``);
  const problem =
    selector === 'production' || selector === 'previous'
      ? `there is no ${selector} version`
      : `there is no version ${selector}`;
  return registryFailure(model, problem, `there are ${state.versions.map((version) => version.n).join(', ')}`);
}

function restoreCopy(root: string, model: ModelState, digestFile: DigestFile): ReturnType<Registry['restoreCopy']> {
  const state = readState(root, model);
  if (!state.ok) return state;
  const standing = copyStanding(model, state.value, digestFile);
  if (!standing.ok) return standing;
  const production = productionOf(state.value);
  if (production === undefined) return ok('no-production');
  if (standing.value === 'production') return ok('intact');
  const version = readVersion(root, model, String(production.n));
  if (!version.ok) return version;
  publishFile(join(root, model.path), version.value.bytes);
  // No claim is held here: somebody may have promoted meanwhile, and theirs may be the copy just replaced.
  const now = readState(root, model);
  const isSettled = now.ok && now.value.revision === state.value.revision;
  if (isSettled) return ok('restored');
  const again = restoreCopy(root, model, digestFile);
  return again.ok ? ok('restored') : again;
}

/** What `model.path` holds; bytes that nobody registered are not ours to overwrite. */
export function copyStanding(
  model: ModelState,
  state: RegistryState,
  digestFile: DigestFile,
): Result<'missing' | 'production' | 'other-version', RegistryFailure> {
  const found = digestFile(model.path);
  if (found === undefined) return ok('missing');
  const version = findBySha(state, found);
  if (version !== undefined) return ok(version.n === state.production ? 'production' : 'other-version');
  return err(registryFailure(model, `${model.path} holds a model that is not registered`, REPAIR_HINT));
}

/** Of a file by its absolute path. */
export function digestIfThere(file: string): Digest | undefined {
  const bytes = readBytesIfThere(file);
  return bytes === undefined ? undefined : digestOf(bytes);
}
