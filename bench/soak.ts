/**
 * Does the daemon hold out? A steady rate of predictions for MINUTES (10), metrics read and a login made now
 * and then; at its end a SIGTERM. Fails when a request failed, when an answered prediction is not in the
 * history, or when resident memory grew by 20 MB or more after the first fifth.
 *
 * `npx tsx bench/soak.ts`; RATE requests a second (200). Wants a production model: `npx pipe repro` first.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inspectDatabase } from '../src/store/database/inspect.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MINUTES = Number(process.env['MINUTES'] ?? 10);
const RATE = Number(process.env['RATE'] ?? 200);
const CONNECTIONS = 16;
const TICK_MS = 20;
const MAX_GROWTH_MB = 20;
const BODY = JSON.stringify({
  features: [10, 3, 1, 0, 2021, 60, 2, 1, 1, 3, 2, 1, 1, 50, 7, 12, 5, 77, 77317, 2, 1, 0, 6, 48.6, 2.89, 17, 2, 1],
});

if (!existsSync(join(ROOT, 'artifacts/prod_model.json')))
  throw new Error('no production model: run `npx pipe repro` first');
const dataDir = mkdtempSync(join(tmpdir(), 'pipe-soak-'));
const args = ['bin/pipe.js', 'serve', '--demo', '--json', '--port', '0', '--data-dir', dataDir];
const child = spawn(process.execPath, [...args, '--metrics-listen', '127.0.0.1:0'], {
  cwd: ROOT,
  stdio: ['ignore', 'pipe', 'ignore'],
});
const { url, metrics } = await announced();
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const count = { answered: 0, failed: 0, late: 0 };
const memory: number[] = [];
let token = await signIn();

const endsAt = Date.now() + MINUTES * 60_000;
const startedAt = Date.now();
let asked = 0;
let under = 0;
let lastSecond = 0;
while (Date.now() < endsAt) {
  const due = Math.floor(((Date.now() - startedAt) / 1000) * RATE);
  for (; asked < due; asked++) {
    if (under >= CONNECTIONS * 8)
      count.late++; // the machine cannot keep the rate: less is asked
    else predict();
  }
  const second = Math.floor((Date.now() - startedAt) / 1000);
  if (second > lastSecond) await everySecond(second);
  lastSecond = second;
  await sleep(TICK_MS);
}
while (under > 0) await sleep(TICK_MS);
child.kill('SIGTERM');
const [exitCode] = await once(child, 'exit');
report(exitCode);

function predict(): void {
  under++;
  const headers = {
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/json',
    'Content-Length': BODY.length,
  };
  const question = request(`${url}/predict`, { method: 'POST', agent, headers }, (response) => {
    response.resume();
    response.once('end', () => {
      under--;
      if (response.statusCode === 200) count.answered++;
      else count.failed++;
    });
  });
  question.once('error', () => {
    under--;
    count.failed++;
  });
  question.end(BODY);
}

async function everySecond(second: number): Promise<void> {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  memory.push(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
  if (second % 15 === 0) await (await fetch(metrics)).text();
  if (second % 60 === 0) token = await signIn();
}

async function announced(): Promise<{ readonly url: string; readonly metrics: string }> {
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line);
  throw new Error('the daemon did not start');
}

async function signIn(): Promise<string> {
  const body = new URLSearchParams({ username: 'alice', password: 'secret123' });
  const answer = Object(await (await fetch(`${url}/auth/token`, { method: 'POST', body })).json());
  return String(answer.access_token);
}

function report(code: unknown): void {
  const inspected = inspectDatabase(join(dataDir, 'serve.db'));
  const kept = inspected.ok ? (inspected.value?.predictions ?? 0) : 0;
  const fifth = Math.max(1, Math.floor(memory.length / 5));
  const before = medianOf(memory.slice(fifth, 2 * fifth));
  const after = medianOf(memory.slice(-fifth));
  const summary = {
    minutes: MINUTES,
    rate: RATE,
    ...count,
    kept,
    rss_mb_after_warm_up: Math.round(before),
    rss_mb_at_the_end: Math.round(after),
    growth_mb: Math.round((after - before) * 10) / 10,
    exit_code: code,
  };
  mkdirSync(join(ROOT, 'bench/results'), { recursive: true });
  writeFileSync(join(ROOT, 'bench/results/soak.json'), `${JSON.stringify(summary, null, 2)}\n`);
  console.log(JSON.stringify(summary, null, 2));
  rmSync(dataDir, { recursive: true, force: true });
  const isGood = count.failed === 0 && kept === count.answered && after - before < MAX_GROWTH_MB && code === 0;
  if (!isGood) throw new Error('the soak found something');
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
