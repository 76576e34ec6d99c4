/** Writes results with machine and commit, never with a name or a path of it, and prints them as a table. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Taken } from './measure.ts';

export interface Row {
  readonly work: string;
  readonly pipe: Taken;
  readonly peers: Readonly<Record<string, Taken>>;
  /** What was aimed at, in words. */
  readonly target: string;
  /** What came out, in the target's own terms. */
  readonly outcome: string;
  readonly isMet: boolean;
}

export function writeResults(name: string, values: object): void {
  const folder = join(import.meta.dirname, '../results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `${name}.json`),
    `${JSON.stringify({ machine: machine(), commit: commit(), ...values }, null, 2)}\n`,
  );
}

export function renderRows(rows: readonly Row[]): string {
  const head = '| work | pipe, wall (CPU) ms | peers, wall (CPU) ms | target | outcome |\n|---|---|---|---|---|';
  const lines = rows.map(({ work, pipe, peers, target, outcome, isMet }) => {
    const others = Object.entries(peers).map(([name, taken]) => `${name} ${shown(taken)}`);
    return `| ${work} | ${shown(pipe)} | ${others.join(', ')} | ${target} | ${isMet ? '' : '**missed** '}${outcome} |`;
  });
  return [head, ...lines].join('\n');
}

const shown = ({ wall, cpu }: Taken): string => `${wall.toFixed(0)} (${cpu.toFixed(0)})`;

function machine() {
  const model = cpus()[0]?.model.trim() ?? '';
  const memoryGb = Math.round(totalmem() / 1024 ** 3);
  const [load = 0] = loadavg();
  return { cpu: model, cores: cpus().length, memoryGb, kernel: release(), node: process.version, load };
}

function commit(): string {
  const options = { cwd: import.meta.dirname, encoding: 'utf8' } as const;
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], options).trim();
}
