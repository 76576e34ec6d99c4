/**
 * Changes of a registry, one process at a time: version folder, then registry.json, then the copy.
 *
 * Invariant: registry.json is the one commit point. Whatever it lists is complete on disk before it is
 * listed; whatever a crash leaves unlisted is as good as absent. After each step the registry opens.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { renderCard, type VersionCard } from '../core/registry-card.ts';
import { renderRegistry } from '../core/registry-file.ts';
import {
  addVersion,
  findBySha,
  findVersion,
  hasMoved,
  versionName,
  type RegistryMark,
  type RegistryState,
  type VersionEntry,
} from '../core/registry.ts';
import { digestOf, type Digest } from '../lib/digest.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { publishFile, publishTemporary, syncFolder, temporaryBeside, writeTemporary } from './publish.ts';
import { readBytesIfThere } from './read-if-there.ts';
import { withRegistryClaim } from './registry-claim.ts';
import { listVersionFolders, stateFile, versionFolder, type RegistryFailure } from './registry-layout.ts';
import { copyStanding, type Registry } from './registry.ts';

export interface RegistryChange {
  /** When given, and the registry has moved on since: `champion-changed`, and nothing is written. */
  readonly expected?: RegistryMark;
  /** A model to be listed first, unless its bytes already are. */
  readonly addition?: Addition;
  /** The state to write, from the state as it is under the claim, the addition already listed in it. */
  readonly transition: (
    state: RegistryState,
    added: VersionEntry | undefined,
  ) => Result<RegistryState, RegistryFailure>;
}

export interface Addition {
  readonly bytes: Uint8Array;
  readonly card: Omit<VersionCard, 'schema' | 'n' | 'sha'>;
}

export type CommitFailure = RegistryFailure | { readonly code: 'champion-changed'; readonly now: RegistryState };

/** The state afterwards, and the version that was added or had the same bytes. */
export interface Commit {
  /** The very same object as `state` when everything was already so, and nothing was written. */
  readonly before: RegistryState;
  readonly state: RegistryState;
  readonly added: VersionEntry | undefined;
}

export function commitChange(registry: Registry, change: RegistryChange): Promise<Result<Commit, CommitFailure>> {
  return withRegistryClaim(registry, () => commitUnderClaim(registry, change));
}

function commitUnderClaim(registry: Registry, change: RegistryChange): Result<Commit, CommitFailure> {
  const before = registry.read();
  if (!before.ok) return before;
  // Asked first: after registry.json has moved on it would be too late to refuse.
  const copy = copyStanding(registry.model, before.value, registry.digestFile);
  if (!copy.ok) return copy;
  if (change.expected && hasMoved(before.value, change.expected)) {
    return err({ code: 'champion-changed', now: before.value });
  }
  const listed = change.addition ? listVersion(registry, before.value, change.addition.bytes) : { state: before.value };
  const after = change.transition(listed.state, listed.added);
  if (!after.ok) return after;
  if (change.addition && listed.added && listed.state !== before.value) {
    storeVersion(registry, listed.added, change.addition);
  }
  if (after.value !== before.value) storeState(registry, before.value, after.value);
  const restored = registry.restoreCopy();
  if (!restored.ok) return restored;
  const state = after.value === before.value ? before.value : { ...after.value, revision: before.value.revision + 1 };
  return ok({ before: before.value, state, added: listed.added && findVersion(state, listed.added.n) });
}

interface Listed {
  readonly state: RegistryState;
  readonly added?: VersionEntry;
}

function listVersion({ root, model }: Registry, state: RegistryState, bytes: Uint8Array): Listed {
  const sha = digestOf(bytes);
  const known = findBySha(state, sha);
  if (known !== undefined) return { state, added: known };
  const n = nextNumber(state, listVersionFolders(root, model), sha);
  const grown = addVersion(state, { n, sha });
  return { state: grown, added: { n, sha, status: 'candidate' } };
}

/** Above every number ever used, save that a folder left by a crash keeps its number for the same bytes. */
function nextNumber(state: RegistryState, folders: readonly string[], sha: Digest): number {
  const listed = state.versions.at(-1)?.n ?? 0;
  const onDisk = folders.map((name) => ({ name, n: Number.parseInt(name, 10) })).filter(({ n }) => n > listed);
  const orphan = onDisk.find(({ name, n }) => name === versionName({ n, sha }));
  return orphan?.n ?? Math.max(listed, ...onDisk.map(({ n }) => n)) + 1;
}

function storeVersion({ root, model }: Registry, version: VersionEntry, { bytes, card }: Addition): void {
  const folder = join(root, versionFolder(model, version));
  const left = readBytesIfThere(join(folder, 'model.json'));
  if (left !== undefined && digestOf(left) === version.sha) return;
  const temporary = temporaryBeside(folder);
  mkdirSync(temporary);
  writeTemporary(join(temporary, 'model.json'), bytes);
  writeTemporary(join(temporary, 'card.json'), renderCard({ schema: 1, n: version.n, sha: version.sha, ...card }));
  syncFolder(temporary);
  rmSync(folder, { recursive: true, force: true }); // torn by a power cut, and never listed
  publishTemporary(temporary, folder);
  syncFolder(dirname(folder));
}

/** The commit point; only then may folders go that nothing lists any more. */
function storeState({ root, model }: Registry, before: RegistryState, after: RegistryState): void {
  const file = join(root, stateFile(model));
  publishFile(file, renderRegistry({ ...after, revision: before.revision + 1 }));
  syncFolder(dirname(file));
  for (const version of before.versions) {
    if (findVersion(after, version.n) === undefined) {
      rmSync(join(root, versionFolder(model, version)), { recursive: true, force: true });
    }
  }
}
