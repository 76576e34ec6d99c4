/**
 * push and pull of 10,000 files of 1 KiB and of one of 1 GiB, against a real S3 server, beside rclone, a small Go
 * client on AWS's SDK, and DVC with its S3 plugin, in turn in the same run.
 *
 * `scripts/ci-remotes.sh --run npx tsx bench/remotes.ts` starts the server; peers come from RCLONE and GO_S3 (see
 * bench/README.md) and BENCH_DVC; one that is not there has no column. Writes bench/results/remotes.json.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBucket, SERVER, VARIABLES } from '../tests/remotes/real-s3.ts';
import { writeResults } from './support/report.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
const FILES = Number(process.env['FILES'] ?? 10_000);
const LARGE_MIB = Number(process.env['LARGE_MIB'] ?? 1024);
const PIPE = join(import.meta.dirname, '../bin/pipe.js');
const RCLONE = process.env['RCLONE'];
const GO_S3 = process.env['GO_S3'];
const DVC = process.env['BENCH_DVC'];
const ENV = { ...process.env, ...VARIABLES, AWS_ENDPOINT_URL_S3: SERVER };

interface Measured {
  readonly seconds: number;
  readonly maxMib: number;
}

interface Client {
  readonly name: string;
  /** `what`: `many` or `large`, below the folder of all data. */
  readonly up: (what: What, prefix: string) => Measured;
  readonly down: (what: What, prefix: string) => Measured;
}

type What = 'many' | 'large';

const root = mkdtempSync(join(tmpdir(), 'pipe-bench-remotes-'));
const data = join(root, 'data');
const bucket = await makeBucket();
try {
  makeData();
  const clients = [
    pipeClient(),
    ...(RCLONE ? [rclone(RCLONE)] : []),
    ...(GO_S3 ? [goClient(GO_S3)] : []),
    ...(DVC ? [dvc(DVC)] : []),
  ];
  const taken = new Map<string, Measured[]>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const what of ['many', 'large'] as const) {
      for (const client of clients) {
        const prefix = `${client.name}-${what}-${round}`;
        for (const way of ['up', 'down'] as const) {
          const key = `${what} ${way} ${client.name}`;
          const measured = client[way](what, prefix);
          console.error(`${key}: ${measured.seconds.toFixed(1)} s, ${Math.round(measured.maxMib)} MiB`);
          taken.set(key, [...(taken.get(key) ?? []), measured]);
        }
      }
    }
  }
  const rows = [...taken].map(([key, all]) => ({
    key,
    seconds: median(all.map(({ seconds }) => seconds)),
    maxMib: Math.max(...all.map(({ maxMib }) => maxMib)),
  }));
  writeResults('remotes', { rounds: ROUNDS, files: FILES, largeMib: LARGE_MIB, rows });
  for (const { key, seconds, maxMib } of rows)
    console.log(`${key.padEnd(24)} ${seconds.toFixed(2).padStart(8)} s ${String(Math.round(maxMib)).padStart(6)} MiB`);
} finally {
  rmSync(root, { recursive: true, force: true });
}

function makeData(): void {
  mkdirSync(join(data, 'many'), { recursive: true });
  mkdirSync(join(data, 'large'));
  for (let index = 0; index < FILES; index += 1) writeFileSync(join(data, 'many', `f${index}`), randomBytes(1024));
  const file = openSync(join(data, 'large', 'one'), 'w');
  for (let mib = 0; mib < LARGE_MIB; mib += 1) writeSync(file, randomBytes(1024 * 1024));
  closeSync(file);
}

/** A project that tracks the data; only the transfer is measured. */
function pipeClient(): Client {
  const project = join(root, 'project');
  mkdirSync(project);
  cpSync(data, join(project, 'data'), { recursive: true });
  writeFileSync(join(project, 'pipeline.yaml'), 'stages: {}\n');
  const pipe = (...args: readonly string[]) => measure(process.execPath, [PIPE, ...args], project);
  pipe('add', 'data/many', 'data/large');
  const remote = (prefix: string) => ['-r', `s3://${bucket}/${prefix}`];
  return {
    name: 'pipe',
    up: (what, prefix) => pipe('push', `data/${what}`, ...remote(prefix)),
    down: (what, prefix) => {
      rmSync(join(project, '.pipe/cache'), { recursive: true, force: true });
      const measured = pipe('fetch', `data/${what}`, ...remote(prefix));
      pipe('add', 'data/many', 'data/large');
      return measured;
    },
  };
}

function rclone(program: string): Client {
  const flags = [
    '--config',
    '/dev/null',
    '--s3-provider',
    'Other',
    '--s3-env-auth',
    '--s3-endpoint',
    SERVER,
    '--s3-no-check-bucket',
    '--transfers',
    '16',
    '--checkers',
    '16',
  ];
  const copy = (from: string, to: string) => measure(program, ['copy', ...flags, from, to], root);
  return {
    name: 'rclone',
    up: (what, prefix) => copy(join(data, what), `:s3:${bucket}/${prefix}`),
    down: (_, prefix) => copy(`:s3:${bucket}/${prefix}`, join(root, `rclone ${prefix}`)),
  };
}

function goClient(program: string): Client {
  return {
    name: 'go',
    up: (what, prefix) => measure(program, ['up', bucket, prefix, join(data, what)], root),
    down: (_, prefix) => measure(program, ['down', bucket, prefix, join(root, `go ${prefix}`)], root),
  };
}

function dvc(program: string): Client {
  const repo = join(root, 'dvc');
  mkdirSync(repo);
  cpSync(data, join(repo, 'data'), { recursive: true });
  const run = (...args: readonly string[]) => measure(program, args, repo);
  run('init', '--no-scm', '-q');
  run('add', '-q', 'data/many', 'data/large');
  const use = (prefix: string) => {
    run('remote', 'add', '-q', '-f', '-d', 'r', `s3://${bucket}/${prefix}`);
    run('remote', 'modify', 'r', 'endpointurl', SERVER);
  };
  return {
    name: 'dvc',
    up: (what, prefix) => {
      use(prefix);
      return run('push', '-q', '-j', '16', `data/${what}.dvc`);
    },
    down: (what, prefix) => {
      use(prefix);
      rmSync(join(repo, '.dvc/cache'), { recursive: true, force: true });
      const measured = run('fetch', '-q', '-j', '16', `data/${what}.dvc`);
      run('add', '-q', 'data/many', 'data/large');
      return measured;
    },
  };
}

function measure(program: string, args: readonly string[], cwd: string): Measured {
  const started = performance.now();
  const { status, stderr } = spawnSync('/usr/bin/time', ['-f', '%M', program, ...args], {
    cwd,
    env: ENV,
    encoding: 'utf8',
  });
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return { seconds, maxMib: Number(stderr.trim().split('\n').at(-1)) / 1024 };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
