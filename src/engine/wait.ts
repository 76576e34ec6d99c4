/** Waiting for somebody else's claim: takes over at once from the dead, never from another host. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Holder, RunEvent } from '../core/event.ts';
import { listClaims, type Claim } from '../store/claims.ts';
import { isAbandoned, recover } from './recover.ts';
import type { Workspace } from './workspace.ts';

const LOOK_MS = 50;

/** As people are told. */
export const holderOf = ({ stage, holder: { pid, host }, since }: Claim): Holder => ({ stage, pid, host, since });

export interface WaitOptions {
  /** Who waits. */
  readonly stage: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

/** What it returns resolves when the claim is gone, or the signal has been aborted. A holder is told once. */
export function createWait(workspace: Workspace, options: WaitOptions): (claim: Claim) => Promise<void> {
  let announced: string | undefined;
  return async (claim) => {
    if (announced !== claim.id)
      options.onEvent({ type: 'stage-waiting', stage: options.stage, holder: holderOf(claim) });
    announced = claim.id;
    await waitForClaim(workspace, claim, options);
  };
}

async function waitForClaim(
  workspace: Workspace,
  claim: Claim,
  { signal, onEvent }: Omit<WaitOptions, 'stage'>,
): Promise<void> {
  while (!signal.aborted && listClaims(workspace.layout).some(({ id }) => id === claim.id)) {
    if (isAbandoned(claim)) await recover(workspace, onEvent);
    else await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}
