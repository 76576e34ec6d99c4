/**
 * What a remote has of a checkout: the content of outs and sources, as their lock entries say, and the
 * fingerprints that lead to them. Reads locks only.
 */
import type { Failure } from '../core/failure.ts';
import type { Fingerprint } from '../core/fingerprint.ts';
import type { Content } from '../core/lock-entry.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { lockPath, readLock } from '../store/locks.ts';
import { isKept } from './observe.ts';
import { selectPaths } from './select-paths.ts';
import type { LoadedPipeline } from './load.ts';
import type { Workspace } from './workspace.ts';

export interface KeptPath {
  readonly path: string;
  /** Undefined: a source. */
  readonly stage: string | undefined;
  readonly content: Content;
}

export interface Kept {
  readonly paths: readonly KeptPath[];
  readonly fingerprints: readonly Fingerprint[];
}

/** Outs with `push: false` and outs that are too large to be kept are left out. Failures: unknown-target, lock-conflict. */
export function keptContents(
  loaded: LoadedPipeline,
  workspace: Workspace,
  targets: readonly string[],
): Result<Kept, Failure> {
  const selected = selectPaths(loaded, targets);
  if (!selected.ok) return selected;
  const { stages, sources, isMeant } = selected.value;
  const paths: KeptPath[] = sources.map(({ path, content }) => ({ path, stage: undefined, content }));
  const fingerprints: Fingerprint[] = [];
  for (const name of stages) {
    const lock = readLock(workspace.layout, name);
    if (lock?.kind === 'conflict') return err({ code: 'lock-conflict', file: lockPath(name), problem: lock.problem });
    if (lock?.kind !== 'entry') continue;
    const declared = new Map(workspace.stage(name).outs.map((out) => [out.path, out]));
    for (const { path, content } of lock.entry.outs) {
      const out = declared.get(path);
      if (isMeant(path) && out?.push !== false && (out === undefined || isKept(out, content)))
        paths.push({ path, stage: name, content });
    }
    fingerprints.push(lock.entry.fingerprint);
  }
  return ok({ paths, fingerprints });
}
