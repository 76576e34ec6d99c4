/**
 * Run records and a remote. A record is created only where none is: of all who ran the same inputs the first
 * one's outs count, and a different second one is told, since it means that the stage is not deterministic.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fingerprint } from '../../core/fingerprint.ts';
import { ok } from '../../lib/result.ts';
import type { Layout } from '../layout.ts';
import { ifThere } from '../read-if-there.ts';
import { parseRecord, type RunRecord } from '../run-cache.ts';
import { recordKey, type Remote, type Remoted } from './remote.ts';

export type Pushed = 'created' | 'known' | 'differs' | 'absent';

/** `absent`: the cache has none. `differs`: the remote has one with other outs, which stays. */
export async function pushRecord(
  remote: Remote,
  { cache }: Layout,
  fingerprint: Fingerprint,
): Promise<Remoted<Pushed>> {
  const key = recordKey(fingerprint);
  const bytes = ifThere(() => readFileSync(join(cache, key)));
  if (bytes === undefined || parseRecord(bytes.toString('utf8'), fingerprint) === undefined) return ok('absent');
  const created = await remote.create(key, bytes);
  if (!created.ok || created.value === 'created') return created.ok ? ok('created') : created;
  const there = await remote.read(key, { maxBytes: MAX_BYTES });
  if (!there.ok) return there;
  return ok(there.value !== undefined && Buffer.compare(there.value, bytes) === 0 ? 'known' : 'differs');
}

/** Undefined: there is none, or one that cannot be believed: the stage runs, as if nobody had run it yet. */
export async function readVerifiedRecord(
  remote: Remote,
  fingerprint: Fingerprint,
): Promise<Remoted<RunRecord | undefined>> {
  const read = await remote.read(recordKey(fingerprint), { maxBytes: MAX_BYTES });
  if (!read.ok || read.value === undefined) return read.ok ? ok(undefined) : read;
  return ok(parseRecord(Buffer.from(read.value).toString('utf8'), fingerprint));
}

const MAX_BYTES = 16 * 1024 * 1024;
