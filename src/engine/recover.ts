/**
 * Clears up after a killed process, before anything is decided: stops what it left running, and puts
 * the old outs back unless the stage had been committed. Doing it twice, or half and again, is the same.
 */
import { dirname, join } from 'node:path';
import type { RunEvent } from '../core/event.ts';
import { removeAbandonedFolders } from '../executors/private-folder.ts';
import { stopAll } from '../executors/process-group.ts';
import { listClaims, releaseClaim, takeOverClaim, type Claim } from '../store/claims.ts';
import { clearOldTemporaries, clearTemporaries } from '../store/clear-temporaries.ts';
import { journalIn, listJournals, openJournal, type Journal } from '../store/journal.ts';
import { lockDigest } from '../store/locks.ts';
import { identityOf, lifeOf } from '../store/process-identity.ts';
import { clearAside, putBack } from './aside.ts';
import { removeAside } from './aside-place.ts';
import type { Workspace } from './workspace.ts';

const GRACE_MS = 2_000;
/** Nobody takes so long to write a small file. */
const OLD_MS = 60 * 60 * 1000;

/** Cheap when there is nothing to do: two listings. */
export async function recover(workspace: Workspace, onEvent: (event: RunEvent) => void): Promise<void> {
  const journaled = listJournals(workspace.layout).map(({ claim }) => claim);
  for (const claim of journaled) await recoverClaim(workspace, claim, onEvent);
  for (const claim of listClaims(workspace.layout)) {
    if (!journaled.some(({ id }) => id === claim.id)) await recoverClaim(workspace, claim, onEvent);
  }
}

/** A claim whose holder left interrupted work behind, as readers report it. */
export function isAbandoned(claim: Claim): boolean {
  return lifeOf(claim.holder) === 'dead';
}

/** What was listed may be old news: its holder may have ended well since. So it is read again, once it is ours. */
async function recoverClaim(workspace: Workspace, claim: Claim, onEvent: (event: RunEvent) => void): Promise<void> {
  const { layout } = workspace;
  if (!isAbandoned(claim)) return;
  const isJournaled = openJournal(layout, claim.id) !== undefined;
  const self = identityOf(process.pid);
  if (self === undefined || !takeOverClaim(layout, claim, { holder: self, isJournaled })) return;
  const journal = openJournal(layout, claim.id) ?? journalIn(claim);
  if (journal !== undefined) await undo(workspace, journal, onEvent);
  removeAside(workspace, claim); // its journal is closed, but perhaps only just
  clearHalfWritten(workspace, listClaims(layout).find(({ id }) => id === claim.id) ?? claim);
  releaseClaim(layout, claim.id);
}

async function undo(workspace: Workspace, journal: Journal, onEvent: (event: RunEvent) => void): Promise<void> {
  const { claim, cookie, lockBefore } = journal;
  const stopped = await stopAll({ group: undefined, cookie }, GRACE_MS);
  removeAbandonedFolders(); // of isolated stages
  const isCommitted = (lockDigest(workspace.layout, claim.stage) ?? null) !== lockBefore;
  const restored = isCommitted ? [] : putBack(workspace, journal, { keepWreck: true });
  if (isCommitted) clearAside(workspace, journal);
  onEvent({ type: 'recovered', stage: claim.stage, run: claim.run, putBack: restored, stopped });
}

/** Everything that the holder of a claim writes has its place beside or below what the claim names, or in folders of ours. */
function clearHalfWritten({ root, layout, now }: Workspace, { formerPids = [], writes }: Claim): void {
  const { pipe, claims, parsed, runs, locks } = layout;
  const ours = [pipe, claims, join(claims, 'journal'), join(pipe, 'index'), parsed, runs];
  const paths = writes.map((path) => join(root, path));
  const places = { beside: [root, ...ours, ...paths.map(dirname)], below: [locks, ...paths] };
  for (const pid of formerPids) clearTemporaries(pid, places);
  // In ours, who is killed has often no claim: what is old is nobody's.
  const before = now().getTime() - OLD_MS;
  for (const folder of ours) clearOldTemporaries(folder, before);
}
