/**
 * What a claim's holder is about to do to the workspace, written down before it does it, so that
 * whoever finds the holder dead can put things right. Kept apart from the claims: it outlives a power cut.
 *
 * Invariant: an out is only ever moved aside after the journal that says so is on the disk.
 */
import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import type { Digest } from '../lib/digest.ts';
import type { Claim } from './claims.ts';
import type { Layout } from './layout.ts';
import { publishFile } from './publish.ts';
import { listIfThere, readTextIfThere } from './read-if-there.ts';

export interface Journal {
  readonly claim: Claim;
  /** In the environment of the command and of all it starts: finds what outlived its group. */
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
  // When nothing is moved, a power cut leaves nothing to put back; waiting for the disk would be in vain.
  const durable = journal.outs.some(({ aside }) => aside !== null);
  publishFile(journalFile(layout, journal.claim.id), JSON.stringify(journal), { durable });
}

export function removeJournal(layout: Layout, claimId: string): void {
  rmSync(journalFile(layout, claimId), { force: true });
}

export function listJournals(layout: Layout): readonly Journal[] {
  const names = listIfThere(join(layout.claims, 'journal')).filter(
    (name) => name.endsWith('.json') && !name.startsWith('.'),
  );
  return [...names].sort(compareCodeUnits).flatMap((name) => readJournal(join(layout.claims, 'journal', name)) ?? []);
}

function readJournal(file: string): Journal | undefined {
  const text = readTextIfThere(file);
  if (text === undefined || text === '') return undefined; // closed meanwhile, or torn before anything was moved
  const journal: Journal = JSON.parse(text);
  return journal;
}

const journalFile = ({ claims }: Layout, id: string): string => join(claims, 'journal', `${id}.json`);
