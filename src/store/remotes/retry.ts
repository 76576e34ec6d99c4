/**
 * Tries again what a remote could not do just now: twice as late each time, never at the same instant as
 * everybody else, and not before the server asked to be asked again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { err } from '../../lib/result.ts';
import type { Remote, Remoted } from './remote.ts';

export interface RetryOptions {
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly signal: AbortSignal | undefined;
}

const MAX_DELAY_MS = 30_000;

export const USUAL_RETRIES = { attempts: 6, firstDelayMs: 200 } as const;

export async function retrying<T>(
  { attempts, firstDelayMs, signal }: RetryOptions,
  act: () => Promise<Remoted<T>>,
): Promise<Remoted<T>> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await act();
    if (result.ok || attempt >= attempts || signal?.aborted === true) return result;
    const { kind, retryAfterMs = 0 } = result.error;
    if (kind !== 'unreachable' && kind !== 'damaged') return result;
    const delay = Math.min(MAX_DELAY_MS, firstDelayMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
    const isAwake = await sleep(Math.max(delay, Math.min(retryAfterMs, MAX_DELAY_MS)), true, { signal }).catch(
      () => false,
    );
    if (!isAwake) return err({ kind: 'stopped', problem: 'stopped while it was tried again' });
  }
}

/** Every call of a remote, each tried again as a whole. */
export function withRetries(remote: Remote, options: RetryOptions): Remote {
  const { stream, settle } = remote;
  return {
    shown: remote.shown,
    isReadOnly: remote.isReadOnly,
    partBytes: remote.partBytes,
    stat: (key) => retrying(options, () => remote.stat(key)),
    read: (key, what) => retrying(options, () => remote.read(key, what)),
    ...(stream !== undefined && { stream: (key, start) => retrying(options, () => stream(key, start)) }),
    put: (key, upload) => retrying(options, () => remote.put(key, upload)),
    create: (key, bytes) => retrying(options, () => remote.create(key, bytes)),
    ...(settle !== undefined && { settle }),
    list: (prefix) => remote.list(prefix),
    remove: (key) => retrying(options, () => remote.remove(key)),
    close: () => remote.close(),
  };
}
