/**
 * Puts a damaged registry right from what is still on disk: its own versions, the copy of the
 * production version, the candidate, the evaluations.
 *
 * Never guesses who the champion is: where nothing says so, that is a failure. Never destroys what is
 * not known: an unregistered copy is moved to `.pipe/saved/`.
 */
import { mkdirSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import type { ModelState } from '../core/pipeline.ts';
import { renderRegistry } from '../core/registry-file.ts';
import { productionOf, versionName, type RegistryState, type VersionEntry } from '../core/registry.ts';
import { digestOf, type Digest } from '../lib/digest.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { layoutOf } from './layout.ts';
import { publishFile, publishTemporary, syncFolder } from './publish.ts';
import { readBytesIfThere } from './read-if-there.ts';
import { withRegistryClaim } from './registry-claim.ts';
import { readEvaluations } from './registry-evaluation.ts';
import {
  listVersionFolders,
  registryFailure,
  stateFile,
  versionFolder,
  type RegistryFailure,
} from './registry-layout.ts';
import { copyStanding, digestIfThere, type Registry } from './registry.ts';

export type RepairAction =
  | { readonly kind: 'registry-rebuilt'; readonly versions: number; readonly production: number | null }
  | { readonly kind: 'version-restored'; readonly version: VersionEntry; readonly from: string }
  | { readonly kind: 'file-saved'; readonly from: string; readonly to: string }
  | { readonly kind: 'copy-restored'; readonly path: string };

/** What was done, in that order; empty when nothing was wrong. */
export function repairRegistry(registry: Registry): Promise<Result<readonly RepairAction[], RegistryFailure>> {
  return withRegistryClaim(registry, () => repairUnderClaim(registry));
}

function repairUnderClaim(registry: Registry): Result<readonly RepairAction[], RegistryFailure> {
  const actions: RepairAction[] = [];
  const read = registry.read();
  const state = read.ok ? read : rebuild(registry, actions);
  if (!state.ok) return state;
  restoreProduction(registry, state.value, actions);
  if (!copyStanding(registry.model, state.value, registry.digestFile).ok) {
    saveAside(registry, registry.model.path, actions);
  }
  const copy = registry.restoreCopy();
  if (!copy.ok) return err(productionLost(registry.model, state.value));
  if (copy.value === 'restored') actions.push({ kind: 'copy-restored', path: registry.model.path });
  return ok(actions);
}

/** registry.json anew from the version folders: what is intact there was registered once. */
function rebuild(registry: Registry, actions: RepairAction[]): Result<RegistryState, RegistryFailure> {
  const found = findIntactVersions(registry);
  const champion = findChampion(registry, found);
  if (found.length > 0 && champion === undefined) return err(championUnknown(registry));
  const versions = found.map(
    (version): VersionEntry => ({ ...version, status: version.sha === champion ? 'production' : 'retired' }),
  );
  const production = versions.find((version) => version.sha === champion)?.n ?? null;
  // In seconds, so that it lies above every revision that anybody can have read before.
  const revision = Math.floor(Date.now() / 1000);
  const state = { revision, production, previous: null, pinned: false, versions };
  const path = stateFile(registry.model);
  saveAside(registry, path, actions);
  publishFile(join(registry.root, path), renderRegistry(state));
  syncFolder(dirname(join(registry.root, path)));
  actions.push({ kind: 'registry-rebuilt', versions: versions.length, production });
  return ok(state);
}

type FoundVersion = Pick<VersionEntry, 'n' | 'sha'>;

/** Ascending; of two folders with the same bytes the first. */
function findIntactVersions({ root, model }: Registry): readonly FoundVersion[] {
  const found = listVersionFolders(root, model).flatMap((name) => {
    const bytes = readBytesIfThere(join(root, model.registry, name, 'model.json'));
    if (bytes === undefined) return [];
    const version = { n: Number.parseInt(name, 10), sha: digestOf(bytes) };
    return versionName(version) === name ? [version] : [];
  });
  const ascending = found.sort((a, b) => a.n - b.n);
  return ascending.filter(
    (version, index) =>
      ascending.findIndex(({ sha }) => sha === version.sha) === index && ascending[index - 1]?.n !== version.n,
  );
}

/** The copy says who is in production; without it, the latest evaluation says who was after it. */
function findChampion(registry: Registry, found: readonly FoundVersion[]): Digest | undefined {
  const copy = registry.digestFile(registry.model.path);
  const [latest] = readEvaluations(registry, { limit: 1 });
  const promoted = latest?.decision === 'promote' || latest?.decision === 'bootstrap';
  const evaluated = promoted ? latest.candidate?.sha : latest?.champion?.sha;
  return (found.find(({ sha }) => sha === copy) ?? found.find(({ sha }) => sha === evaluated))?.sha;
}

function championUnknown({ model }: Registry): RegistryFailure {
  return registryFailure(
    model,
    `nothing says which version was in production: ${model.path} is missing or unknown, and so is the last evaluation`,
    `copy the model.json of the right version from ${model.registry} to ${model.path} and repair again`,
  );
}

/** A production version that was lost or changed comes back from wherever its very bytes still are. */
function restoreProduction({ root, model }: Registry, state: RegistryState, actions: RepairAction[]): void {
  const version = productionOf(state);
  if (version === undefined) return;
  const path = `${versionFolder(model, version)}/model.json`;
  const hasItsBytes = (file: string) => digestIfThere(join(root, file)) === version.sha;
  if (hasItsBytes(path)) return;
  const from = [model.path, model.candidate].find(hasItsBytes);
  const bytes = from === undefined ? undefined : readBytesIfThere(join(root, from));
  if (from === undefined || bytes === undefined) return;
  saveAside({ root }, path, actions);
  publishFile(join(root, path), bytes);
  actions.push({ kind: 'version-restored', version, from });
}

function productionLost(model: ModelState, { production, versions }: RegistryState): RegistryFailure {
  const others = versions.filter(({ n }) => n !== production).map(({ n }) => n);
  return registryFailure(
    model,
    `production version ${production} is lost: its bytes are neither in the registry nor anywhere else`,
    others.length === 0
      ? `put them back from a backup to ${model.path}, or move ${model.registry} away to begin anew`
      : `put another in production: \`pipe model promote N --force\`, N one of ${others.join(', ')}`,
  );
}

/** Moves a file that nobody can explain to where a person finds it again. */
function saveAside({ root }: Pick<Registry, 'root'>, path: string, actions: RepairAction[]): void {
  if (readBytesIfThere(join(root, path)) === undefined) return;
  const to = join(layoutOf(root).saved, `repair-${uuidv7()}`, basename(path));
  mkdirSync(dirname(to), { recursive: true });
  publishTemporary(join(root, path), to);
  actions.push({ kind: 'file-saved', from: path, to: relative(root, to) });
}
