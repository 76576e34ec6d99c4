/** What was recorded to stand at a path, for what is not here now: from the lock of whoever makes it, or of the source. */
import type { DepState } from '../core/fingerprint.ts';
import type { Stage } from '../core/pipeline.ts';
import { readLock } from '../store/locks.ts';
import { listSourceLocks } from '../store/source-locks.ts';
import type { Workspace } from './workspace.ts';

/** Undefined: nothing says what it was. */
export function recordedDep({ graph, layout }: Workspace, stage: Stage, path: string): DepState | undefined {
  const owner = graph.ownerOf(path);
  const lock = owner === undefined ? undefined : readLock(layout, owner);
  const out = lock?.kind === 'entry' ? lock.entry.outs.find((other) => other.path === path) : undefined;
  if (out !== undefined) return { type: out.content.type, digest: out.content.digest };
  const sources = listSourceLocks(layout);
  const source = sources.ok ? sources.value.find((other) => other.path === path) : undefined;
  if (source !== undefined) return { type: source.content.type, digest: source.content.digest };
  // Inside a folder: only the stage itself has recorded what it read there.
  const own = readLock(layout, stage.name);
  const deps = own?.kind === 'entry' ? own.entry.inputs.deps : {};
  return Object.hasOwn(deps, path) ? deps[path] : undefined;
}
