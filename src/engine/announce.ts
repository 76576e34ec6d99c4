/**
 * Tells other processes that a checkout reads objects which no lock entry of its own may name, as a push of old commits
 * does: a claim that claims nothing. `gc` takes no object out of a cache meanwhile; nobody waits for it.
 */
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

/** Until what is returned is called. Throws what the system says. */
export function announcePush(workspace: Workspace, remote: string): () => void {
  const holder = identityOf(process.pid);
  if (holder === undefined) throw new Error('this process does not find itself');
  preparePipeFolder(workspace.layout);
  const claimant = { workspace, run: newRunId(workspace.now()), holder };
  const claim = newClaim(claimant, { stage: `${PUSH}${remote}`, scope: { writes: [], reads: [] } });
  tryClaim(workspace.layout, claim);
  return () => releaseClaim(workspace.layout, claim.id);
}

/** Something is pushed from there now, by this machine or, as far as can be known, by another. */
export const isPushing = (root: string): boolean =>
  listClaims(layoutOf(root)).some((claim: Claim) => claim.stage.startsWith(PUSH) && !isAbandoned(claim));
