/** A stage of our own that did not end well: the same clearing up as after a dead holder, in the one place where claims are given back. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Claim } from '../store/claims.ts';
import { type Journal, openJournal } from '../store/journal.ts';
import { lockDigest } from '../store/locks.ts';
import { clearAside, putBack } from './aside.ts';
import type { Workspace } from './workspace.ts';

/**
 * `begun`: a journal that stands in the claim alone, and was not closed. Without any there is nothing to do.
 * Returns the folder, root-relative, where the wreck is kept if the terms say so.
 */
export function abandonOwn(workspace: Workspace, claim: Claim, begun?: Journal): string | undefined {
  const journal = openJournal(workspace.layout, claim.id) ?? begun;
  if (journal === undefined) return undefined;
  const isCommitted = (lockDigest(workspace.layout, claim.stage) ?? null) !== journal.lockBefore;
  if (isCommitted) clearAside(workspace, journal);
  else putBack(workspace, journal, { keepWreck: workspace.terms.keepFailed });
  const kept = join(workspace.layout.failed, claim.run);
  return workspace.terms.keepFailed && existsSync(kept) ? relative(workspace.root, kept) : undefined;
}
