/**
 * `exp push` and `exp pull`: experiments as refs through a remote of git, their outs through a remote of ours, so that
 * `exp apply` elsewhere has nothing to run.
 *
 * Order: data before refs on the way there, refs before data on the way here. So whoever sees a ref can have its data.
 */
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { listExperiments } from '../store/experiments.ts';
import { EXPERIMENT_REFS } from '../store/git-refs.ts';
import { runGit } from '../store/git-write.ts';
import { chosenExperiments } from './experiment-refs.ts';
import { fetch, type FetchReport } from './fetch.ts';
import { findRoot, loadPipeline } from './load.ts';
import { push, type PushReport, type TransferOptions } from './push.ts';
import { knownRemotes } from './remotes.ts';

export interface ExchangeOptions {
  /** Absolute. */
  readonly cwd: string;
  /** None: all. */
  readonly names: readonly string[];
  /** A remote of git, by name or address. */
  readonly remote: string;
  /** Where outs travel; `remote` undefined: the usual one, if there is one. Absent: refs alone. */
  readonly data?: Pick<TransferOptions, 'remote' | 'jobs' | 'env' | 'signal' | 'onProgress'>;
}

export interface Exchanged<T> {
  readonly experiments: readonly string[];
  /** null: not asked for, or no remote for data is set up. */
  readonly data: T | null;
}

/** What was sent. Failures: no-pipeline, experiment-refused, git-failed, and those of `push`. */
export async function pushExperiments(options: ExchangeOptions): Promise<Result<Exchanged<PushReport>, Failure>> {
  const { cwd, remote, names } = options;
  const root = findRoot(cwd);
  if (root === undefined) return err({ code: 'no-pipeline', from: cwd });
  const chosen = await chosenExperiments(root, { names, all: names.length === 0 });
  if (!chosen.ok) return chosen;
  if (chosen.value.length === 0) return ok({ experiments: [], data: null });
  const refs = chosen.value.map((name) => `${EXPERIMENT_REFS}${name}`);
  const data = await transfer(options, refs, push);
  if (!data.ok) return data;
  const sent = await runGit(root, ['push', '--quiet', '--', remote, ...refs.map((ref) => `${ref}:${ref}`)]);
  return sent.ok ? ok({ experiments: chosen.value, data: data.value }) : sent;
}

/**
 * `experiments`: those that are here now and were not, or were others; data comes for all that were asked for.
 * Failures: no-pipeline, git-failed, and those of `fetch`.
 */
export async function pullExperiments(options: ExchangeOptions): Promise<Result<Exchanged<FetchReport>, Failure>> {
  const { cwd, remote, names } = options;
  const root = findRoot(cwd);
  if (root === undefined) return err({ code: 'no-pipeline', from: cwd });
  const before = await listExperiments(root);
  if (!before.ok) return before;
  const patterns = (names.length === 0 ? ['*'] : names).map((name) => `${EXPERIMENT_REFS}${name}`);
  const listing = await runGit(root, ['ls-remote', '--quiet', '--', remote, ...patterns]);
  if (!listing.ok) return listing;
  const fetched = await runGit(root, [
    'fetch',
    '--quiet',
    '--no-tags',
    '--',
    remote,
    ...patterns.map((ref) => `${ref}:${ref}`),
  ]);
  if (!fetched.ok) return fetched;
  const after = await listExperiments(root);
  if (!after.ok) return after;
  const known = new Map(before.value.map(({ name, commit }) => [name, commit]));
  const experiments = after.value.flatMap(({ name, commit }) => (known.get(name) === commit ? [] : [name]));
  const data = await transfer(options, refsIn(listing.value), fetch);
  return data.ok ? ok({ experiments, data: data.value }) : data;
}

const refsIn = (listing: string): readonly string[] => listing.split('\n').flatMap((line) => line.split('\t')[1] ?? []);

async function transfer<T>(
  { cwd, data }: ExchangeOptions,
  revisions: readonly string[],
  act: (options: TransferOptions) => Promise<Result<T, Failure>>,
): Promise<Result<T | null, Failure>> {
  if (data === undefined || revisions.length === 0) return ok(null);
  if (data.remote === undefined) {
    const loaded = await loadPipeline(cwd);
    if (!loaded.ok) return loaded;
    const known = await knownRemotes(loaded.value);
    if (!known.ok) return known;
    if (known.value.usual === undefined) return ok(null);
  }
  return await act({ ...data, cwd, revisions });
}
