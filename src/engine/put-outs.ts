/**
 * Puts recorded content where it belongs, for verbs other than `repro`: what stood there is moved
 * aside first, and kept under .pipe/saved/ when it can be had nowhere else.
 *
 * A claim is held. Invariant: killed at any instant, everything stands as before or as recorded.
 */
import type { Failure } from '../core/failure.ts';
import type { LockEntry } from '../core/lock-entry.ts';
import { ok, type Result } from '../lib/result.ts';
import type { Claim } from '../store/claims.ts';
import type { RecordedOut } from '../store/run-cache.ts';
import { abandonOwn } from './abandon.ts';
import { clearAside, moveAside } from './aside.ts';
import { outsToRestore, placeOuts } from './restore-outs.ts';
import type { Workspace } from './workspace.ts';

export interface PutReport {
  readonly restored: readonly string[];
  /** Not in the cache, or broken there; what stands at these paths was left alone. */
  readonly missing: readonly string[];
  /** Where what had to make way is kept now. */
  readonly saved: readonly string[];
}

export interface PutOptions {
  readonly claim: Claim;
  readonly outs: readonly RecordedOut[];
  /** Explains what may stand there, and need not be kept. */
  readonly locked: LockEntry | undefined;
}

export async function putOuts(
  workspace: Workspace,
  { claim, outs, locked }: PutOptions,
): Promise<Result<PutReport, Failure>> {
  for (;;) {
    const wanted = await outsToRestore({ workspace }, outs);
    if (!wanted.ok) return wanted;
    const isAtHand = ({ content }: RecordedOut) => workspace.objects.has(content, { deep: true });
    const there = wanted.value.filter(isAtHand);
    const missing = wanted.value.filter((out) => !isAtHand(out)).map(({ path }) => path);
    const paths = there.map(({ path }) => path);
    if (paths.length === 0) return ok({ restored: [], missing, saved: [] });
    const journal = await moveAside(workspace, { claim, paths, locked });
    if (!journal.ok) return journal;
    const placed = await placeOuts({ workspace }, there);
    if (!placed.ok) return placed;
    if (placed.value === 'restored') {
      workspace.atStep('stored', claim.stage);
      const saved = clearAside(workspace, journal.value);
      return ok({ restored: paths, missing, saved });
    }
    // An object was broken and is in quarantine now: everything back, and a look at what is left.
    abandonOwn(workspace, claim);
  }
}
