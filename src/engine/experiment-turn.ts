/**
 * Of experiments that run side by side, one runs a stage of the same inputs; the others wait and restore what it
 * made. Held as a claim in the user's root, so it holds across processes and a killed holder's turn is over.
 */
import { tryClaim } from '../store/claims.ts';
import { newClaim } from './claim-stage.ts';
import type { TakeTurn } from './session.ts';
import { createWait } from './wait.ts';
import { giveBack, type Writing } from './writing.ts';

export function createTurns(writing: Writing, experiment: string): TakeTurn {
  const { workspace } = writing;
  return async ({ stage, key, signal, onEvent }) => {
    const scope = { writes: [`.pipe/cache/runs/${key}`], reads: [] };
    const claim = newClaim(writing, { stage: `${stage} of ${experiment}`, scope });
    const wait = createWait(workspace, { stage, signal, onEvent });
    while (!signal.aborted) {
      const { blockedBy } = tryClaim(workspace.layout, claim);
      if (blockedBy === undefined) return () => giveBack(writing, claim.id);
      await wait(blockedBy);
    }
    return () => undefined;
  };
}
