/**
 * The command itself against its peers: a run in which everything is fresh against bare Node and against DVC
 * doing the same five stages; a first run of many small stages against GNU make.
 *
 * `npx tsx bench/pipeline.ts`; writes bench/results/pipeline.json. DVC is taken from the environment variable
 * BENCH_DVC, else from PATH (bench/peers/requirements.txt); without it its column is empty, and says so.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';

const PIPE = join(import.meta.dirname, '../bin/pipe.js');
const DVC = process.env['BENCH_DVC'] ?? 'dvc';
const ROUNDS = 15;
const STAGES = 1_000;

interface Row {
  readonly work: string;
  /** Median milliseconds of wall time. */
  readonly pipe: number;
  readonly peers: Readonly<Record<string, number>>;
}

const root = mkdtempSync(join(tmpdir(), 'pipe-bench-'));
try {
  const rows = [benchNoop(), benchMany()];
  const machine = { cpu: cpus()[0]?.model ?? '', cores: cpus().length, kernel: release(), node: process.version };
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  }).trim();
  mkdirSync(join(import.meta.dirname, 'results'), { recursive: true });
  writeFileSync(
    join(import.meta.dirname, 'results/pipeline.json'),
    `${JSON.stringify({ machine, commit, rounds: ROUNDS, rows }, null, 2)}\n`,
  );
  console.log('| work | pipe | peers |\n|---|---|---|');
  for (const { work, pipe, peers } of rows) {
    const others = Object.entries(peers).map(
      ([name, ms]) => `${name} ${ms.toFixed(0)} ms (${(pipe / ms).toFixed(2)} ×)`,
    );
    console.log(`| ${work} | ${pipe.toFixed(0)} ms | ${others.join(', ') || 'none found'} |`);
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}

/** Five stages in a row, as small as they can be: what is measured is the tool. */
function benchNoop(): Row {
  const ours = folder('noop-pipe');
  writeFileSync(join(ours, 'in'), 'x');
  writeFileSync(join(ours, 'pipeline.yaml'), `stages:\n${chain().join('\n')}\n`);
  run(ours, process.execPath, [PIPE, 'repro', '-q']);
  const theirs = hasDvc() ? dvcRepo() : undefined;
  const timed = takeTurns({
    pipe: () => run(ours, process.execPath, [PIPE, 'repro', '-q']),
    'node -e 0': () => run(ours, process.execPath, ['-e', '0']),
    ...(theirs === undefined ? {} : { 'dvc repro': () => run(theirs, DVC, ['repro', '-q']) }),
  });
  return toRow('5 stages, all fresh', timed);
}

function chain(): readonly string[] {
  return [0, 1, 2, 3, 4].map(
    (n) =>
      `  s${n}: {cmd: 'cat ${n === 0 ? 'in' : `o${n - 1}`} > o${n}', deps: [${n === 0 ? 'in' : `o${n - 1}`}], outs: [o${n}]}`,
  );
}

function dvcRepo(): string {
  const repo = folder('noop-dvc');
  run(repo, 'git', ['init', '-q']);
  run(repo, DVC, ['init', '-q']);
  run(repo, DVC, ['config', 'core.analytics', 'false']);
  writeFileSync(join(repo, 'in'), 'x');
  writeFileSync(join(repo, 'dvc.yaml'), `stages:\n${chain().join('\n')}\n`);
  run(repo, DVC, ['repro', '-q']);
  return repo;
}

function benchMany(): Row {
  const numbers = Array.from({ length: STAGES }, (_, n) => n);
  const timed = takeTurns(
    {
      pipe: () => {
        const ours = folder(`many-pipe-${Math.random()}`);
        writeFileSync(join(ours, 'in'), 'x');
        writeFileSync(
          join(ours, 'pipeline.yaml'),
          `stages:\n${numbers.map((n) => `  s${n}: {cmd: 'echo ${n} > o${n}', deps: [in], outs: [o${n}]}\n`).join('')}`,
        );
        return run(ours, process.execPath, [PIPE, 'repro', '-q', '-j', '2']);
      },
      'make -j2': () => {
        const theirs = folder(`many-make-${Math.random()}`);
        writeFileSync(join(theirs, 'in'), 'x');
        writeFileSync(
          join(theirs, 'Makefile'),
          `all: ${numbers.map((n) => `o${n}`).join(' ')}\n${numbers.map((n) => `o${n}: in\n\t@echo ${n} > o${n}\n`).join('')}`,
        );
        return run(theirs, 'make', ['-j2']);
      },
    },
    3,
  );
  return toRow(`first run of ${STAGES} small stages, -j2`, timed);
}

function toRow(work: string, { pipe = Number.NaN, ...peers }: Record<string, number>): Row {
  return { work, pipe, peers };
}

/** One after the other in each round, so that a busy moment hits all alike. Medians. */
function takeTurns(works: Readonly<Record<string, () => number>>, rounds = ROUNDS): Record<string, number> {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(works).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, work] of Object.entries(works)) times[name]?.push(work());
  }
  return Object.fromEntries(
    Object.entries(times).map(([name, all]) => [
      name,
      all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN,
    ]),
  );
}

/** Milliseconds of wall time. */
function run(cwd: string, command: string, args: readonly string[]): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return performance.now() - started;
}

function folder(name: string): string {
  const path = join(root, name);
  mkdirSync(path);
  return path;
}

function hasDvc(): boolean {
  return spawnSync(DVC, ['--version'], { stdio: 'ignore' }).status === 0;
}
