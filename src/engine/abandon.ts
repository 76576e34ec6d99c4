/** A stage of our own that did not end well: the same clearing up as after a dead holder, in the one place where claims are given back. */
import type { Claim } from '../store/claims.ts';
import { listJournals } from '../store/journal.ts';
import { lockDigest } from '../store/locks.ts';
import { clearAside, putBack } from './aside.ts';
import type { Workspace } from './workspace.ts';

/** Nothing to do when the stage came to its end, well or not: its journal is closed then. */
export function abandonOwn(workspace: Workspace, claim: Claim): void {
  const journal = listJournals(workspace.layout).find((open) => open.claim.id === claim.id);
  if (journal === undefined) return;
  const isCommitted = (lockDigest(workspace.layout, claim.stage) ?? null) !== journal.lockBefore;
  if (isCommitted) clearAside(workspace, journal);
  else putBack(workspace, journal, { keepWreck: false });
}
