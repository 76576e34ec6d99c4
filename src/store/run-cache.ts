/**
 * fingerprint -> outs of an earlier run. A record is complete or absent: it is known by its own digest.
 *
 * Knows nothing of objects: whether what a record names is still at hand is the caller's to ask.
 */
import { existsSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { canonicalJson, type Json } from '../lib/canonical-json.ts';
import { digestOf, isDigest } from '../lib/digest.ts';
import type { Fingerprint } from '../core/fingerprint.ts';
import type { Content } from '../core/lock-entry.ts';
import { cacheFileMode, makeCacheFolder } from './cache-folder.ts';
import type { Layout } from './layout.ts';
import { publishFile } from './publish.ts';
import type { SyncGroup } from './sync-group.ts';
import { readTextIfThere } from './read-if-there.ts';

export interface RunRecord {
  readonly fingerprint: Fingerprint;
  readonly outs: readonly RecordedOut[];
}

export interface RecordedOut {
  readonly path: string;
  readonly content: Content;
}

const VERSION = 1;

export function readRunRecord(layout: Layout, fingerprint: Fingerprint): RunRecord | undefined {
  const text = readTextIfThere(recordFile(layout, fingerprint));
  return text === undefined ? undefined : parseRecord(text, fingerprint);
}

/** By the file's absolute path: its name is the fingerprint. */
export function readRecordFile(file: string): RunRecord | undefined {
  const text = readTextIfThere(file);
  return text === undefined ? undefined : parseRecord(text, basename(file, '.json'));
}

/** Replaces a record of the same fingerprint. With `syncs` nobody waits for the disk here. */
export function writeRunRecord(layout: Layout, { fingerprint, outs }: RunRecord, syncs?: SyncGroup): void {
  const file = recordFile(layout, fingerprint);
  makeCacheFolder(dirname(file), layout.isCacheShared);
  const body: Json = { version: VERSION, fingerprint, outs: outs.map(({ path, content }) => ({ path, ...content })) };
  const text = canonicalJson(body);
  const mode = cacheFileMode(layout.isCacheShared);
  publishFile(file, `${text}\n${digestOf(text)}\n`, { mode, durable: syncs === undefined });
  syncs?.addContent(file);
}

/** Whether there was one. */
export function removeRunRecord(layout: Layout, fingerprint: Fingerprint): boolean {
  const file = recordFile(layout, fingerprint);
  const isThere = existsSync(file);
  rmSync(file, { force: true });
  return isThere;
}

/** Two lines: the record and its digest. */
export function parseRecord(text: string, fingerprint: string): RunRecord | undefined {
  const [body = '', digest] = text.split('\n');
  if (digestOf(body) !== digest) return undefined;
  const json: { version: unknown; fingerprint: Fingerprint; outs: readonly (Content & { path: string })[] } =
    JSON.parse(body);
  if (json.version !== VERSION || json.fingerprint !== fingerprint) return undefined;
  const outs = json.outs.map(({ path, type, digest: content, size, files }) => ({
    path,
    content: { type, digest: content, size, files },
  }));
  return outs.every(({ content }) => isDigest(content.digest)) ? { fingerprint: json.fingerprint, outs } : undefined;
}

const recordFile = ({ runRecords }: Layout, key: Fingerprint): string =>
  join(runRecords, key.slice(0, 2), `${key}.json`);
