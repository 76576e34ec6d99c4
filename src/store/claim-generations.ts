/**
 * The table of claims on the disk, kept as numbered generations.
 *
 * A generation is made complete by link(), which fails when the number is taken: whoever links n+1
 * has changed the table, everybody else reads again. A process that slept may link a number that
 * was used and cleared long ago; so after linking it asks whether the highest generation descends
 * from its own (`lineage`) and otherwise starts over. No holder ever has to be waited for here.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Claim } from './claims.ts';
import type { Layout } from './layout.ts';
import { temporaryBeside, writeTemporary } from './publish.ts';
import { errorCode, listIfThere } from './read-if-there.ts';

export interface Table {
  readonly generation: number;
  /** Names of the latest changes, newest first. */
  readonly lineage: readonly string[];
  readonly claims: readonly Claim[];
}

/** undefined leaves the table as it is. Must mean the same when it is applied twice. */
export type Change = (claims: readonly Claim[]) => readonly Claim[] | undefined;

/** The generation last written or read: a number that is still the highest stands for the same table. */
export interface Memory {
  latest: Table | undefined;
}

export const createMemory = (): Memory => ({ latest: undefined });

const LINEAGE = 64;
/** Older generations stay a while, so that a listing never meets a moment without a table. */
const KEPT_GENERATIONS = 8;

/** As often as it takes. */
export function changeTable(layout: Layout, change: Change, memory = createMemory()): void {
  for (;;) {
    const table = readTable(layout, memory);
    const claims = change(table.claims);
    if (claims === undefined) return;
    const name = randomBytes(8).toString('hex');
    const next = { generation: table.generation + 1, lineage: [name, ...table.lineage].slice(0, LINEAGE), claims };
    if (!linkGeneration(layout, next)) continue;
    memory.latest = next;
    const there = generations(layout);
    // The highest is ours, or one made from ours.
    if (Math.max(...there) !== next.generation && !readTable(layout, memory).lineage.includes(name)) continue;
    return clearOld(layout, there, next.generation);
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

export function readTable(layout: Layout, memory = createMemory()): Table {
  for (;;) {
    const generation = Math.max(0, ...generations(layout));
    if (generation === 0) return { generation, lineage: [], claims: [] };
    if (memory.latest?.generation === generation) return memory.latest;
    try {
      memory.latest = parseTable(readFileSync(generationFile(layout, generation), 'utf8'), generation);
      return memory.latest;
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

function clearOld(layout: Layout, there: readonly number[], current: number): void {
  for (const generation of there) {
    if (generation <= current - KEPT_GENERATIONS) rmSync(generationFile(layout, generation), { force: true });
  }
}

function generations({ claims }: Layout): readonly number[] {
  return listIfThere(claims).flatMap((name) => (/^[0-9]+$/.test(name) ? Number(name) : []));
}

const generationFile = ({ claims }: Layout, generation: number): string => join(claims, String(generation));
