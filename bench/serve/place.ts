/**
 * A place of its own for a daemon that is measured: the built program and the production model of this
 * checkout, copied. So neither a rebuild nor a retrain here disturbs what runs there, and nothing that is
 * promoted there reaches the registry here. Wants a production model: `npx pipe repro` first.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COPIED = ['bin', 'dist', 'package.json', 'pipeline.yaml', 'params.yaml', 'artifacts'];

export interface Place {
  readonly root: string;
  readonly modelFile: string;
  readonly dataDir: string;
  readonly remove: () => void;
}

export interface Started {
  readonly child: ChildProcess;
  readonly port: number;
  /** Of `--metrics-listen`. */
  readonly metrics: string;
  /** Of a peer that issues its own. */
  readonly token: string;
}

export function createPlace(): Place {
  if (!existsSync(join(ROOT, 'artifacts/prod_model.json')))
    throw new Error('no production model: run `npx pipe repro` first');
  const root = mkdtempSync(join(tmpdir(), 'pipe-bench-'));
  for (const name of COPIED) cpSync(join(ROOT, name), join(root, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  return {
    root,
    modelFile: join(root, 'artifacts/prod_model.json'),
    dataDir: join(root, 'serve'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** The daemon with everything on: accounts of the demo, history, metrics on a port of their own. */
export function startPipe({ root, dataDir }: Place): Promise<Started> {
  const args = ['bin/pipe.js', 'serve', '--demo', '--json', '--data-dir', dataDir, '--port', '0'];
  return start(process.execPath, [...args, '--metrics-listen', '127.0.0.1:0'], root);
}

/** A server that prints one line of JSON when it listens: `{port}` or `{url}`. */
export async function start(program: string, args: readonly string[], cwd = ROOT): Promise<Started> {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const said: Announced = JSON.parse(line);
    const { metrics = '', token = '' } = said;
    return { child, port: said.port ?? Number(new URL(said.url ?? '').port), metrics, token };
  }
  throw new Error(`${program} ${args.join(' ')} did not start`);
}

interface Announced extends Partial<Pick<Started, 'port' | 'metrics' | 'token'>> {
  readonly url?: string;
}

/** Longer than a daemon drains and finishes; a peer may never end by itself. */
const STOP_MS = 40_000;

export async function stop({ child }: Pick<Started, 'child'>, signal: NodeJS.Signals = 'SIGINT'): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  const [code] = await ended;
  clearTimeout(timer);
  return code;
}

export async function signIn(
  port: number,
  credentials = { username: 'alice', password: 'secret123' },
): Promise<string> {
  const body = new URLSearchParams(credentials);
  const response = await fetch(`http://127.0.0.1:${port}/auth/token`, { method: 'POST', body });
  const answer: unknown = await response.json();
  if (typeof answer === 'object' && answer !== null && 'access_token' in answer) return String(answer.access_token);
  throw new Error('the demo did not let us in');
}

/** A tick of /proc/<pid>/stat is a hundredth of a second on every Linux there is. */
const TICK_US = 10_000;

/** User and system time of all its threads, in microseconds. */
export function cpuOf({ pid }: ChildProcess): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

/** Resident memory in MB. */
export function memoryOf({ pid }: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** The original's example. */
export const QUESTION = JSON.stringify({
  features: [10, 3, 1, 0, 2021, 60, 2, 1, 1, 3, 2, 1, 1, 50, 7, 12, 5, 77, 77317, 2, 1, 0, 6, 48.6, 2.89, 17, 2, 1],
});
