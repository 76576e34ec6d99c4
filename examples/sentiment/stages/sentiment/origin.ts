/**
 * Where the reviews under data/raw come from, as import_data leaves it in data/raw/source.json, so that what is made of
 * invented reviews can say so. An origin holds only for the very bytes it was written for.
 */
import { readFile } from 'node:fs/promises';
import { digestOf } from '../../../../src/lib/digest.ts';
import { renderJson } from '../../../../stages/lib/publish.ts';
import type { ImportParams } from './import-params.ts';

export const ORIGIN_FILE = 'data/raw/source.json';

/** For people, by source. */
const TEXTS: Readonly<Record<ImportParams['source'], string>> = {
  synthetic: 'synthetic: every review is invented',
  directory: 'texts with labels, taken from a folder',
};
const UNKNOWN = 'texts put into data/raw by hand, or changed since import_data ran';

export function renderOrigin(source: ImportParams['source'], raw: string): string {
  return renderJson({ source, sha256: digestOf(raw) });
}

/** A few words, of these bytes. */
export async function readOrigin(raw: Uint8Array): Promise<string> {
  const text = await readFile(ORIGIN_FILE, 'utf8').catch(() => '');
  const source = (['synthetic', 'directory'] as const).find((kind) => {
    return text === renderJson({ source: kind, sha256: digestOf(raw) });
  });
  return source === undefined ? UNKNOWN : TEXTS[source];
}
