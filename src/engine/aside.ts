/**
 * Old outs while their stage is at work: moved aside first, put back when it does not end well,
 * cleared when it does. What we did not make is kept under .pipe/saved/ in the end.
 *
 * Every step may be done again after a crash: `putBack` and `clear` look at what is there.
 */
import { existsSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Content, LockEntry } from '../core/lock-entry.ts';
import { sameContent } from '../core/lock-entry.ts';
import type { Failure } from '../core/failure.ts';
import { ok, type Result } from '../lib/result.ts';
import type { Claim } from '../store/claims.ts';
import { movesAside, removeJournal, writeJournal, type Journal, type JournaledOut } from '../store/journal.ts';
import { lockDigest } from '../store/locks.ts';
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
    const content = await contentOf(workspace, path);
    if (!content.ok) return content;
    outs.push(journaled(workspace, { claim, path, index, content: content.value, locked }));
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
    if (aside !== null) move(workspace.root, path, aside);
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

function journaled(workspace: Workspace, { claim, path, index, content, locked }: Standing): JournaledOut {
  // An empty folder or a link to nowhere has no content to lose, but it is in the way.
  if (!stands(join(workspace.root, path))) return { path, aside: null, saved: null };
  const aside = `.pipe/aside/${claim.id}/${index}`;
  const isOurs =
    content === undefined || isExplained(content, path, locked) || workspace.objects.has(content, { deep: true });
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
    move(workspace.root, aside, path);
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
    move(workspace.root, aside, keep);
    saved.push(keep);
  }
  closeJournal(workspace, journal);
  return saved;
}

function closeJournal(workspace: Workspace, journal: Journal): void {
  if (movesAside(journal)) rmSync(join(workspace.layout.aside, journal.claim.id), { recursive: true, force: true });
  removeJournal(workspace.layout, journal.claim.id);
}

function removeWreck(workspace: Workspace, journal: Journal, { path, keep }: { path: string; keep: boolean }): void {
  if (!stands(join(workspace.root, path))) return;
  if (keep) move(workspace.root, path, freeName(workspace.root, `.pipe/failed/${journal.claim.run}/${path}`));
  else rmSync(join(workspace.root, path), { recursive: true, force: true });
}

function freeName(root: string, path: string): string {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? path : `${path}.${n}`;
    if (!stands(join(root, name))) return name;
  }
}

function move(root: string, from: string, to: string): void {
  mkdirSync(dirname(join(root, to)), { recursive: true });
  renameSync(join(root, from), join(root, to));
}

/** Also true for a link that leads nowhere. */
export function stands(path: string): boolean {
  return existsSync(path) || lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
