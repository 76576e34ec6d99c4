/** Puts recorded outs in place, each complete and verified, or says that one cannot be had. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { sameContent } from '../core/lock-entry.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { RecordedOut } from '../store/run-cache.ts';
import { contentOf } from './inputs.ts';
import type { Performance } from './performance.ts';
import type { Workspace } from './workspace.ts';

/** The outs that do not already stand as recorded. */
export async function outsToRestore(
  { workspace }: Pick<Performance, 'workspace'>,
  outs: readonly RecordedOut[],
): Promise<Result<readonly RecordedOut[], Failure>> {
  const wanted: RecordedOut[] = [];
  for (const out of outs) {
    const content = await contentOf(workspace, out.path);
    if (!content.ok) return content;
    if (!sameContent(content.value, out.content)) wanted.push(out);
  }
  return ok(wanted);
}

/** The paths must be free. 'missing': an object is gone or broken, and some outs may already be in place. */
export async function placeOuts(
  { workspace }: Pick<Performance, 'workspace'>,
  outs: readonly RecordedOut[],
): Promise<Result<'restored' | 'missing', Failure>> {
  for (const { path, content } of outs) {
    const restored = await workspace.objects.restore(content, path, { own: !isLinkable(workspace, path) });
    if (!restored.ok || restored.value === 'missing') return restored;
  }
  return ok('restored');
}

/** What stages go on writing in, and what git or people keep, must be no link into the cache. */
function isLinkable({ pipeline, cache }: Workspace, path: string): boolean {
  if (cache.link.every((kind) => kind === 'reflink' || kind === 'copy')) return true;
  const out = pipeline.stages.flatMap(({ outs }) => outs).find((other) => other.path === path);
  return out === undefined ? pipeline.sources.some((source) => source.path === path) : out.cache && !out.persist;
}

/** For outs that were just made and are to give way to recorded ones; their journal is still open. */
export async function replaceOuts(
  performance: Performance,
  outs: readonly RecordedOut[],
): Promise<Result<readonly RecordedOut[], Failure>> {
  const { workspace, stage } = performance;
  const wanted = await outsToRestore(performance, outs);
  if (!wanted.ok) return wanted;
  for (const { path } of wanted.value) rmSync(join(workspace.root, path), { recursive: true, force: true });
  const placed = await placeOuts(performance, wanted.value);
  if (!placed.ok) return placed;
  if (placed.value === 'restored') return ok(outs);
  return err({
    code: 'path-refused',
    path: wanted.value[0]?.path ?? stage.name,
    problem: 'its object in the cache is broken',
    hint: 'run pipe repro again',
  });
}
