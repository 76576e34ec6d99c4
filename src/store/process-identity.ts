/**
 * Who a process is, so that a claim can be told from one left by a dead process whose pid was given
 * to another: boot id, pid namespace, pid and start time. Reads /proc where there is one, else `ps`.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { errorCode } from './read-if-there.ts';

export interface ProcessIdentity {
  readonly host: string;
  /** Differs after every start of the machine. */
  readonly boot: string;
  readonly pidNamespace: string;
  readonly pid: number;
  /** In the units of the machine; only ever compared for equality. */
  readonly start: string;
}

/** `elsewhere`: another machine or container, of which nothing can be known from here. */
export type Life = 'alive' | 'dead' | 'elsewhere';

export function identityOf(pid: number): ProcessIdentity | undefined {
  const start = startTime(pid);
  return start === undefined
    ? undefined
    : { host: hostname(), boot: bootId(), pidNamespace: pidNamespace(), pid, start };
}

export function lifeOf(identity: ProcessIdentity): Life {
  const sameBoot = identity.boot === bootId();
  if (!sameBoot) return identity.host === hostname() ? 'dead' : 'elsewhere';
  if (identity.pidNamespace !== pidNamespace()) return 'elsewhere';
  return startTime(identity.pid) === identity.start ? 'alive' : 'dead';
}

function bootId(): string {
  return readQuietly('/proc/sys/kernel/random/boot_id') ?? `${hostname()} without boot id`;
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return 'none';
  }
}

/** undefined: no such process, or one that is dead and only waits to be collected (a zombie). */
function startTime(pid: number): string | undefined {
  const stat = readQuietly(`/proc/${pid}/stat`);
  if (stat !== undefined) {
    // The command's name may hold spaces and brackets; the fields begin after its last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  }
  return readQuietly('/proc/self/stat') === undefined ? startTimeFromPs(pid) : undefined;
}

function startTimeFromPs(pid: number): string | undefined {
  try {
    return (
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env: { LC_ALL: 'C' } }).trim() ||
      undefined
    );
  } catch {
    return undefined;
  }
}

function readQuietly(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    // ESRCH: the process ended between opening its file and reading it.
    if (['ENOENT', 'ESRCH', 'EACCES', 'ENOTDIR'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}
