/**
 * Digesting and storing content against the plain tools that do the same work: cp, sha256sum, find.
 *
 * `npx tsx bench/content.ts [--million]`; writes bench/results/content.json. Ours and the peers take turns in one
 * temporary folder, the median of three rounds counts. Ours ends with the bytes on the disk, cp does not.
 * `--million` adds a million files. Nothing is removed between rounds: ext4 makes new files up to a hundred times slower for
 * half a minute after many were removed, for whoever comes first.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheConfig } from '../src/core/cache-config.ts';
import type { Content } from '../src/core/lock-entry.ts';
import { createDigester, type Digester } from '../src/store/digest.ts';
import { createIgnore } from '../src/store/ignore.ts';
import { createObjectStore } from '../src/store/objects.ts';
import { median } from './support/measure.ts';
import { writeResults } from './support/report.ts';

interface Row {
  readonly work: string;
  /** Milliseconds, medians. */
  readonly ours: number;
  readonly peers: Readonly<Record<string, number>>;
  /** Ours divided by the sum of the peers. */
  readonly ratio: number;
  readonly note?: string;
}

const ROUNDS = 3;
const SMALL = { files: 10_000, bytes: 1024 };
const GIB = 1024 ** 3;

let copies = 0;
const root = mkdtempSync(join(tmpdir(), 'pipe-bench-'));
try {
  const rows = [...(await benchSmall()), ...(await benchLarge())];
  if (process.argv.includes('--million')) rows.push(...(await benchMillion()));
  writeResults('content', { rounds: ROUNDS, rows });
  for (const { work, ours, peers, ratio, note } of rows) {
    const others = Object.entries(peers).map(([name, ms]) => `${name} ${ms.toFixed(0)} ms`);
    console.log(
      `${work}: ${ours.toFixed(0)} ms (${others.join(' + ')}: ${ratio.toFixed(2)} x)${note ? `, ${note}` : ''}`,
    );
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}

async function benchSmall(): Promise<Row[]> {
  mkdirSync(join(root, 'small'));
  for (let n = 0; n < SMALL.files; n++) writeFileSync(join(root, 'small', `f${n}.bin`), randomBytes(SMALL.bytes));
  await sleep(100);
  const sha = () => shell('find small -type f -print0 | xargs -0 sha256sum > sums');
  const store = await compare('first digest + store of 10,000 x 1 KiB', () => digestAndStore('small'), {
    'cp -r': () => shell(`cp -r small ${freshName()}`),
    sha256sum: sha,
  });
  const restore = await compare('restore 10,000 x 1 KiB', () => restoreFrom('small'), {
    'cp -r': () => shell(`cp -r small ${freshName()}`),
  });
  (await known('small')).save();
  const peek = await compare('no-op look at 10,000 files', () => timed(() => newDigester().peek('small')), {
    'find -printf': () => shell(String.raw`find small -printf '%p %s %T@ %C@ %i\n' > list`),
  });
  return [store, restore, peek];
}

async function benchLarge(): Promise<Row[]> {
  const piece = randomBytes(16 * 1024 * 1024);
  for (let size = 0; size < GIB; size += piece.length) appendFileSync(join(root, 'large.bin'), piece);
  await sleep(100);
  const row = await compare('first digest + store of one file of 1 GiB', () => digestAndStore('large.bin'), {
    // coreutils' own sha256sum is often built without the processor's SHA instructions, which Node uses too
    'openssl dgst': () => shell('openssl dgst -sha256 large.bin > sums'),
    cp: () => shell(`cp large.bin ${freshName()}`),
  });
  return [{ ...row, note: `peak memory of the process ${megabytes()} MB` }];
}

/** Hard links make a million names quickly; for a walk they are files like any other. */
async function benchMillion(): Promise<Row[]> {
  for (let folder = 0; folder < 1000; folder++) {
    const path = join(root, 'million', `d${folder}`);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'f0'), `${folder}`);
    for (let n = 1; n < 1000; n++) linkSync(join(path, 'f0'), join(path, `f${n}`));
  }
  await sleep(100);
  const find = { 'find -printf': () => shell(String.raw`find million -printf '%p %s %T@ %C@ %i\n' > list`) };
  const first = await compare('first digest of 1,000,000 files', () => timedSave('million', true), find, 1);
  const again = await compare('no-op digest of 1,000,000 files', () => timedSave('million', false), find, 3);
  writeFileSync(join(root, 'million', 'd500', 'f7'), 'changed');
  const changed = await compare('digest after a change in 1,000,000 files', () => timedSave('million', false), find, 1);
  const note = `peak memory of the process ${megabytes()} MB`;
  return [first, again, changed].map((row) => ({ ...row, note }));
}

function cacheAt(name: string): CacheConfig {
  return { dir: join(root, name), link: ['reflink', 'copy'], shared: false };
}

async function digestAndStore(path: string): Promise<number> {
  const digester = newDigester();
  const objects = createObjectStore({ root, cache: cacheAt(freshName()), digester });
  return await timed(async () => {
    const content = await contentOf(digester, path, true);
    await objects.store(path, content);
  });
}

async function restoreFrom(path: string): Promise<number> {
  const digester = newDigester();
  const content = await contentOf(digester, path, false);
  const objects = createObjectStore({ root, cache: cacheAt('cache'), digester });
  await objects.store(path, content);
  return await timed(() => objects.restore(content, freshName()));
}

async function timedSave(path: string, fresh: boolean): Promise<number> {
  return await timed(async () => {
    const digester = newDigester();
    await contentOf(digester, path, fresh);
    digester.save();
  });
}

async function known(path: string): Promise<Digester> {
  const digester = newDigester();
  await contentOf(digester, path, false);
  return digester;
}

async function contentOf(digester: Digester, path: string, fresh: boolean): Promise<Content> {
  const digested = await digester.digest(path, { fresh });
  if (!digested.ok || digested.value === undefined) throw new Error(`cannot digest ${path}`);
  return digested.value;
}

function freshName(): string {
  copies += 1;
  return `copy-${copies}`;
}

function newDigester(): Digester {
  return createDigester({ root, ignore: createIgnore(root) });
}

type Measure = () => number | Promise<number>;

async function compare(
  work: string,
  ours: Measure,
  peers: Readonly<Record<string, Measure>>,
  rounds = ROUNDS,
): Promise<Row> {
  const times: Record<string, number[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, measure] of [['ours', ours] as const, ...Object.entries(peers)]) {
      (times[name] ??= []).push(await measure());
    }
  }
  const medians = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
  const { ours: own = Number.NaN, ...others } = medians;
  return { work, ours: own, peers: others, ratio: own / Object.values(others).reduce((a, b) => a + b, 0) };
}

async function timed(run: () => unknown): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

async function shell(script: string): Promise<number> {
  return await timed(() => {
    const { status, stderr } = spawnSync('sh', ['-c', script], { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${script}: ${stderr}`);
  });
}

function megabytes(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
