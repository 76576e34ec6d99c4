/**
 * Where the tables under data/raw come from, as import_data leaves it in data/raw/source.json, so that
 * whatever is made of invented accidents can say so.
 *
 * Invariant: an origin holds only for the very bytes it was written for; tables changed or put there
 * by hand have none.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../../src/lib/canonical-json.ts';
import { digestOf } from '../../src/lib/digest.ts';
import type { Digest } from '../../src/lib/digest.ts';
import { renderJson } from '../lib/publish.ts';
import type { ImportParams } from './import-params.ts';
import { RAW_FOLDER } from './raw-folder.ts';

export const ORIGIN_FILE = 'source.json';

export type OriginKind = ImportParams['source'] | 'unknown';

/** For people, by kind. */
export const ORIGIN_TEXTS: Readonly<Record<OriginKind, string>> = {
  synthetic: 'synthetic: every accident is invented',
  directory: 'tables as downloaded, taken from a folder',
  http: 'tables as downloaded, pinned by SHA-256',
  unknown: 'tables put into data/raw by hand, or changed since import_data ran',
};

export function renderOrigin(params: ImportParams, files: ReadonlyMap<string, string | Uint8Array>): string {
  const digests = Object.fromEntries([...files].map(([name, content]) => [name, digestOf(content)]));
  return renderJson({ source: params.source, description: ORIGIN_TEXTS[params.source], sha256: digests });
}

/** Of these tables, which must be all that are learnt from. */
export async function readOrigin(digests: ReadonlyMap<string, Digest>): Promise<OriginKind> {
  const text = await readFile(join(RAW_FOLDER, ORIGIN_FILE), 'utf8').catch(() => '{}');
  const { source, sha256 } = parseObject(text);
  const known = (['synthetic', 'directory', 'http'] as const).find((kind) => kind === source);
  return known !== undefined && canonicalJson(Object.fromEntries(digests)) === canonicalJson(textsOf(sha256))
    ? known
    : 'unknown';
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.map(([name, text]) => [name, String(text)]));
}

function parseObject(text: string): { readonly source?: unknown; readonly sha256?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
