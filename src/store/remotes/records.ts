/**
 * Run records and a remote. A record is created only where none is: of all who ran the same inputs the first
 * one's outs count, and a different second one is told, since it means that the stage is not deterministic.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fingerprint } from '../../core/fingerprint.ts';
import { err, ok } from '../../lib/result.ts';
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

/** Undefined: there is none. One that is torn or of other inputs is 'damaged'. */
export async function fetchRecord(remote: Remote, fingerprint: Fingerprint): Promise<Remoted<RunRecord | undefined>> {
  const read = await remote.read(recordKey(fingerprint), { maxBytes: MAX_BYTES });
  if (!read.ok || read.value === undefined) return read.ok ? ok(undefined) : read;
  const record = parseRecord(Buffer.from(read.value).toString('utf8'), fingerprint);
  const problem = `its run record ${fingerprint.slice(0, 12)} is torn or of something else`;
  return record === undefined ? err({ kind: 'damaged', problem }) : ok(record);
}

const MAX_BYTES = 16 * 1024 * 1024;
