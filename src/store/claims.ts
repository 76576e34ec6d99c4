/**
 * Who may run which stage, across processes: one table of claims, kept as numbered generations.
 *
 * A generation is made complete by link(), which fails when the number is taken: whoever links n+1
 * has changed the table, everybody else reads again. A process that slept may link a number that
 * was used and cleared long ago; so after linking it asks whether the highest generation descends
 * from its own (`lineage`) and otherwise starts over. No holder ever has to be waited for here.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { conflicts, type ClaimScope } from '../core/claim.ts';
import type { Layout } from './layout.ts';
import { lifeOf, type ProcessIdentity } from './process-identity.ts';
import { temporaryBeside, writeTemporary } from './publish.ts';
import { errorCode, listIfThere } from './read-if-there.ts';

export interface Claim extends ClaimScope {
  readonly id: string;
  readonly stage: string;
  readonly run: string;
  readonly holder: ProcessIdentity;
  /** ISO 8601. */
  readonly since: string;
}

interface Table {
  readonly generation: number;
  /** Names of the latest changes, newest first. */
  readonly lineage: readonly string[];
  readonly claims: readonly Claim[];
}

const LINEAGE = 64;
/** Older generations stay a while, so that a listing never meets a moment without a table. */
const KEPT_GENERATIONS = 8;

/** Held: nobody alive (or elsewhere) has a conflicting claim. A dead holder's claim does not count, but stays until recovered. */
export function tryClaim(
  layout: Layout,
  claim: Claim,
): { readonly blockedBy: Claim } | { readonly blockedBy: undefined } {
  let blockedBy: Claim | undefined;
  changeTable(layout, (claims) => {
    if (claims.some(({ id }) => id === claim.id)) return undefined;
    blockedBy = claims.find((other) => conflicts(other, claim));
    return blockedBy ? undefined : [...claims, claim];
  });
  return { blockedBy };
}

export function releaseClaim(layout: Layout, id: string): void {
  changeTable(layout, (claims) =>
    claims.some((claim) => claim.id === id) ? claims.filter((claim) => claim.id !== id) : undefined,
  );
}

/** Gives a dead holder's claim to `holder`; false when somebody else was quicker. */
export function takeOverClaim(layout: Layout, dead: Claim, holder: ProcessIdentity): boolean {
  const taken = { ...dead, holder };
  changeTable(layout, (claims) => {
    const current = claims.find(({ id }) => id === dead.id);
    if (current !== undefined && lifeOf(current.holder) !== 'dead') return undefined;
    return [...claims.filter(({ id }) => id !== dead.id), taken];
  });
  const now = listClaims(layout).find(({ id }) => id === dead.id);
  return now !== undefined && sameProcess(now.holder, holder);
}

/** Never waits, never locks. */
export function listClaims(layout: Layout): readonly Claim[] {
  return readTable(layout).claims;
}

/** `change` must mean the same when it is applied twice; undefined leaves the table as it is. */
function changeTable(layout: Layout, change: (claims: readonly Claim[]) => readonly Claim[] | undefined): void {
  for (;;) {
    const table = readTable(layout);
    const claims = change(table.claims);
    if (claims === undefined) return;
    const name = randomBytes(8).toString('hex');
    const next = { generation: table.generation + 1, lineage: [name, ...table.lineage].slice(0, LINEAGE), claims };
    if (linkGeneration(layout, next) && readTable(layout).lineage.includes(name)) {
      return clearOld(layout, next.generation);
    }
  }
}

function linkGeneration(layout: Layout, table: Table): boolean {
  const path = generationFile(layout, table.generation);
  const temporary = temporaryBeside(path);
  try {
    writeTemporary(temporary, JSON.stringify(table), { durable: false });
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function readTable(layout: Layout): Table {
  for (;;) {
    const generation = Math.max(0, ...generations(layout));
    if (generation === 0) return { generation, lineage: [], claims: [] };
    try {
      return parseTable(readFileSync(generationFile(layout, generation), 'utf8'), generation);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error; // cleared while we looked: a higher one is there
    }
  }
}

/** A table torn by a power cut holds no claim of a living process; what they left is in their journals. */
function parseTable(text: string, generation: number): Table {
  try {
    const { lineage, claims }: Table = JSON.parse(text);
    return { generation, lineage, claims };
  } catch {
    return { generation, lineage: [], claims: [] };
  }
}

function clearOld(layout: Layout, current: number): void {
  for (const generation of generations(layout)) {
    if (generation <= current - KEPT_GENERATIONS) rmSync(generationFile(layout, generation), { force: true });
  }
}

function generations({ claims }: Layout): readonly number[] {
  return listIfThere(claims).flatMap((name) => (/^[0-9]+$/.test(name) ? Number(name) : []));
}

const generationFile = ({ claims }: Layout, generation: number): string => join(claims, String(generation));

function sameProcess(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return a.boot === b.boot && a.pidNamespace === b.pidNamespace && a.pid === b.pid && a.start === b.start;
}
