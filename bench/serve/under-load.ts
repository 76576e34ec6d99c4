/** What a busy daemon does to those it is answering: a model swapped under load, 32 logins at once. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ok } from '../../src/lib/result.ts';
import { loadPipeline } from '../../src/index.ts';
import { commitChange } from '../../src/store/registry-commit.ts';
import { openRegistry } from '../../src/store/registry.ts';
import { type Place, signIn } from './place.ts';
import { type Contestant, type Measured, measure } from './servers.ts';

export interface Swapped {
  readonly swaps: number;
  readonly calm: Watched;
  readonly swapped: Watched;
}

interface Watched extends Measured {
  /** The longest the daemon answered nobody, as it measures itself. */
  readonly longestPauseMs: number;
}

/** A daemon's metric of the loop begins anew at each reading. */
async function watch(ours: Contestant, asking: Steady): Promise<Watched> {
  await readLongestPause(ours);
  const measured = await measure(ours, asking);
  return { ...measured, longestPauseMs: await readLongestPause(ours) };
}

async function readLongestPause({ server }: Contestant): Promise<number> {
  const text = await (await fetch(server.metrics)).text();
  return 1000 * Number(/^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(text)?.[1]);
}

/** Another version with the same trees, so that an answer takes as long from either. */
export async function addVersion({ root, modelFile }: Place): Promise<void> {
  const loaded = await loadPipeline(root);
  const model = loaded.ok ? loaded.value.pipeline.models[0] : undefined;
  if (model === undefined) throw new Error('the pipeline names no model');
  const text = readFileSync(modelFile, 'utf8').replace(/"label": "[^"]*"/, '"label": "9.9.9"');
  const card = { label: '9.9.9', kind: 'gbdt', created: new Date().toISOString(), git: null, metrics: {}, locks: {} };
  const added = await commitChange(openRegistry({ root, model }), {
    addition: { bytes: new TextEncoder().encode(text), card },
    transition: (state) => ok(state),
  });
  if (!added.ok) throw new Error(JSON.stringify(added.error));
}

export interface Steady {
  readonly rate: number;
  readonly seconds: number;
}

/** The same steady rate in calm and with a promotion every second. */
export async function swapUnderLoad(place: Place, ours: Contestant, { rate, seconds }: Steady): Promise<Swapped> {
  await addVersion(place);
  const calm = await watch(ours, { seconds, rate });
  const admin = await signIn(ours.server.port, { username: 'admin', password: 'admin123' });
  const promote = async (version: string): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${ours.server.port}/api/v1/model/promote`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${admin}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ version, force: true, reason: 'benchmark' }),
    });
    if (!response.ok) throw new Error(`promote ${version}: ${response.status} ${await response.text()}`);
  };
  const swapped = watch(ours, { seconds, rate });
  let swaps = 0;
  for (; swaps < seconds - 1; swaps++) {
    await sleep(900);
    await promote(swaps % 2 === 0 ? '2' : '1');
  }
  return { swaps, calm, swapped: await swapped };
}

export interface LoggedIn {
  readonly logins: number;
  readonly seconds: number;
  readonly healthP99Ms: number;
  readonly calmRate: number;
  readonly busyRate: number;
}

const LOGINS = 32;

export async function logInUnderLoad(ours: Contestant): Promise<LoggedIn> {
  const { port } = ours.server;
  const calm = await measure(ours, { seconds: 3, connections: 8 });
  const startedAt = performance.now();
  let isOver = false;
  const logins = Promise.all(Array.from({ length: LOGINS }, () => signIn(port))).finally(() => {
    isOver = true;
  });
  const health: number[] = [];
  const askHealth = async (): Promise<void> => {
    while (!isOver) {
      const asked = performance.now();
      const response = await fetch(`http://127.0.0.1:${port}/health`);
      await response.text();
      health.push(performance.now() - asked);
      await sleep(20);
    }
  };
  const busy: Measured[] = [];
  const predict = async (): Promise<void> => {
    while (!isOver) busy.push(await measure(ours, { seconds: 1, connections: 8 }));
  };
  const [, , took] = await Promise.all([askHealth(), predict(), logins.then(() => performance.now() - startedAt)]);
  const answered = busy.reduce((sum, { requests, failures }) => sum + requests - failures, 0);
  const seconds = busy.reduce((sum, measured) => sum + measured.seconds, 0);
  health.sort((a, b) => a - b);
  return {
    logins: LOGINS,
    seconds: took / 1000,
    healthP99Ms: health[Math.floor(health.length * 0.99)] ?? Number.NaN,
    calmRate: (calm.requests - calm.failures) / calm.seconds,
    busyRate: answered / seconds,
  };
}
