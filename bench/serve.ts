/**
 * The daemon beside bare node:http, Fastify and FastAPI, in one run and in turns: CPU of a prediction, latency at
 * half the highest rate, a large batch, a swap under load, 32 logins at once, the first answer after a start.
 *
 * `npx tsx bench/serve.ts`; ROUNDS (3) of SECONDS (4). CPU is that of all threads of a server, from /proc: the figure
 * that holds on a busy machine. Wants a production model: `npx pipe repro` first. Installs its peers itself
 * (npm, PyPI); BENCH_PEERS names a folder where they stay. Writes results/serve.json and results/serve.md.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { timeBatches, type BatchTimes } from './serve/batch.ts';
import { timeFirstAnswer, type FirstAnswer } from './serve/first-answer.ts';
import { installPeers } from './serve/peers.ts';
import { createPlace, stop } from './serve/place.ts';
import { BARE, type Contestant, type Measured, measure, OURS, startContestants } from './serve/servers.ts';
import { logInUnderLoad, swapUnderLoad, type LoggedIn, type Swapped } from './serve/under-load.ts';
import { median } from './support/measure.ts';
import { writeResults } from './support/report.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
const SECONDS = Number(process.env['SECONDS'] ?? 4);

interface Results {
  readonly servers: Readonly<Record<string, readonly Measured[]>>;
  readonly half: readonly Measured[];
  readonly batch: BatchTimes;
  readonly swap: Swapped;
  readonly logins: LoggedIn;
  readonly first: FirstAnswer;
}

const place = createPlace();
const peers = installPeers();
try {
  const results = await measureAll();
  writeResults('serve', { rounds: ROUNDS, seconds: SECONDS, ...results });
  const text = render(results);
  writeFileSync(join(import.meta.dirname, 'results/serve.md'), `${text}\n`);
  console.log(text);
} finally {
  peers.remove();
  place.remove();
}

async function measureAll(): Promise<Results> {
  const batch = timeBatches(place, peers);
  const first = await timeFirstAnswer(place, 2 * ROUNDS + 1);
  const contestants = await startContestants(place, peers);
  const ours = contestants.find(({ name }) => name === OURS);
  if (ours === undefined) throw new Error('ours did not start');
  try {
    const servers = await takeTurns(contestants);
    const highest = median((servers[OURS] ?? []).map(({ requests, seconds }) => requests / seconds));
    const half: Measured[] = [];
    for (let round = 0; round < ROUNDS; round++)
      half.push(await measure(ours, { seconds: 2 * SECONDS, rate: highest / 2 }));
    const swap = await swapUnderLoad(place, ours, { rate: highest / 2, seconds: 2 * SECONDS });
    return { servers, half, batch, swap, logins: await logInUnderLoad(ours), first };
  } finally {
    for (const { server } of contestants) await stop(server);
  }
}

/** The first turn only warms up: compilers, caches, connections. */
async function takeTurns(contestants: readonly Contestant[]): Promise<Record<string, Measured[]>> {
  const all: Record<string, Measured[]> = {};
  for (let round = 0; round <= ROUNDS; round++) {
    for (const contestant of contestants) {
      const measured = await measure(contestant, { seconds: round === 0 ? 2 : SECONDS });
      if (measured.failures > 0) console.error(`${contestant.name}: ${renderFailures(measured)}`);
      if (round > 0) (all[contestant.name] ??= []).push(measured);
    }
  }
  return all;
}

function render(results: Results): string {
  return `${renderServers(results.servers)}\n\n${renderTargets(results)}`;
}

function renderServers(servers: Results['servers']): string {
  const rows = Object.entries(servers).map(([name, runs]) => {
    const of = (key: Exclude<keyof Measured, 'refusals'>): number => median(runs.map((run) => run[key]));
    const rate = median(runs.map(({ requests, seconds }) => requests / seconds));
    const least = Math.min(...runs.map(({ cpuUs }) => cpuUs));
    const figures = [of('cpuUs'), least].map((us) => us.toFixed(us < 1000 ? 1 : 0)).join(' | ');
    return `| ${name} | ${figures} | ${Math.round(rate)} | ${of('p50Ms').toFixed(1)} | ${of('p99Ms').toFixed(1)} | ${of('rssMb').toFixed(0)} |`;
  });
  const head =
    '| server | CPU µs/request | least | requests/s | p50 ms | p99 ms | RSS MB |\n|---|---|---|---|---|---|---|';
  return [head, ...rows].join('\n');
}

function renderTargets({ servers, half, batch, swap, logins, first }: Results): string {
  const cpu = median((servers[OURS] ?? []).map(({ cpuUs }) => cpuUs));
  const bare = median((servers[BARE] ?? []).map(({ cpuUs }) => cpuUs));
  const peerMs = batch.peers === undefined ? Number.NaN : Math.min(...Object.values(batch.peers));
  const kept = logins.busyRate / logins.calmRate;
  const halfP99 = median(half.map(({ p99Ms }) => p99Ms));
  const { calm, swapped } = swap;
  const aboveNode = first.pipeCpuMs - first.nodeCpuMs;
  const rows: readonly (readonly [work: string, target: string, outcome: string, isMet: boolean])[] = [
    ['a prediction', '≤ 60 µs of CPU', `${cpu.toFixed(1)} µs`, cpu <= 60],
    ['beside bare node:http', '≤ 2 ×', `${(cpu / bare).toFixed(2)} ×`, cpu <= 2 * bare],
    ['p99 at half the highest rate', '≤ 10 ms', `${halfP99.toFixed(1)} ms`, halfP99 <= 10],
    ['10,000 rows, 100 × 31', 'no slower than the peers', renderBatch(batch), !(batch.pipe > peerMs)],
    ['swap under load: failed', '0', `${renderFailures(swapped)}, ${swap.swaps} swaps`, swapped.failures === 0],
    ['swap under load: p99', '≤ 2 ×', renderSwap(swap), swapped.p99Ms <= 2 * calm.p99Ms],
    ['32 logins: p99 of /health', '< 100 ms', `${logins.healthP99Ms.toFixed(0)} ms`, logins.healthP99Ms < 100],
    ['32 logins: rate of /predict', '≥ 50 %', `${(100 * kept).toFixed(0)} %`, kept >= 0.5],
    [
      'start to first answer',
      '≤ 400 ms',
      `${first.pipeMs.toFixed(0)} ms, ${aboveNode.toFixed(0)} of CPU above Node's`,
      first.pipeMs <= 400,
    ],
  ];
  const lines = rows.map(
    ([work, target, outcome, isMet]) => `| ${work} | ${target} | ${isMet ? '' : '**missed** '}${outcome} |`,
  );
  return ['| work | target | outcome |\n|---|---|---|', ...lines].join('\n');
}

function renderBatch({ pipe, peers: others }: BatchTimes): string {
  if (others === undefined) return `${pipe.toFixed(0)} ms of CPU, no peers`;
  const { histGradientBoosting, onnxruntimeNode } = others;
  return `${pipe.toFixed(0)} ms of CPU, HistGradientBoosting ${histGradientBoosting.toFixed(0)}, onnxruntime-node ${onnxruntimeNode.toFixed(0)}`;
}

function renderFailures({ failures, requests, refusals }: Measured): string {
  const kinds = Object.entries(refusals).map(([kind, times]) => `${kind}: ${times}`);
  return `${failures} of ${requests}${kinds.length === 0 ? '' : ` (${kinds.join(', ')})`}`;
}

function renderSwap({ calm, swapped }: Swapped): string {
  const ratio = (swapped.p99Ms / calm.p99Ms).toFixed(2);
  const pauses = `longest pause ${swapped.longestPauseMs.toFixed(0)} ms, calm ${calm.longestPauseMs.toFixed(0)}`;
  return `${swapped.p99Ms.toFixed(1)} ms, calm ${calm.p99Ms.toFixed(1)}: ${ratio} ×; ${pauses}`;
}
