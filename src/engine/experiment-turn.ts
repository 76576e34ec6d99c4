/**
 * Of experiments that run side by side, one runs a stage of the same inputs; the others wait and restore what it
 * made. Held as a claim in the user's root, so it holds across processes and a killed holder's turn is over.
 */
import { releaseClaim, tryClaim } from '../store/claims.ts';
import { errorCode } from '../store/read-if-there.ts';
import { newClaim } from './claim-stage.ts';
import type { TakeTurn } from './session.ts';
import { waitForClaim } from './wait.ts';
import type { Writing } from './writing.ts';

export function createTurns(writing: Writing, experiment: string): TakeTurn {
  const { workspace } = writing;
  return async ({ stage, key, signal, onEvent }) => {
    const scope = { writes: [`.pipe/cache/runs/${key}`], reads: [] };
    const claim = newClaim(writing, { stage: `${stage} of ${experiment}`, scope });
    let announced: string | undefined;
    while (!signal.aborted) {
      const { blockedBy } = tryClaim(workspace.layout, claim);
      if (blockedBy === undefined) return () => endTurn(writing, claim.id);
      const { holder, since, id } = blockedBy;
      const who = { stage: blockedBy.stage, pid: holder.pid, host: holder.host, since };
      if (announced !== id) onEvent({ type: 'stage-waiting', stage, holder: who });
      announced = id;
      await waitForClaim(workspace, { claim: blockedBy, signal, onEvent });
    }
    return () => undefined;
  };
}

/** On a full disk it cannot be given back; it is over when this process is. */
function endTurn({ workspace }: Writing, id: string): void {
  try {
    releaseClaim(workspace.layout, id);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
  }
}
