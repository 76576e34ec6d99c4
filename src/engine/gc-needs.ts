/**
 * What may not leave a cache: whatever any checkout that shares it names in its workspace, in its experiments, and in
 * the commits that were asked for. What cannot be known ends the whole thing: better no room than lost data.
 */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { listCheckouts } from '../store/cache-folder.ts';
import { listClaims } from '../store/claims.ts';
import { EXPERIMENT_REFS, listAllCommits, listExperimentNames } from '../store/git-refs.ts';
import { type GitRepository, openGitRepository } from '../store/git-tree.ts';
import { layoutOf } from '../store/layout.ts';
import { addDigestsIn, neededDigests } from '../store/needed-digests.ts';
import { isCleaning } from './announce.ts';
import { type CommitScope, isInGit, revisionsIn, wantsCommits } from './commit-scope.ts';
import { loadPipeline } from './load.ts';
import { isAbandoned } from './recover.ts';

/** Of which commits what they name is kept, besides the workspaces and experiments. */
export interface KeepScope extends CommitScope {
  /** Commits of so many days. */
  readonly keepDays?: number;
}

export interface Needs {
  /** Digests of objects, and fingerprints of run records. */
  readonly needed: Set<string>;
  readonly checkouts: readonly string[];
  /** Folders that are there no more. */
  readonly gone: readonly string[];
  /** Checkouts in which something runs now. */
  readonly busy: readonly string[];
}

/** Failures: checkout-unreachable, no-git. */
export async function readNeeds(cacheDir: string, own: string, scope: KeepScope): Promise<Result<Needs, Failure>> {
  const needed = new Set<string>();
  const checkouts: string[] = [];
  const gone: string[] = [];
  for (const root of new Set([own, ...listCheckouts(cacheDir)])) {
    if (!existsSync(root)) {
      // A folder that was deleted leaves the one around it; a disk that is not mounted does not.
      if (!existsSync(dirname(root))) return err({ code: 'checkout-unreachable', root, cacheDir });
      gone.push(root);
      continue;
    }
    const registries = await registriesOf(root);
    if (registries === undefined) return err({ code: 'checkout-unreachable', root, cacheDir });
    for (const digest of neededDigests({ root, registries })) needed.add(digest);
    const isKnown = await addNeedsOfCommits(root, { scope, folders: ['locks', ...registries], needed });
    if (!isKnown) return err({ code: 'checkout-unreachable', root, cacheDir });
    checkouts.push(root);
  }
  if (wantsCommits(scope) && !isInGit(own)) return err({ code: 'no-git', root: own });
  return ok({ needed, checkouts, gone, busy: checkouts.filter(isBusy) });
}

/** Somebody alive, here or on another host, is at work: what it is about to restore stands in no lock entry yet. */
function isBusy(root: string): boolean {
  return listClaims(layoutOf(root)).some((claim) => !isAbandoned(claim) && !isCleaning(claim));
}

/** Undefined: its pipeline cannot be read. */
async function registriesOf(root: string): Promise<readonly string[] | undefined> {
  const loaded = await loadPipeline(root);
  if (loaded.ok) return loaded.value.pipeline.models.map(({ registry }) => registry);
  return loaded.error.code === 'no-pipeline' ? [] : undefined;
}

interface Adding {
  readonly scope: KeepScope;
  readonly folders: readonly string[];
  readonly needed: Set<string>;
}

/** False: there is a repository, and git cannot or will not read it. */
async function addNeedsOfCommits(root: string, { scope, folders, needed }: Adding): Promise<boolean> {
  if (!isInGit(root)) return true;
  const repository = await openGitRepository(root);
  if (repository === undefined) return false;
  try {
    const seen = new Set<string>();
    for (const revision of await revisionsToKeep(root, scope)) {
      const tree = await repository.open(revision);
      if (tree === undefined) return false;
      for (const folder of folders) {
        const blobs = [...(await tree.blobsBelow(folder))].filter(([path]) => path.endsWith('.json'));
        await addBlobs(
          repository,
          blobs.map(([, id]) => id).filter((id) => !seen.has(id) && seen.add(id)),
          needed,
        );
      }
    }
    return true;
  } finally {
    await repository.close();
  }
}

async function addBlobs(repository: GitRepository, ids: readonly string[], needed: Set<string>): Promise<void> {
  for (const bytes of await Promise.all(ids.map((id) => repository.readBlob(id))))
    if (bytes !== undefined) addDigestsIn(bytes.toString('utf8'), needed);
}

async function revisionsToKeep(root: string, scope: KeepScope): Promise<readonly string[]> {
  const { keepDays } = scope;
  return [
    ...(await listExperimentNames(root)).map((name) => `${EXPERIMENT_REFS}${name}`),
    ...(await revisionsIn(root, scope)),
    ...(keepDays === undefined ? [] : await listAllCommits(root, { sinceDays: keepDays })),
  ];
}
