/**
 * The source `http`: the four tables of each year from one base URL, under any official spelling.
 *
 * What a URL answers can change any day, so nothing counts that params.yaml does not pin by SHA-256.
 * What is not pinned is downloaded and checked all the same, to tell its digest, and then refused.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../../src/lib/digest.ts';
import type { Digest } from '../../src/lib/digest.ts';
import { err, ok } from '../../src/lib/result.ts';
import { download } from '../lib/download.ts';
import type { DownloadLimits } from '../lib/download.ts';
import { removePart } from '../lib/part-file.ts';
import type { Checked } from '../lib/problem.ts';
import { officialFiles } from './download-folder.ts';
import type { ImportParams } from './import-params.ts';
import { tableFile, TABLE_NAMES } from './layout.ts';
import type { TableName } from './layout.ts';
import { parseYear } from './year-tables.ts';
import type { RawFile, RawFiles } from './year-tables.ts';

/** Beside data/raw, not in it: a download that failed goes on here, whatever becomes of the outputs. */
const PART_FOLDER = 'data/.download';

type HttpParams = Extract<ImportParams, { source: 'http' }>;

export interface HttpJob {
  readonly params: HttpParams;
  readonly limits: DownloadLimits;
  readonly progress: (text: string) => void;
}

export const LIMITS: DownloadLimits = { attempts: 6, backoffMs: 500, stallMs: 30_000, maxBytes: 268_435_456 };

export async function importHttp(job: HttpJob): Promise<Checked<ReadonlyMap<string, Buffer>>> {
  const { years, sha256 } = job.params;
  const files = new Map<string, Buffer>();
  for (const year of years) {
    const raw = await downloadYear(job, year);
    if (!raw.ok) return raw;
    const tables = parseYear(year, raw.value);
    if (!tables.ok) {
      await rm(PART_FOLDER, { recursive: true, force: true }); // nothing to go on with
      return tables;
    }
    for (const table of TABLE_NAMES) files.set(tableFile(table, year), raw.value[table].bytes);
  }
  const pins = [...files].map(([name, bytes]) => [name, digestOf(bytes)] as const);
  const isPinned = pins.every(([name]) => sha256.has(name));
  if (!isPinned) return err([{ file: 'params.yaml', message: pinText(pins) }]);
  // Kept until now, so that pasting the pins does not mean downloading again.
  await rm(PART_FOLDER, { recursive: true, force: true });
  return ok(files);
}

async function downloadYear(job: HttpJob, year: number): Promise<Checked<RawFiles>> {
  const caracteristiques = await downloadTable(job, 'caracteristiques', year);
  if (!caracteristiques.ok) return caracteristiques;
  const lieux = await downloadTable(job, 'lieux', year);
  if (!lieux.ok) return lieux;
  const usagers = await downloadTable(job, 'usagers', year);
  if (!usagers.ok) return usagers;
  const vehicules = await downloadTable(job, 'vehicules', year);
  if (!vehicules.ok) return vehicules;
  return ok({
    caracteristiques: caracteristiques.value,
    lieux: lieux.value,
    usagers: usagers.value,
    vehicules: vehicules.value,
  });
}

async function downloadTable(job: HttpJob, table: TableName, year: number): Promise<Checked<RawFile>> {
  const { params, limits, progress } = job;
  const name = tableFile(table, year);
  const path = join(PART_FOLDER, name);
  const pinned = params.sha256.get(name);
  const kept = await readFile(path).catch(() => undefined);
  if (kept !== undefined && pinned === digestOf(kept)) return ok({ file: path, bytes: kept });
  const tried: string[] = [];
  for (const official of officialFiles(table, year)) {
    const url = new URL(official, params.url).href;
    const outcome = await download({ url, path, limits, progress: (text) => progress(`${official}: ${text}`) });
    if (outcome.kind === 'failed') return err([{ file: url, message: outcome.message }]);
    if (outcome.kind === 'whole') return checkPin({ file: url, bytes: await readFile(path) }, { path, pinned });
    tried.push(`${official} (${outcome.status})`);
  }
  return err([{ file: params.url, message: `no ${table} file for ${year}: tried ${tried.join(', ')}` }]);
}

interface Expected {
  readonly path: string;
  readonly pinned: Digest | undefined;
}

async function checkPin(file: RawFile, { path, pinned }: Expected): Promise<Checked<RawFile>> {
  const digest = digestOf(file.bytes);
  if (pinned === undefined || pinned === digest) return ok(file);
  await removePart(path); // wrong bytes must not be gone on with
  return err([{ file: file.file, message: `SHA-256 is ${digest}, but params.yaml pins ${pinned}` }]);
}

function pinText(pins: readonly (readonly [string, Digest])[]): string {
  const entries = pins.map(([name, digest]) => `${name}: ${digest}`);
  return `import_data.sha256 must pin every table of source http; if these are the ones you mean, paste sha256: {${entries.join(', ')}}`;
}
