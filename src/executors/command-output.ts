/**
 * Runs a short script for what it prints, and never for longer than it may. Its own process group, as a
 * stage's command has, so that nothing it started outlives it.
 *
 * Without execa: a pipeline in which all is fresh comes here too, and start-up is counted in milliseconds.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { digestOf, type Digest } from '../lib/digest.ts';
import { COOKIE, isGroupLeft, stopAll } from './process-group.ts';

export interface ScriptCommand {
  readonly script: string;
  /** Argument list; the script is added as its last argument. */
  readonly shell: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export type ScriptOutput =
  | { readonly kind: 'printed'; readonly digest: Digest; readonly beginning: string }
  /** `problem` goes on a sentence that begins with the script. */
  | { readonly kind: 'failed'; readonly problem: string; readonly lastLines: readonly string[] }
  | { readonly kind: 'stopped' };

const MAX_BYTES = 16 * 1024 * 1024;
const BEGINNING_BYTES = 400;
const GRACE_MS = 1_000;

export async function readScriptOutput(command: ScriptCommand): Promise<ScriptOutput> {
  const [shell = '/bin/sh', ...args] = command.shell;
  const cookie = randomBytes(16).toString('hex');
  const child = spawn(shell, [...args, command.script], {
    cwd: command.cwd,
    env: { ...command.env, [COOKIE]: cookie },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => stopAll({ group: child.pid, cookie }, GRACE_MS);
  const collected = collect(child, () => void stop());
  const deadline = AbortSignal.timeout(command.timeoutMs);
  const any = AbortSignal.any(command.signal ? [deadline, command.signal] : [deadline]);
  any.addEventListener('abort', () => void stop(), { once: true });
  const problem = await endOf(child, stop);
  if (command.signal?.aborted) return { kind: 'stopped' };
  if (deadline.aborted) return failed(`took longer than ${command.timeoutMs / 1000} s`, collected);
  if (collected.isTooMuch) return failed(`printed more than ${MAX_BYTES / 1024 / 1024} MiB`, collected);
  if (problem !== undefined) return failed(problem, collected);
  const bytes = Buffer.concat(collected.printed);
  return { kind: 'printed', digest: digestOf(bytes), beginning: bytes.toString('utf8', 0, BEGINNING_BYTES) };
}

interface Collected {
  readonly printed: Buffer[];
  errors: string;
  isTooMuch: boolean;
}

function collect({ stdout, stderr }: ChildProcess, stop: () => void): Collected {
  const collected: Collected = { printed: [], errors: '', isTooMuch: false };
  let size = 0;
  stdout?.on('data', (piece: Buffer) => {
    size += piece.length;
    if (size <= MAX_BYTES) return void collected.printed.push(piece);
    if (!collected.isTooMuch) stop();
    collected.isTooMuch = true;
  });
  stderr?.on('data', (piece: Buffer) => {
    collected.errors = (collected.errors + piece.toString()).slice(-4_000);
  });
  return collected;
}

/** Undefined: it ended well. What it left in the background would keep its output open for ever. */
async function endOf(child: ChildProcess, stop: () => Promise<boolean>): Promise<string | undefined> {
  const closed = new Promise((resolve) => child.once('close', resolve));
  try {
    await once(child, 'exit');
  } catch (error) {
    return `could not be started: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (child.pid !== undefined && isGroupLeft(child.pid)) await stop();
  await closed;
  if (child.signalCode !== null) return `was killed by ${child.signalCode}`;
  return child.exitCode === 0 ? undefined : `exited with ${child.exitCode}`;
}

function failed(problem: string, { errors }: Collected): ScriptOutput {
  return { kind: 'failed', problem, lastLines: errors.trimEnd().split('\n').filter(Boolean).slice(-5) };
}
