/**
 * Stops whole process groups, and finds what escaped from one.
 *
 * Every command runs in a group of its own with a cookie in its environment. A process that left
 * the group (setsid, a daemon) still carries the cookie, which /proc shows on Linux; where there
 * is no /proc only the group itself is stopped.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Name of the environment variable that holds the cookie. */
export const COOKIE = 'PIPE_CLAIM';

const POLL_MS = 20;

/** Whether anything is left of a group whose leader has been collected: one system call. */
export const isGroupLeft = (group: number): boolean => send(-group, 0);

/** Asks (TERM), waits up to the grace time, then forces (KILL). Returns whether there was anything to stop. */
export async function stopAll(target: StopTarget, graceMs: number): Promise<boolean> {
  if (!signalAll(target, 'SIGTERM')) return false;
  for (let waited = 0; waited < graceMs; waited += POLL_MS) {
    await sleep(POLL_MS);
    if (!signalAll(target, 0)) return true;
  }
  signalAll(target, 'SIGKILL');
  // KILL cannot be refused, but takes a moment; outs must not be touched before the writers are gone.
  for (let waited = 0; waited < 1_000 && signalAll(target, 0); waited += POLL_MS) await sleep(POLL_MS);
  return true;
}

/** At once and by force: the groups of all commands that this process or its helper started. Only where there is /proc. */
export function killChildGroups(parent: number): void {
  const parentOf = (pid: number) => Number(statFields(pid)[1]);
  const isOurs = (pid: number) => parentOf(pid) === parent || parentOf(parentOf(pid)) === parent;
  const groups = listProcesses().filter((pid) => groupOf(pid) === pid && isOurs(pid));
  for (const group of groups) send(-group, 'SIGKILL');
}

export interface StopTarget {
  /** undefined when the group's leader was never known: only the cookie is left. */
  readonly group: number | undefined;
  readonly cookie: string;
}

/** Signal 0 only asks. Returns whether there was a process to receive it. */
function signalAll({ group, cookie }: StopTarget, signal: NodeJS.Signals | 0): boolean {
  const strays = processesWith(cookie);
  if (group !== undefined && isLivingGroup(group, strays)) send(-group, signal);
  for (const pid of strays) send(pid, signal);
  return strays.length > 0 || (group !== undefined && !hasProc() && send(-group, 0));
}

/** A group whose members all carry no cookie is somebody else's: the number was given away again. */
function isLivingGroup(group: number, strays: readonly number[]): boolean {
  return !hasProc() || strays.some((pid) => groupOf(pid) === group);
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false; // already gone
  }
}

const hasProc = (): boolean => groupOf(process.pid) !== undefined;

function processesWith(cookie: string): readonly number[] {
  const marker = `${COOKIE}=${cookie}`;
  return listProcesses().filter(
    (pid) => pid !== process.pid && isAlive(pid) && environmentOf(pid).split('\0').includes(marker),
  );
}

function listProcesses(): readonly number[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^[0-9]+$/.test(name) ? Number(name) : []));
  } catch {
    return [];
  }
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return ''; // another user's, or gone
  }
}

/** Not a zombie: one that is dead and only waits to be collected holds nothing. */
const isAlive = (pid: number): boolean => !['Z', 'X', undefined].includes(statFields(pid)[0]);

function groupOf(pid: number): number | undefined {
  const group = statFields(pid)[2];
  return group === undefined ? undefined : Number(group);
}

/** From the third field (state) on; the command's name before it may hold anything. */
function statFields(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
