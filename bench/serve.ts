/**
 * CPU per authenticated /predict: `pipe serve` with everything on, beside bare node:http doing the
 * same work by hand. CPU is the server process's own (all threads), from /proc: the figure that holds
 * on a busy machine. Wants a production model: run `npx pipe repro` first.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { load, type LoadResult } from './serve/load.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MODEL = join(ROOT, 'artifacts/prod_model.json');
const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
const SECONDS = Number(process.env['SECONDS'] ?? 6);
const CONNECTIONS = 32;
/** A tick of /proc/<pid>/stat is a hundredth of a second on every Linux there is. */
const TICK_US = 10_000;
const BODY = JSON.stringify({
  features: [10, 3, 1, 0, 2021, 60, 2, 1, 1, 3, 2, 1, 1, 50, 7, 12, 5, 77, 77317, 2, 1, 0, 6, 48.6, 2.89, 17, 2, 1],
});

interface Server {
  readonly child: ChildProcess;
  readonly port: number;
}

interface Measured extends LoadResult {
  readonly cpuUs: number;
}

if (!existsSync(MODEL)) throw new Error('no production model: run `npx pipe repro` first');
const dataDir = mkdtempSync(join(tmpdir(), 'pipe-bench-'));
const ours = await start(['bin/pipe.js', 'serve', '--demo', '--json', '--port', '0', '--data-dir', dataDir]);
const token = await signIn(ours.port);
const bare = await start([
  '--import',
  createRequire(import.meta.url).resolve('tsx'),
  'bench/serve/bare-http.ts',
  MODEL,
  token,
]);

const results: { ours: Measured[]; bare: Measured[] } = { ours: [], bare: [] };
try {
  for (const server of [ours, bare]) await measure(server, token, 2); // warm
  for (let round = 0; round < ROUNDS; round++) {
    results.bare.push(await measure(bare, token, SECONDS));
    results.ours.push(await measure(ours, token, SECONDS));
  }
} finally {
  for (const { child } of [ours, bare]) {
    child.kill('SIGINT');
    await once(child, 'exit');
  }
  rmSync(dataDir, { recursive: true, force: true });
}
report(results);

async function start(argv: readonly string[]): Promise<Server> {
  const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const said: { readonly port?: number; readonly url?: string } = JSON.parse(line);
    return { child, port: said.port ?? Number(new URL(said.url ?? '').port) };
  }
  throw new Error(`${argv.join(' ')} did not start`);
}

async function signIn(port: number): Promise<string> {
  const body = new URLSearchParams({ username: 'admin', password: 'admin123' });
  const response = await fetch(`http://127.0.0.1:${port}/auth/token`, { method: 'POST', body });
  const answer: unknown = await response.json();
  if (typeof answer === 'object' && answer !== null && 'access_token' in answer) return String(answer.access_token);
  throw new Error('the demo did not let us in');
}

async function measure({ child, port }: Server, bearer: string, seconds: number): Promise<Measured> {
  const headers = { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' };
  const before = cpuOf(child);
  const result = await load({ port, path: '/predict', headers, body: BODY, connections: CONNECTIONS, seconds });
  if (result.failures > 0) throw new Error(`${result.failures} of ${result.requests} requests failed`);
  return { ...result, cpuUs: (cpuOf(child) - before) / result.requests };
}

/** User and system time of all its threads, in microseconds. */
function cpuOf({ pid }: ChildProcess): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

function report({ ours: mine, bare: peer }: typeof results): void {
  const rows = [
    ['bare node:http, same work', peer],
    ['pipe serve, history on', mine],
  ] as const;
  const ratio = medianOf(mine, 'cpuUs') / medianOf(peer, 'cpuUs');
  const table = [
    '| server | CPU µs/request | requests/s | p50 ms | p99 ms |',
    '|---|---|---|---|---|',
    ...rows.map(
      ([name, runs]) =>
        `| ${name} | ${medianOf(runs, 'cpuUs').toFixed(1)} | ${Math.round(rateOf(runs))} | ` +
        `${medianOf(runs, 'p50Ms').toFixed(2)} | ${medianOf(runs, 'p99Ms').toFixed(2)} |`,
    ),
    '',
    `Ratio ${ratio.toFixed(2)}. Medians of ${ROUNDS} rounds of ${SECONDS} s, ${CONNECTIONS} connections, Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()}).`,
  ].join('\n');
  mkdirSync(join(ROOT, 'bench/results'), { recursive: true });
  const summary = {
    node: process.version,
    cores: cpus().length,
    rounds: ROUNDS,
    seconds: SECONDS,
    ratio,
    pipe: mine,
    bare: peer,
  };
  writeFileSync(join(ROOT, 'bench/results/serve.json'), `${JSON.stringify(summary, null, 2)}\n`);
  writeFileSync(join(ROOT, 'bench/results/serve.md'), `${table}\n`);
  console.log(table);
}

function rateOf(runs: readonly Measured[]): number {
  const rates = runs.map(({ requests, seconds }) => ({ rate: requests / seconds }));
  return medianOf(rates, 'rate');
}

function medianOf<K extends string>(runs: readonly Readonly<Record<K, number>>[], key: K): number {
  const sorted = runs.map((run) => run[key]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
