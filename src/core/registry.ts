/**
 * `registry.json` as a value, and every change it can undergo.
 *
 * Knows nothing of files: `store/registry` keeps it and the versions' bytes. The state is the one
 * truth about which version is the champion; it belongs to a deployment, not to a commit.
 * Invariant: at most one version has status `production`, and it is the one `production` names.
 */
import type { Digest } from '../lib/digest.ts';

export interface RegistryState {
  /** Raised by one with every change; 0 is a registry that does not exist yet. */
  readonly revision: number;
  readonly production: number | null;
  /** Where a roll back goes to. */
  readonly previous: number | null;
  /** The production version stays until a person says otherwise. */
  readonly pinned: boolean;
  /** Ascending by `n`. */
  readonly versions: readonly VersionEntry[];
}

export interface VersionEntry {
  readonly n: number;
  readonly sha: Digest;
  readonly status: VersionStatus;
}

export const VERSION_STATUSES = ['candidate', 'production', 'retired', 'rejected', 'rejected_by_person'] as const;

export type VersionStatus = (typeof VERSION_STATUSES)[number];

/** What promotion compares: the registry as it was when judging began. */
export interface RegistryMark {
  readonly revision: number;
  readonly production: Digest | null;
}

export const EMPTY_REGISTRY: RegistryState = {
  revision: 0,
  production: null,
  previous: null,
  pinned: false,
  versions: [],
};

/** Rejected versions beyond these, oldest first, are dropped. */
export const KEPT_REJECTED = 20;

export function findVersion(state: RegistryState, n: number | null): VersionEntry | undefined {
  return state.versions.find((version) => version.n === n);
}

export function findBySha(state: RegistryState, sha: Digest): VersionEntry | undefined {
  return state.versions.find((version) => version.sha === sha);
}

export function productionOf(state: RegistryState): VersionEntry | undefined {
  return findVersion(state, state.production);
}

export function markOf(state: RegistryState): RegistryMark {
  return { revision: state.revision, production: productionOf(state)?.sha ?? null };
}

/** Somebody else changed the registry since `mark` was taken. */
export function hasMoved(state: RegistryState, mark: RegistryMark): boolean {
  const now = markOf(state);
  return now.revision !== mark.revision || now.production !== mark.production;
}

/** `<n>-<sha12>`: the folder of a version, and one of its selectors. */
export function versionName(version: Pick<VersionEntry, 'n' | 'sha'>): string {
  return `${version.n}-${version.sha.slice(0, 12)}`;
}

/** A new version; the caller has chosen an `n` above all others. */
export function addVersion(state: RegistryState, version: Pick<VersionEntry, 'n' | 'sha'>): RegistryState {
  const last = state.versions.at(-1)?.n ?? 0;
  if (version.n <= last) throw new Error(`version ${version.n} would not come after ${last}`);
  return next(state, { versions: [...state.versions, { n: version.n, sha: version.sha, status: 'candidate' }] });
}

/** Makes `n` the champion. The pin, if there was one, held the old champion and goes with it. */
export function promote(state: RegistryState, n: number): RegistryState {
  if (state.production === n) return state;
  return next(state, {
    production: n,
    previous: state.production,
    pinned: false,
    versions: withStatus(withStatus(state.versions, state.production, 'retired'), n, 'production'),
  });
}

/** Marks a candidate the gate turned down. What was ever in production, or a person rejected, keeps its status. */
export function reject(state: RegistryState, n: number): RegistryState {
  if (findVersion(state, n)?.status !== 'candidate') return state;
  return next(state, { versions: dropOldRejected(withStatus(state.versions, n, 'rejected')) });
}

/**
 * Makes an earlier version the champion again and marks the present one as rejected by a person,
 * so that no gate brings it back. Pins nothing: a better candidate may still be promoted.
 */
export function rollBack(state: RegistryState, to: number): RegistryState {
  if (state.production === to) return state;
  const versions = withStatus(withStatus(state.versions, state.production, 'rejected_by_person'), to, 'production');
  const retired = versions.filter((version) => version.status === 'retired');
  return next(state, { production: to, previous: retired.at(-1)?.n ?? null, pinned: false, versions });
}

export function setPinned(state: RegistryState, pinned: boolean): RegistryState {
  return state.pinned === pinned ? state : next(state, { pinned });
}

function next(state: RegistryState, change: Partial<RegistryState>): RegistryState {
  return { ...state, ...change, revision: state.revision + 1 };
}

function withStatus(
  versions: readonly VersionEntry[],
  n: number | null,
  status: VersionStatus,
): readonly VersionEntry[] {
  return versions.map((version) => (version.n === n ? { ...version, status } : version));
}

function dropOldRejected(versions: readonly VersionEntry[]): readonly VersionEntry[] {
  const rejected = versions.filter((version) => version.status === 'rejected').map((version) => version.n);
  const dropped = new Set(rejected.slice(0, Math.max(0, rejected.length - KEPT_REJECTED)));
  return versions.filter((version) => !dropped.has(version.n));
}

/** The version a selector names: a number, `n-sha12`, `production`, `previous` or `latest`. */
export function selectVersion(state: RegistryState, selector: string): VersionEntry | undefined {
  switch (selector) {
    case 'production':
      return productionOf(state);
    case 'previous':
      return findVersion(state, state.previous);
    case 'latest':
      return state.versions.at(-1);
    default:
      return state.versions.find((version) => selector === String(version.n) || selector === versionName(version));
  }
}
