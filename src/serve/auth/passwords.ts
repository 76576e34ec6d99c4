/**
 * Hashes and compares passwords in worker threads, with a bounded queue. Knows nothing of users.
 *
 * Invariant: a comparison costs the same whether or not there is a hash to compare with, so that the
 * time of an answer does not tell which names exist.
 */
import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import { err, ok, type Result } from '../../lib/result.ts';
import { locateWorker } from '../workers/locate.ts';

export interface Passwords {
  hash(password: string): Promise<Result<string, 'busy'>>;
  /** undefined: there is no such user; the answer is no, after the same work. */
  compare(password: string, hash: string | undefined): Promise<Result<boolean, 'busy'>>;
  /** Calls that wait for a thread. */
  depth(): number;
  /** One more is refused. */
  readonly capacity: number;
  close(): Promise<void>;
}

export interface PasswordOptions {
  readonly threads: number;
  /** Calls that may wait for a thread; one more is refused. */
  readonly maxQueue: number;
  readonly cost: number;
}

/** bcrypt reads no further, and would take two passwords that begin alike for one. */
export const MAX_PASSWORD_BYTES = 72;

export function createPasswords({ threads, maxQueue, cost }: PasswordOptions): Passwords {
  const { url, execArgv } = locateWorker('password');
  const pool = new Tinypool({ filename: fileURLToPath(url), execArgv, minThreads: 0, maxThreads: threads, maxQueue });
  // A well-formed hash of this cost that no password has.
  const nobody = `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`;

  const run = async (
    name: 'hash' | 'compare',
    task: object,
  ): Promise<Result<never, 'busy'> | Result<unknown, never>> =>
    pool.queueSize >= maxQueue ? err('busy') : ok(await pool.run(task, { name }));

  return {
    async hash(password) {
      const hashed = await run('hash', { password, cost });
      return hashed.ok ? ok(String(hashed.value)) : hashed;
    },
    async compare(password, hash) {
      const known = Buffer.byteLength(password) > MAX_PASSWORD_BYTES ? undefined : hash;
      const compared = await run('compare', { password, hash: known ?? nobody });
      return compared.ok ? ok(compared.value === true && known !== undefined) : compared;
    },
    depth: () => pool.queueSize,
    capacity: maxQueue,
    close: () => pool.destroy(),
  };
}
