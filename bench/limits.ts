/**
 * A file of more than 4 GiB and a folder of 200,000 files, through the command itself: right answers, and what
 * they take. The big file is sparse, so it costs time and no room.
 *
 * `npx tsx bench/limits.ts [--million]`; writes bench/results/limits.json, exits with 1 when an answer is wrong. `--million`: a
 * million files in a thousand folders instead, which takes a while; with TMPDIR=/dev/shm it spares the disk.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const PIPE = join(import.meta.dirname, '../bin/pipe.js');
const BIG_BYTES = 2 ** 32 + 1;
const FILES = process.argv.includes('--million') ? 1_000_000 : 200_000;
const FILES_A_FOLDER = process.argv.includes('--million') ? 1_000 : FILES;

interface Row {
  readonly work: string;
  readonly ms: number;
  /** Highest resident memory that was seen. */
  readonly peakMiB: number;
}

const root = mkdtempSync(join(tmpdir(), 'pipe-limits-'));
const rows: Row[] = [];
try {
  await bigFile(folder('big'));
  await manyFiles(folder('many'));
} finally {
  rmSync(root, { recursive: true, force: true });
}
const machine = { cpu: cpus()[0]?.model ?? '', cores: cpus().length, kernel: release(), node: process.version };
mkdirSync(join(import.meta.dirname, 'results'), { recursive: true });
writeFileSync(join(import.meta.dirname, 'results/limits.json'), `${JSON.stringify({ machine, rows }, null, 2)}\n`);
console.table(rows);

/** Read as a dep and written as an out. */
async function bigFile(cwd: string): Promise<void> {
  writeFileSync(join(cwd, 'in'), '');
  truncateSync(join(cwd, 'in'), BIG_BYTES);
  const stage = `{cmd: 'truncate -s ${BIG_BYTES} out; wc -c < in > n', deps: [in], outs: [n, out: {cache: false}]}`;
  writeFileSync(join(cwd, 'pipeline.yaml'), `stages: {s: ${stage}}\n`);
  await measure('two files of 4 GiB + 1: dep and out, first run', cwd, 'ran');
  check(readFileSync(join(cwd, 'n'), 'utf8').trim() === String(BIG_BYTES), 'the command saw the whole file');
  const { outs } = JSON.parse(readFileSync(join(cwd, 'locks/s.json'), 'utf8'));
  check(outs.out.size === BIG_BYTES, 'the lock entry has the whole size');
  await measure('the same, nothing changed', cwd, 'fresh');
  // One byte beyond what 32 bits can count.
  truncateSync(join(cwd, 'in'), BIG_BYTES + 1);
  await measure('one byte more at its end', cwd, 'ran');
}

async function manyFiles(cwd: string): Promise<void> {
  for (let n = 0; n < FILES; n += 1) {
    const path = join(cwd, fileName(n));
    if (n % FILES_A_FOLDER === 0) mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, n % 100 === 0 ? String(n) : '');
  }
  const cmd = 'find data -type f | wc -l > n';
  writeFileSync(join(cwd, 'pipeline.yaml'), `stages: {s: {cmd: '${cmd}', deps: [data], outs: [n]}}\n`);
  await measure(`a folder of ${FILES} files, first run`, cwd, 'ran');
  check(readFileSync(join(cwd, 'n'), 'utf8').trim() === String(FILES), 'the command saw all files');
  await measure('the same, nothing changed', cwd, 'fresh');
  writeFileSync(join(cwd, fileName(77_777)), 'changed');
  await measure('one file changed', cwd, 'ran');
}

function fileName(n: number): string {
  return `data/${Math.floor(n / FILES_A_FOLDER)}/file-${n}`;
}

async function measure(work: string, cwd: string, expected: 'ran' | 'fresh'): Promise<void> {
  const started = performance.now();
  const child = spawn(process.execPath, [PIPE, 'repro', '--json'], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  let peakMiB = 0;
  const watch = setInterval(() => (peakMiB = Math.max(peakMiB, peakOf(child.pid))), 50);
  await once(child, 'close');
  clearInterval(watch);
  const last: { summary?: Readonly<Record<string, unknown>> } = JSON.parse(text.trimEnd().split('\n').at(-1) ?? '{}');
  check(JSON.stringify(last.summary?.[expected]) === '["s"]', `${work}: ${expected}, not ${text}`);
  rows.push({ work, ms: Math.round(performance.now() - started), peakMiB });
}

/** 0 where there is no /proc, or the process is gone. */
function peakOf(pid: number | undefined): number {
  try {
    const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kilobytes) / 1024);
  } catch {
    return 0;
  }
}

function check(isRight: boolean, what: string): void {
  if (!isRight) throw new Error(`wrong: ${what}`);
}

function folder(name: string): string {
  mkdirSync(join(root, name));
  return join(root, name);
}
