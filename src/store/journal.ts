/**
 * What a claim's holder is about to do to the workspace, written down before it does it, so that
 * whoever finds the holder dead can put things right. Kept apart from the claims: it outlives a power cut.
 * Where nothing is moved there is nothing that could be lost, and the claim itself is the journal.
 *
 * Invariant: an out is only ever moved aside after the journal that says so is on the disk.
 */
import { join } from 'node:path';
import { existsSync, rmSync } from 'node:fs';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import type { Digest } from '../lib/digest.ts';
import type { Claim } from './claims.ts';
import type { Layout } from './layout.ts';
import { publishFile } from './publish.ts';
import { listIfThere, readTextIfThere } from './read-if-there.ts';

export interface Journal {
  readonly claim: Claim;
  /** The claim's id, in the environment of the command and of all it starts: finds what outlived its group. */
  readonly cookie: string;
  /** Of the lock file when the stage began: another one now means that the stage was committed. */
  readonly lockBefore: Digest | null;
  readonly outs: readonly JournaledOut[];
}

export interface JournaledOut {
  readonly path: string;
  /** Root-relative place it was moved to; null: nothing stood there, so what stands there now is a wreck. */
  readonly aside: string | null;
  /** Root-relative place it goes to in the end, because we did not make it; null: it may go. */
  readonly saved: string | null;
}

export function writeJournal(layout: Layout, journal: Journal): void {
  if (isInClaim(journal)) return;
  // When nothing is moved, a power cut leaves nothing to put back; waiting for the disk would be in vain.
  publishFile(journalFile(layout, journal.claim.id), JSON.stringify(journal), { durable: movesAside(journal) });
}

export const movesAside = ({ outs }: Journal): boolean => outs.some(({ aside }) => aside !== null);

/** Whether the claim says all that the journal does. */
function isInClaim(journal: Journal): boolean {
  const { clean } = journal.claim;
  if (clean === undefined || clean.lockBefore !== journal.lockBefore || movesAside(journal)) return false;
  return journal.outs.every(({ path }) => clean.absent.includes(path));
}

/** What a claim says of itself, when it says enough. */
export function journalIn(claim: Claim): Journal | undefined {
  if (claim.clean === undefined) return undefined;
  const { lockBefore, absent } = claim.clean;
  return { claim, cookie: claim.id, lockBefore, outs: absent.map((path) => ({ path, aside: null, saved: null })) };
}

export function removeJournal(layout: Layout, claimId: string): void {
  const file = journalFile(layout, claimId);
  if (existsSync(file)) rmSync(file, { force: true });
}

/** Of one claim; undefined: it has none of its own, or no more. */
export function openJournal(layout: Layout, claimId: string): Journal | undefined {
  const file = journalFile(layout, claimId);
  return existsSync(file) ? readJournal(file) : undefined;
}

export function listJournals(layout: Layout): readonly Journal[] {
  const names = listIfThere(join(layout.claims, 'journal')).filter(
    (name) => name.endsWith('.json') && !name.startsWith('.'),
  );
  return [...names].sort(compareCodeUnits).flatMap((name) => readJournal(join(layout.claims, 'journal', name)) ?? []);
}

function readJournal(file: string): Journal | undefined {
  const text = readTextIfThere(file);
  if (text === undefined) return undefined; // closed meanwhile
  try {
    const journal: Journal = JSON.parse(text);
    return journal;
  } catch {
    return undefined; // torn by a power cut: then nothing had been moved, or it would be on the disk
  }
}

const journalFile = ({ claims }: Layout, id: string): string => join(claims, 'journal', `${id}.json`);
