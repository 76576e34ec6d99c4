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
  const { blockedBy } = createClaimTable(layout).tryClaim(claim);
  return { blockedBy };
}

export function releaseClaim(layout: Layout, id: string): void {
  changeTable(layout, without(new Set([id])));
}

export interface ClaimAnswer {
  readonly blockedBy: Claim | undefined;
}

/** The table as one process sees it that claims and releases often: it remembers what it wrote, and does both in one change. */
export interface ClaimTable {
  /** `others` are taken in the same change, as far as nobody is in their way; none of them when `claim` is blocked. */
  tryClaim(claim: Claim, others?: readonly Claim[]): ClaimAnswer & { readonly taken: readonly Claim[] };
  /** With the next claim, and at the latest in a moment. */
  release(id: string): void;
  /** What is still to be released, now. Throws what the operating system says. */
  settle(): void;
}

/** Nobody who waits for a claim looks more often. */
const RELEASE_MS = 50;

export function createClaimTable(layout: Layout): ClaimTable {
  const memory = createMemory();
  const releasing = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const settle = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (releasing.size > 0) changeTable(layout, without(releasing), memory);
    releasing.clear();
  };
  return {
    settle,
    tryClaim(claim, others = []) {
      let taking: Taking = { claims: [], taken: [], blockedBy: undefined };
      changeTable(
        layout,
        (claims) => {
          taking = take(without(releasing)(claims) ?? claims, claim, others);
          return taking.claims.length === claims.length && releasing.size === 0 ? undefined : taking.claims;
        },
        memory,
      );
      releasing.clear();
      return { blockedBy: taking.blockedBy, taken: taking.taken };
    },
    release(id) {
      releasing.add(id);
      // A full disk: they are tried again with the next claim, and the last `settle` says what is wrong.
      timer ??= setTimeout(() => quietly(settle), RELEASE_MS);
    },
  };
}

interface Taking extends ClaimAnswer {
  readonly claims: readonly Claim[];
  /** Of the others. */
  readonly taken: readonly Claim[];
}

/** Those that are held already stay so: a change may be applied twice. */
function take(held: readonly Claim[], claim: Claim, others: readonly Claim[]): Taking {
  const claims = [...held];
  const blockerOf = (one: Claim): Claim | undefined => {
    if (held.some(({ id }) => id === one.id)) return undefined;
    const blocker = claims.find((other) => conflicts(other, one));
    if (blocker === undefined) claims.push(one);
    return blocker;
  };
  const blockedBy = blockerOf(claim);
  const taken = blockedBy === undefined ? others.filter((one) => blockerOf(one) === undefined) : [];
  return { claims, taken, blockedBy };
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
