/**
 * Old outs while their stage is at work: moved aside first, put back when it does not end well,
 * cleared when it does. What we did not make is kept under .pipe/saved/ in the end.
 *
 * Every step may be done again after a crash: `putBack` and `clear` look at what is there.
 */
import { lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Content, LockEntry } from '../core/lock-entry.ts';
import { sameContent } from '../core/lock-entry.ts';
import type { Failure } from '../core/failure.ts';
import { ok, type Result } from '../lib/result.ts';
import type { Claim } from '../store/claims.ts';
import { movesAside, removeJournal, writeJournal, type Journal, type JournaledOut } from '../store/journal.ts';
import { lockDigest } from '../store/locks.ts';
import { movePath } from '../store/move-path.ts';
import { asidePlace, removeAside } from './aside-place.ts';
import { contentOf } from './inputs.ts';
import type { Workspace } from './workspace.ts';

/** Writes the journal, then moves what stands at `paths` aside. */
export async function moveAside(
  workspace: Workspace,
  {
    claim,
    paths,
    locked,
  }: { readonly claim: Claim; readonly paths: readonly string[]; readonly locked: LockEntry | undefined },
): Promise<Result<Journal, Failure>> {
  const outs: JournaledOut[] = [];
  for (const [index, path] of paths.entries()) {
    // An empty folder or a link to nowhere has no content to lose, but it is in the way.
    if (!stands(join(workspace.root, path))) {
      outs.push({ path, aside: null, saved: null });
      continue;
    }
    const content = await contentOf(workspace, path);
    if (!content.ok) return content;
    outs.push(await journaled(workspace, { claim, path, index, content: content.value, locked }));
  }
  const journal: Journal = {
    claim,
    cookie: claim.id,
    lockBefore: lockDigest(workspace.layout, claim.stage) ?? null,
    outs,
  };
  writeJournal(workspace.layout, journal);
  workspace.atStep('journaled', claim.stage);
  for (const { path, aside } of outs) {
    if (aside !== null) movePath(join(workspace.root, path), join(workspace.root, aside));
  }
  workspace.atStep('moved-aside', claim.stage);
  return ok(journal);
}

interface Standing {
  readonly claim: Claim;
  readonly path: string;
  readonly index: number;
  readonly content: Content | undefined;
  readonly locked: LockEntry | undefined;
}

async function journaled(
  workspace: Workspace,
  { claim, path, index, content, locked }: Standing,
): Promise<JournaledOut> {
  const aside = asidePlace(workspace, { claim, path, index });
  const isOurs =
    content === undefined || isExplained(content, path, locked) || (await workspace.objects.holds(content));
  return { path, aside, saved: isOurs ? null : `.pipe/saved/${claim.run}/${path}` };
}

function isExplained(content: Content, path: string, locked: LockEntry | undefined): boolean {
  return locked?.outs.some((out) => out.path === path && sameContent(out.content, content)) ?? false;
}

/** The stage did not end well: away with what it left, and everything as it was. */
export function putBack(
  workspace: Workspace,
  journal: Journal,
  options: { readonly keepWreck: boolean },
): readonly string[] {
  const restored: string[] = [];
  for (const { path, aside } of journal.outs) {
    const wasMoved = aside !== null && stands(join(workspace.root, aside));
    // Neither moved nor new: it still stands where it stood, or was put back before.
    if (aside !== null && !wasMoved) continue;
    removeWreck(workspace, journal, { path, keep: options.keepWreck });
    if (aside === null) continue;
    movePath(join(workspace.root, aside), join(workspace.root, path));
    restored.push(path);
  }
  closeJournal(workspace, journal);
  return restored;
}

/** The stage was committed: its old outs may go. Returns what was saved, because we had not made it. */
export function clearAside(workspace: Workspace, journal: Journal): readonly string[] {
  const saved: string[] = [];
  for (const { aside, saved: keep } of journal.outs) {
    if (aside === null || keep === null || !stands(join(workspace.root, aside))) continue;
    const name = freeName(workspace.root, keep); // a watch may replace one out twice in a run
    movePath(join(workspace.root, aside), join(workspace.root, name));
    saved.push(name);
  }
  closeJournal(workspace, journal);
  return saved;
}

/** In this order: a folder of which half is removed must not be put back. */
function closeJournal(workspace: Workspace, journal: Journal): void {
  removeJournal(workspace.layout, journal.claim.id);
  if (movesAside(journal)) removeAside(workspace, journal.claim);
}

function removeWreck(workspace: Workspace, journal: Journal, { path, keep }: { path: string; keep: boolean }): void {
  if (!stands(join(workspace.root, path))) return;
  const wreck = join(workspace.root, path);
  if (!keep) return rmSync(wreck, { recursive: true, force: true });
  const name = freeName(workspace.root, `.pipe/failed/${journal.claim.run}/${path}`);
  movePath(wreck, join(workspace.root, name));
}

function freeName(root: string, path: string): string {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? path : `${path}.${n}`;
    if (!stands(join(root, name))) return name;
  }
}

/** Also true for a link that leads nowhere. */
export const stands = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
