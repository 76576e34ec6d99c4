/**
 * push and pull of 10,000 files of 1 KiB and of one of 1 GiB, against a real S3 server, beside rclone, a small Go
 * client on AWS's SDK, and DVC with its S3 plugin, in turn in the same run.
 *
 * `scripts/ci-remotes.sh --run npx tsx bench/remotes.ts` starts the server; peers come from RCLONE and GO_S3 (see
 * bench/README.md) and BENCH_DVC; one that is not there has no column. Writes bench/results/remotes.json.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
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
  /** Of the client alone, in user mode and in the system. */
  readonly cpuSeconds: number;
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
          console.error(shown(key, measured));
          taken.set(key, [...(taken.get(key) ?? []), measured]);
        }
      }
    }
  }
  const rows = [...taken].map(([key, all]) => ({
    key,
    seconds: median(all.map(({ seconds }) => seconds)),
    cpuSeconds: median(all.map(({ cpuSeconds }) => cpuSeconds)),
    maxMib: Math.max(...all.map(({ maxMib }) => maxMib)),
  }));
  writeResults('remotes', { rounds: ROUNDS, files: FILES, largeMib: LARGE_MIB, rows });
  for (const { key, ...row } of rows) console.log(shown(key, row));
} finally {
  rmSync(root, { recursive: true, force: true });
}

function shown(key: string, { seconds, cpuSeconds, maxMib }: Measured): string {
  const [wall, cpu] = [seconds, cpuSeconds].map((value) => value.toFixed(2).padStart(8));
  return `${key.padEnd(24)} ${wall} s ${cpu} s of CPU ${String(Math.round(maxMib)).padStart(6)} MiB`;
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
  const cache = join(project, '.pipe/cache');
  return {
    name: 'pipe',
    up: (what, prefix) => pipe('push', `data/${what}`, ...remote(prefix)),
    down: (what, prefix) => {
      // Moved, not removed: ext4 looks at every inode that was just given up before it makes a new one.
      renameSync(cache, join(root, 'full cache'));
      const measured = pipe('fetch', `data/${what}`, ...remote(prefix));
      renameSync(cache, join(root, `fetched ${prefix}`));
      renameSync(join(root, 'full cache'), cache);
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
      const cache = join(repo, '.dvc/cache');
      renameSync(cache, join(root, 'full DVC cache'));
      const measured = run('fetch', '-q', '-j', '16', `data/${what}.dvc`);
      renameSync(cache, join(root, `fetched by DVC ${prefix}`));
      renameSync(join(root, 'full DVC cache'), cache);
      return measured;
    },
  };
}

function measure(program: string, args: readonly string[], cwd: string): Measured {
  const started = performance.now();
  const { status, stderr } = spawnSync('/usr/bin/time', ['-f', '%M %U %S', program, ...args], {
    cwd,
    env: ENV,
    encoding: 'utf8',
  });
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  const [kib = 0, user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { seconds, cpuSeconds: user + system, maxMib: kib / 1024 };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
