/**
 * Who may run which stage, across processes: claims in one table (`store/claim-generations`).
 *
 * Knows who is alive, and nothing of what a stage does. Invariant: of two claims that conflict, one at most is held.
 */
import { conflicts, type ClaimScope } from '../core/claim.ts';
import type { Digest } from '../lib/digest.ts';
import { changeTable, type Change, createMemory, readTable } from './claim-generations.ts';
import type { Layout } from './layout.ts';
import { lifeOf, type ProcessIdentity } from './process-identity.ts';

export interface Claim extends ClaimScope {
  readonly id: string;
  readonly stage: string;
  readonly run: string;
  readonly holder: ProcessIdentity;
  /** ISO 8601. */
  readonly since: string;
  /** Of dead processes from whom it was taken over: they may have left something half-written. */
  readonly formerPids?: readonly number[];
  /** Set when nothing stood where the stage writes: then the claim says all that a journal would. */
  readonly clean?: CleanStart;
}

export interface CleanStart {
  /** Of the lock file, as in a journal. */
  readonly lockBefore: Digest | null;
  /** Root-relative paths at which nothing stood: what stands there after a crash is a wreck. */
  readonly absent: readonly string[];
}

/** Held: nobody alive (or elsewhere) has a conflicting claim. A dead holder's claim does not count, but stays until recovered. */
export function tryClaim(layout: Layout, claim: Claim): ClaimAnswer {
  return createClaimTable(layout).tryClaim(claim);
}

export function releaseClaim(layout: Layout, id: string): void {
  changeTable(layout, without(new Set([id])));
}

export interface ClaimAnswer {
  readonly blockedBy: Claim | undefined;
}

/** The table as one process sees it that claims and releases often: it remembers what it wrote, and does both in one change. */
export interface ClaimTable {
  tryClaim(claim: Claim): ClaimAnswer;
  /** With the next claim, and at the latest when the event loop has come round. */
  release(id: string): void;
  /** What is still to be released, now. Throws what the operating system says. */
  settle(): void;
}

export function createClaimTable(layout: Layout): ClaimTable {
  const memory = createMemory();
  const releasing = new Set<string>();
  let isSettling = false;
  const settle = (): void => {
    if (releasing.size > 0) changeTable(layout, without(releasing), memory);
    releasing.clear();
  };
  return {
    settle,
    tryClaim(claim) {
      let blockedBy: Claim | undefined;
      changeTable(
        layout,
        (claims) => {
          const others = without(releasing)(claims) ?? claims;
          const isHeld = others.some(({ id }) => id === claim.id);
          blockedBy = isHeld ? undefined : others.find((other) => conflicts(other, claim));
          return isHeld || blockedBy !== undefined ? without(releasing)(claims) : [...others, claim];
        },
        memory,
      );
      releasing.clear();
      return { blockedBy };
    },
    release(id) {
      releasing.add(id);
      if (isSettling) return;
      isSettling = true;
      setImmediate(() => {
        isSettling = false;
        // A full disk: they are tried again with the next claim, and the last `settle` says what is wrong.
        quietly(settle);
      });
    },
  };
}

/**
 * Gives a dead holder's claim to `holder`; false when somebody else was quicker, or has cleared it up already.
 * `isJournaled`: a journal tells of it, so it counts although the table was lost with a power cut.
 */
export function takeOverClaim(
  layout: Layout,
  dead: Claim,
  { holder, isJournaled = false }: { readonly holder: ProcessIdentity; readonly isJournaled?: boolean },
): boolean {
  changeTable(layout, (claims) => {
    const current = claims.find(({ id }) => id === dead.id);
    if (current === undefined ? !isJournaled : lifeOf(current.holder) !== 'dead') return undefined;
    const formerPids = [
      ...new Set([...(current?.formerPids ?? []), ...[current ?? dead].map((claim) => claim.holder.pid)]),
    ];
    return [...claims.filter(({ id }) => id !== dead.id), { ...dead, holder, formerPids }];
  });
  const now = listClaims(layout).find(({ id }) => id === dead.id);
  return now !== undefined && sameProcess(now.holder, holder);
}

/** Never waits, never locks. */
export function listClaims(layout: Layout): readonly Claim[] {
  return readTable(layout).claims;
}

const without =
  (ids: ReadonlySet<string>): Change =>
  (claims) =>
    claims.some(({ id }) => ids.has(id)) ? claims.filter(({ id }) => !ids.has(id)) : undefined;

function quietly(act: () => void): void {
  try {
    act();
  } catch {}
}

function sameProcess(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return a.boot === b.boot && a.pidNamespace === b.pidNamespace && a.pid === b.pid && a.start === b.start;
}
