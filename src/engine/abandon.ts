/** A stage of our own that did not end well: the same clearing up as after a dead holder, in the one place where claims are given back. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Claim } from '../store/claims.ts';
import { listJournals } from '../store/journal.ts';
import { lockDigest } from '../store/locks.ts';
import { clearAside, putBack } from './aside.ts';
import type { Workspace } from './workspace.ts';

/**
 * Nothing to do when the stage came to its end and was committed: its journal is closed then.
 * Returns the folder, root-relative, where the wreck is kept if the terms say so.
 */
export function abandonOwn(workspace: Workspace, claim: Claim): string | undefined {
  const journal = listJournals(workspace.layout).find((open) => open.claim.id === claim.id);
  if (journal === undefined) return undefined;
  const isCommitted = (lockDigest(workspace.layout, claim.stage) ?? null) !== journal.lockBefore;
  if (isCommitted) clearAside(workspace, journal);
  else putBack(workspace, journal, { keepWreck: workspace.terms.keepFailed });
  const kept = join(workspace.layout.failed, claim.run);
  return workspace.terms.keepFailed && existsSync(kept) ? relative(workspace.root, kept) : undefined;
}
