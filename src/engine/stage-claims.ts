/**
 * The claims of one run's stages. Where stages take milliseconds, those that wait for room are claimed together with the
 * one that has it: a change of the table is several files made and removed, and would cost more than a small command.
 *
 * Invariant: what was claimed ahead is used in a moment or given back; nobody else waits long for what only might run.
 */
import type { Stage } from '../core/pipeline.ts';
import { createClaimTable, type Claim, type ClaimAnswer } from '../store/claims.ts';
import { type Claimant, newStageClaim, scopeOf } from './claim-stage.ts';

export interface StageClaims {
  /** It waits for room, and may be claimed ahead. */
  readonly expect: (stage: Stage) => void;
  /** It has room. Throws what the operating system says. */
  readonly claim: (stage: Stage) => ClaimAnswer & { readonly claim: Claim };
  readonly release: (claim: Claim) => void;
  /** It will not act now. */
  readonly forget: (stage: Stage) => void;
  /** Everything is given back, now. Throws what the operating system says. */
  readonly settle: () => void;
}

const SOON_MS = 200;
const MOST = 32;

/** `clock`: milliseconds, of any beginning. */
export function createStageClaims(claimant: Claimant, clock = (): number => performance.now()): StageClaims {
  const table = createClaimTable(claimant.workspace.layout);
  const waiting = new Map<string, Stage>();
  const ahead = new Map<string, Claim>();
  let count = 1;
  let changed = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const newClaim = (stage: Stage) => newStageClaim(claimant, stage, scopeOf(claimant.workspace, stage));
  const forget = ({ name }: Pick<Stage, 'name'>): void => {
    const claim = ahead.get(name);
    if (claim !== undefined) table.release(claim.id);
    ahead.delete(name);
    waiting.delete(name);
  };
  const giveBack = (): void => {
    timer = undefined;
    for (const { id } of ahead.values()) table.release(id);
    ahead.clear();
  };
  const claimNow = (stage: Stage) => {
    const now = clock();
    count = nextCount(count, now - changed);
    changed = now;
    const next = [...waiting.values()].slice(0, count + ahead.size).filter(({ name }) => !ahead.has(name));
    const claim = newClaim(stage);
    const { blockedBy, taken } = table.tryClaim(claim, next.slice(0, count - 1).map(newClaim));
    for (const one of taken) ahead.set(one.stage, one);
    if (taken.length > 0) timer ??= setTimeout(giveBack, SOON_MS).unref();
    return { claim, blockedBy };
  };
  return {
    expect: (stage) => void waiting.set(stage.name, stage),
    claim(stage) {
      const claim = ahead.get(stage.name);
      ahead.delete(stage.name);
      waiting.delete(stage.name);
      return claim === undefined ? claimNow(stage) : { claim, blockedBy: undefined };
    },
    release: ({ id }) => table.release(id),
    forget,
    settle() {
      clearTimeout(timer);
      giveBack();
      table.settle();
    },
  };
}

/** Doubled as long as all of them were used in half the time there is. */
function nextCount(count: number, tookMs: number): number {
  if (tookMs < SOON_MS / 2) return Math.min(MOST, count * 2);
  return tookMs < SOON_MS ? count : Math.max(1, Math.floor(count / 2));
}
