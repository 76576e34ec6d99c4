/**
 * A push reads objects which no lock entry may name, as those of old commits; `gc` takes objects away. Each announces
 * itself, by a claim that claims nothing, before it looks for the other: so at least one of two at once sees the other.
 * `gc` that sees a push takes no object; a push that sees `gc` waits for its end.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { listCheckouts } from '../store/cache-folder.ts';
import { type Claim, listClaims, releaseClaim, tryClaim } from '../store/claims.ts';
import { preparePipeFolder } from '../store/pipe-folder.ts';
import { layoutOf } from '../store/layout.ts';
import { identityOf } from '../store/process-identity.ts';
import { newClaim } from './claim-stage.ts';
import { isAbandoned } from './recover.ts';
import { newRunId } from './run-id.ts';
import type { Workspace } from './workspace.ts';

/** No stage has a space in its name. */
const PUSH = 'push to ';
const GC = 'gc of the cache';

/** Until what is returned is called. Throws what the system says. */
export const announcePush = (workspace: Workspace, remote: string): (() => void) =>
  announce(workspace, `${PUSH}${remote}`);

/** Until what is returned is called. Throws what the system says. */
export const announceGc = (workspace: Workspace): (() => void) => announce(workspace, GC);

function announce(workspace: Workspace, stage: string): () => void {
  const holder = identityOf(process.pid);
  if (holder === undefined) throw new Error('this process does not find itself');
  preparePipeFolder(workspace.layout);
  const claimant = { workspace, run: newRunId(workspace.now()), holder };
  const claim = newClaim(claimant, { stage, scope: { writes: [], reads: [] } });
  tryClaim(workspace.layout, claim);
  return () => releaseClaim(workspace.layout, claim.id);
}

/** Something is pushed from there now, by this machine or, as far as can be known, by another. */
export const isPushing = (root: string): boolean => isAnnounced(root, (stage) => stage.startsWith(PUSH));

const LOOK_MS = 50;

/** Until nobody removes objects of this cache any more, or the signal is aborted. */
export async function waitForGc({ cache, root }: Workspace, signal?: AbortSignal): Promise<void> {
  const isCleaned = () =>
    [...new Set([root, ...listCheckouts(cache.dir)])].some((one) => isAnnounced(one, (stage) => isCleaning({ stage })));
  while (signal?.aborted !== true && isCleaned())
    await sleep(LOOK_MS, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}

/** A claim of somebody who cleans, which is no work that needs anything. */
export const isCleaning = ({ stage }: Pick<Claim, 'stage'>): boolean => stage === GC;

const isAnnounced = (root: string, isMeant: (stage: string) => boolean): boolean =>
  listClaims(layoutOf(root)).some((claim) => isMeant(claim.stage) && !isAbandoned(claim));
