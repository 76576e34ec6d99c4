/** Waiting for somebody else's claim: takes over at once from the dead, never from another host. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunEvent } from '../core/event.ts';
import { listClaims, type Claim } from '../store/claims.ts';
import { isAbandoned, recover } from './recover.ts';
import type { Workspace } from './workspace.ts';

const LOOK_MS = 50;

export interface WaitOptions {
  readonly claim: Claim;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

/** Resolves when the claim is gone, or the signal has been aborted. */
export async function waitForClaim(workspace: Workspace, { claim, signal, onEvent }: WaitOptions): Promise<void> {
  while (!signal.aborted && listClaims(workspace.layout).some(({ id }) => id === claim.id)) {
    if (isAbandoned(claim)) await recover(workspace, onEvent);
    else await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}
