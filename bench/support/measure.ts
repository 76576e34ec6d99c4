/**
 * Runs commands in turns and says what they took. Wall time is what people wait for, CPU time what holds on
 * a busy machine; both are medians, and of commands that take turns in one run, so that ratios mean something.
 */
import { spawnSync } from 'node:child_process';

/** Milliseconds. */
export interface Taken {
  readonly wall: number;
  /** User and system time of the command and of all it waited for. */
  readonly cpu: number;
}

export interface Command {
  readonly cwd: string;
  readonly program: string;
  readonly args: readonly string[];
}

/** `times` prints two lines, of the shell and of its children: `0m0.123000s 0m0.045000s`. */
const TIMED = '"$@" > /dev/null; status=$?; times; exit $status';

/** Throws when the command does not end well. */
export function run({ cwd, program, args }: Command): Taken {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', TIMED, 'sh', program, ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const wall = performance.now() - started;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return { wall, cpu: millisecondsOf(stdout.trim().split('\n').at(-1) ?? '') };
}

function millisecondsOf(line: string): number {
  const times = [...line.matchAll(/(\d+)m([\d.]+)s/g)];
  return times.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1_000, 0);
}

/** One after the other in each round, so that a busy moment hits all alike. Medians. */
export function takeTurns(works: Readonly<Record<string, () => Taken>>, rounds: number): Record<string, Taken> {
  const all: Record<string, Taken[]> = {};
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, work] of Object.entries(works)) (all[name] ??= []).push(work());
  }
  return Object.fromEntries(Object.entries(all).map(([name, taken]) => [name, medians(taken)]));
}

function medians(taken: readonly Taken[]): Taken {
  return { wall: median(taken.map(({ wall }) => wall)), cpu: median(taken.map(({ cpu }) => cpu)) };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export const isThere = (program: string): boolean =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
