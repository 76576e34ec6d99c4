/**
 * Whether a remote keeps what it promises: a record is written, refused the second time, read back and removed.
 * Leaves nothing behind.
 */
import { randomBytes } from 'node:crypto';
import { err, ok } from '../../lib/result.ts';
import { recordKey, type Remote, type Remoted } from './remote.ts';

/** The value: what it was found to do, as a sentence. */
export async function checkRemote(remote: Remote): Promise<Remoted<string>> {
  // No fingerprint is so short: nobody looks for it.
  const key = recordKey(`00-check-${randomBytes(8).toString('hex')}`);
  const there = await remote.stat(key);
  if (!there.ok) return there;
  if (remote.isReadOnly) return ok('answers; it is only read');
  const bytes = Buffer.from(`${key}\n`);
  const first = await remote.create(key, bytes);
  if (!first.ok) return first;
  try {
    const second = await remote.create(key, Buffer.from('another\n'));
    if (!second.ok) return second;
    const read = await remote.read(key);
    if (!read.ok) return read;
    const isKept = read.value !== undefined && Buffer.compare(read.value, bytes) === 0;
    if (second.value === 'exists' && isKept)
      return ok('answers, reads, writes, and creates a record only where none is');
    return err({
      kind: 'unsupported',
      problem: 'two writers of one run record would both succeed: it does not heed If-None-Match',
      hint: 'objects alone travel safely: push and pull with --no-run-cache',
    });
  } finally {
    await remote.remove(key);
  }
}
