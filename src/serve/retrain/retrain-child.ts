/**
 * Runs `pipe repro <target> --json` as a child: an argument list and no shell, a process group of its
 * own, only the variables it needs. Knows nothing of jobs or verdicts.
 *
 * Invariant: when `ended` resolves nothing of the group is left.
 */
import type { RunEvent } from '../../core/event.ts';
import { identityOf, lifeOf, type ProcessIdentity } from '../../store/process-identity.ts';
import type { RetrainEnd } from './retrain-job.ts';

export interface RetrainChild {
  /** undefined: it could not be started. */
  readonly identity: ProcessIdentity | undefined;
  readonly ended: Promise<RetrainEnd>;
  /** Asks it to stop, and forces it after the grace time. */
  stop(why: 'cancelled' | 'interrupted'): void;
}

export interface ChildOptions {
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly graceMs: number;
  readonly onEvent: (event: RunEvent) => void;
  /** A line that is no event: a message for people. */
  readonly onLine: (line: string) => void;
}

export type StartChild = (options: ChildOptions) => Promise<RetrainChild>;

export const startRetrainChild: StartChild = async (options) => {
  const { execa } = await import('execa');
  const [program = '', ...argv] = options.command;
  const child = execa(program, argv, {
    cwd: options.cwd,
    env: options.env,
    extendEnv: false,
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    stdin: 'ignore',
    stdout: ['pipe'],
    stderr: ['pipe'],
  });
  let stopped: Extract<RetrainEnd, { kind: 'stopped' }>['why'] | undefined;
  const stop = (why: typeof stopped): void => {
    if (stopped !== undefined || child.pid === undefined) return;
    stopped = why;
    void stopGroup(child.pid, options.graceMs);
  };
  const timer = setTimeout(() => stop('timed_out'), options.timeoutMs);
  const reading = Promise.all([
    readLines(child.iterable({ from: 'stdout' }), (line) => takeLine(line, options)),
    readLines(child.iterable({ from: 'stderr' }), options.onLine),
  ]);

  const end = async (): Promise<RetrainEnd> => {
    const [result] = await Promise.all([child, reading]);
    clearTimeout(timer);
    if (stopped !== undefined) return { kind: 'stopped', why: stopped };
    if (result.signal !== undefined) return { kind: 'killed', signal: result.signal };
    if (result.exitCode === undefined)
      return { kind: 'not-started', problem: result.originalMessage ?? 'unknown error' };
    return { kind: 'exited', code: result.exitCode };
  };
  return { identity: child.pid === undefined ? undefined : identityOf(child.pid), ended: end(), stop };
};

/** What a daemon that was killed left running. Resolves when it is gone. */
export async function stopLeftover(identity: ProcessIdentity, graceMs: number): Promise<boolean> {
  if (lifeOf(identity) !== 'alive') return false;
  await stopGroup(identity.pid, graceMs);
  return true;
}

const POLL_MS = 50;

async function stopGroup(pid: number, graceMs: number): Promise<void> {
  // pipe answers TERM by stopping its stages' own groups and putting their outs back.
  signalGroup(pid, 'SIGTERM');
  for (let waited = 0; waited < graceMs; waited += POLL_MS) {
    if (!signalGroup(pid, 0)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  signalGroup(pid, 'SIGKILL');
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false; // gone
  }
}

async function readLines(lines: AsyncIterable<unknown>, onLine: (line: string) => void): Promise<void> {
  for await (const line of lines) onLine(String(line));
}

function takeLine(line: string, { onEvent, onLine }: ChildOptions): void {
  const event = parseEvent(line);
  if (event === undefined) onLine(line);
  else onEvent(event);
}

/** Anything that is not one of our events is text for people. */
function parseEvent(line: string): RunEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isEvent(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isEvent(value: unknown): value is RunEvent {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  return typeof type === 'string' && Object.hasOwn(EVENTS, type);
}

const EVENTS: Readonly<Record<RunEvent['type'], true>> = {
  'run-started': true,
  recovered: true,
  'stage-waiting': true,
  'stage-decided': true,
  'stage-undecided': true,
  'stage-started': true,
  'stage-output': true,
  'stage-warning': true,
  'stage-finished': true,
  'run-finished': true,
};
