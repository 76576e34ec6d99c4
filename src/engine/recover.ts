/**
 * Clears up after a killed process, before anything is decided: stops what it left running, and puts
 * the old outs back unless the stage had been committed. Doing it twice, or half and again, is the same.
 */
import { dirname, join } from 'node:path';
import type { RunEvent } from '../core/event.ts';
import { stopAll } from '../executors/process-group.ts';
import { listClaims, releaseClaim, takeOverClaim, type Claim } from '../store/claims.ts';
import { clearTemporaries } from '../store/clear-temporaries.ts';
import { journalIn, listJournals, type Journal } from '../store/journal.ts';
import { lockDigest } from '../store/locks.ts';
import { identityOf, lifeOf } from '../store/process-identity.ts';
import { clearAside, putBack } from './aside.ts';
import { removeAside } from './aside-place.ts';
import type { Workspace } from './workspace.ts';

const GRACE_MS = 2_000;

/** Cheap when there is nothing to do: two listings. */
export async function recover(workspace: Workspace, onEvent: (event: RunEvent) => void): Promise<void> {
  const journals = listJournals(workspace.layout);
  for (const journal of journals) await recoverClaim(workspace, { claim: journal.claim, journal, onEvent });
  for (const claim of listClaims(workspace.layout)) {
    if (!journals.some((journal) => journal.claim.id === claim.id))
      await recoverClaim(workspace, { claim, journal: journalIn(claim), onEvent });
  }
}

/** A claim whose holder left interrupted work behind, as readers report it. */
export function isAbandoned(claim: Claim): boolean {
  return lifeOf(claim.holder) === 'dead';
}

async function recoverClaim(
  workspace: Workspace,
  {
    claim,
    journal,
    onEvent,
  }: { readonly claim: Claim; readonly journal: Journal | undefined; readonly onEvent: (event: RunEvent) => void },
): Promise<void> {
  const current = listClaims(workspace.layout).find(({ id }) => id === claim.id) ?? claim;
  const self = identityOf(process.pid);
  if (!isAbandoned(current) || self === undefined || !takeOverClaim(workspace.layout, current, self)) return;
  if (journal !== undefined) {
    const stopped = await stopAll({ group: undefined, cookie: journal.cookie }, GRACE_MS);
    const moved = lockDigest(workspace.layout, claim.stage) ?? null;
    const restored = moved === journal.lockBefore ? putBack(workspace, journal, { keepWreck: true }) : [];
    if (moved !== journal.lockBefore) clearAside(workspace, journal);
    onEvent({ type: 'recovered', stage: claim.stage, run: claim.run, putBack: restored, stopped });
  }
  removeAside(workspace, claim); // its journal is closed, but perhaps only just
  clearHalfWritten(workspace, current);
  releaseClaim(workspace.layout, claim.id);
}

/** Everything that the holder of a claim writes has its place beside or below what the claim names, or in folders of ours. */
function clearHalfWritten({ root, layout }: Workspace, { holder, writes }: Claim): void {
  const { pipe, claims, parsed, runs, locks } = layout;
  const paths = writes.map((path) => join(root, path));
  clearTemporaries(holder.pid, {
    beside: [root, pipe, claims, join(claims, 'journal'), join(pipe, 'index'), parsed, runs, ...paths.map(dirname)],
    below: [locks, ...paths],
  });
}
