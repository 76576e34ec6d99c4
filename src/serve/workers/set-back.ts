/**
 * Lets the thread that answers requests go first where there is more to do than cores: the thread that calls this,
 * and no other, is served less. Knows nothing of what the thread does.
 *
 * Linux alone has a priority for each thread (setpriority(2), "C library/kernel differences"), and tells a thread
 * its number (proc(5), /proc/thread-self). Elsewhere nothing happens.
 */
import { readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** A third of what an equal would get, while both want the same core (sched(7), "The nice value"). */
const NICE = 5;

export function setThreadBack(): void {
  try {
    const [pid, , thread] = readlinkSync('/proc/thread-self').split('/').map(Number);
    // Another process's number would be that of a /proc that belongs to another container.
    if (pid !== process.pid || thread === undefined || thread === pid) return;
    // Measured from the process's own, so that saying it again changes nothing.
    setPriority(thread, Math.min(LEAST, getPriority(pid) + NICE));
  } catch {
    // It runs like all others, which is no fault.
  }
}

const LEAST = 19;
