/**
 * Does the daemon hold out? A steady rate of predictions for MINUTES (10), metrics read and a login made now
 * and then; at its end a SIGTERM. Fails when a request failed, when an answered prediction is not in the
 * history, or when resident memory grew by 20 MB or more after the first fifth.
 *
 * `npx tsx bench/soak.ts`; RATE requests a second (200). Wants a production model: `npx pipe repro` first.
 */
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspectDatabase } from '../src/store/database/inspect.ts';
import { createPlace, memoryOf, QUESTION, signIn, startPipe, stop } from './serve/place.ts';
import { median } from './support/measure.ts';
import { writeResults } from './support/report.ts';

const MINUTES = Number(process.env['MINUTES'] ?? 10);
const RATE = Number(process.env['RATE'] ?? 200);
const CONNECTIONS = 16;
const TICK_MS = 20;
const MAX_GROWTH_MB = 20;
const MB = 1024 * 1024;

const place = createPlace();
const daemon = await startPipe(place);
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
/** `refused`: a 503, which a daemon on a machine that starves it gives to shed load. */
const count = { answered: 0, refused: 0, failed: 0, late: 0 };
/** What came instead of a 200, and how often: "503 overloaded", "ECONNRESET". */
const refusals: Record<string, number> = {};
/** Resident, MB, every second. */
const memory: number[] = [];
/** Where it is, every minute. */
const inside: { readonly minute: number; readonly rss: number; readonly heap: number; readonly external: number }[] =
  [];
let token = await signIn(daemon.port);

const startedAt = Date.now();
const endsAt = startedAt + MINUTES * 60_000;
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
report(await stop(daemon, 'SIGTERM'));

function predict(): void {
  under++;
  const headers = {
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/json',
    'Content-Length': QUESTION.length,
  };
  const url = `http://127.0.0.1:${daemon.port}/predict`;
  const question = request(url, { method: 'POST', agent, headers }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => void chunks.push(chunk));
    response.once('end', () => {
      under--;
      if (response.statusCode === 200) count.answered++;
      else refuse(response.statusCode ?? 0, Buffer.concat(chunks).toString());
    });
  });
  question.once('error', (error: NodeJS.ErrnoException) => {
    under--;
    count.failed++;
    note(error.code ?? error.message);
  });
  question.end(QUESTION);
}

function refuse(status: number, body: string): void {
  if (status === 503) count.refused++;
  else count.failed++;
  note(`${status} ${/"code":"(\w+)"/.exec(body)?.[1] ?? ''}`);
}

function note(refusal: string): void {
  refusals[refusal] = (refusals[refusal] ?? 0) + 1;
}

async function everySecond(second: number): Promise<void> {
  memory.push(memoryOf(daemon.child));
  if (second % 15 !== 0) return;
  const metrics = await (await fetch(daemon.metrics)).text();
  if (second % 60 !== 0) return;
  const mb = (name: string): number =>
    Math.round((10 * Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1])) / MB) / 10;
  inside.push({
    minute: second / 60,
    rss: mb('process_resident_memory_bytes'),
    heap: mb('nodejs_heap_size_used_bytes'),
    external: mb('nodejs_external_memory_bytes'),
  });
  token = await signIn(daemon.port);
}

function report(code: unknown): void {
  const inspected = inspectDatabase(join(place.dataDir, 'serve.db'));
  const kept = inspected.ok ? (inspected.value?.predictions ?? 0) : 0;
  const fifth = Math.max(1, Math.floor(memory.length / 5));
  const before = median(memory.slice(fifth, 2 * fifth));
  const after = median(memory.slice(-fifth));
  const summary = {
    minutes: MINUTES,
    rate: RATE,
    ...count,
    refusals,
    kept,
    rss_mb_after_warm_up: Math.round(before),
    rss_mb_at_the_end: Math.round(after),
    growth_mb: Math.round((after - before) * 10) / 10,
    exit_code: code,
  };
  writeResults('soak', { ...summary, inside });
  console.log(JSON.stringify(summary, null, 2));
  place.remove();
  const isGood = count.failed === 0 && kept === count.answered && after - before < MAX_GROWTH_MB && code === 0;
  if (!isGood) throw new Error('the soak found something');
}
