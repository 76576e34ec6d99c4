/**
 * `repro --pull`: what a run can have from a remote, and no more of it than it needs. Outs of targets are
 * brought back; of all other stages only what a stage that really runs reads.
 *
 * Knows nothing of decisions. Each question is asked once a run; in a dry run nothing is fetched.
 */
import type { Failure } from '../core/failure.ts';
import type { Fingerprint } from '../core/fingerprint.ts';
import type { Content } from '../core/lock-entry.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { objectKey } from '../store/remotes/remote.ts';
import { readVerifiedRecord } from '../store/remotes/records.ts';
import { readRunRecord, type RunRecord, writeRunRecord } from '../store/run-cache.ts';
import { failureOf, fetchContents } from './fetch.ts';
import { USUAL_JOBS } from './push.ts';
import type { NamedRemote } from './remotes.ts';
import type { PullSource, Workspace } from './workspace.ts';

export interface PullOptions {
  readonly named: NamedRemote;
  readonly isDry: boolean;
  /** Stages whose outs are to be here in the end. */
  readonly wanted: ReadonlySet<string>;
}

/** `workspace`: asked late, since it holds what is made here. */
export function createPullSource({ named, isDry, wanted }: PullOptions, workspace: () => Workspace): PullSource {
  const brought = new Map<string, Promise<Result<boolean, Failure>>>();
  const records = new Map<Fingerprint, Promise<Result<RunRecord | undefined, Failure>>>();
  return {
    isWanted: (stage) => wanted.has(stage),
    bring: (contents) => {
      const key = contents.map(({ digest }) => digest).join();
      const known = brought.get(key) ?? bring(contents);
      brought.set(key, known);
      return known;
    },
    record: (fingerprint) => {
      const known = records.get(fingerprint) ?? readRecord(fingerprint);
      records.set(fingerprint, known);
      return known;
    },
    close: () => named.remote.close(),
  };

  async function bring(contents: readonly Content[]): Promise<Result<boolean, Failure>> {
    if (isDry) return await areThere(contents);
    const fetching = { workspace: workspace(), named, jobs: USUAL_JOBS, onProgress: undefined };
    const fetched = await fetchContents(fetching, contents);
    return fetched.ok ? ok(fetched.value.missing.size === 0) : fetched;
  }

  async function areThere(contents: readonly Content[]): Promise<Result<boolean, Failure>> {
    for (const content of contents) {
      if (workspace().objects.has(content, { deep: true })) continue;
      const there = await named.remote.stat(objectKey(content.digest));
      if (!there.ok) return err(failureOf(named, there.error));
      if (there.value === undefined) return ok(false);
    }
    return ok(true);
  }

  async function readRecord(fingerprint: Fingerprint): Promise<Result<RunRecord | undefined, Failure>> {
    const { layout } = workspace();
    const here = readRunRecord(layout, fingerprint);
    if (here !== undefined) return ok(here);
    const there = await readVerifiedRecord(named.remote, fingerprint);
    if (!there.ok) return err(failureOf(named, there.error));
    if (there.value !== undefined && !isDry) writeRunRecord(layout, there.value);
    return there;
  }
}
