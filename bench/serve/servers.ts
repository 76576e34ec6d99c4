/** The servers that take turns: ours with everything on, and peers that do the same work or the original's. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { load, type LoadResult } from './load.ts';
import type { Peers } from './peers.ts';
import { cpuOf, memoryOf, type Place, QUESTION, signIn, start, startPipe, type Started } from './place.ts';

export interface Contestant {
  readonly name: string;
  readonly server: Started;
  readonly token: string;
}

export interface Measured extends LoadResult {
  /** Of all threads of the server, a request; microseconds. */
  readonly cpuUs: number;
  readonly rssMb: number;
}

const HERE = import.meta.dirname;
const PREPROCESSED = fileURLToPath(new URL('../../data/preprocessed', import.meta.url));
const TSX = ['--import', createRequire(import.meta.url).resolve('tsx')];

export const OURS = 'pipe serve, history on';
export const BARE = 'bare node:http, same work';

export async function startContestants(place: Place, peers: Peers): Promise<readonly Contestant[]> {
  const ours = await startPipe(place);
  const token = await signIn(ours.port);
  const node = (file: string, ...args: readonly string[]): Promise<Started> =>
    start(process.execPath, [...TSX, join(HERE, file), ...args]);
  const fastify = await node('fastify-http.ts', peers.node, place.modelFile);
  const contestants = [
    { name: OURS, server: ours, token },
    { name: BARE, server: await node('bare-http.ts', place.modelFile, token), token },
    { name: 'Fastify + fast-jwt, same model', server: fastify, token: fastify.token },
  ];
  if (peers.python === undefined) return contestants;
  for (const [mode, name] of PYTHON) {
    const server = await start(peers.python, [join(HERE, 'fastapi_http.py'), mode, PREPROCESSED]);
    contestants.push({ name, server, token: server.token });
  }
  return contestants;
}

const PYTHON = [
  ['dot', 'FastAPI, a dot product for a model'],
  ['hist_gb', 'FastAPI + HistGradientBoosting, 100 × 31'],
  ['random_forest', 'FastAPI + random forest of 100'],
] as const;

export interface Asking {
  readonly seconds: number;
  readonly connections?: number;
  readonly rate?: number;
}

export async function measure({ server, token }: Contestant, asking: Asking): Promise<Measured> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const before = cpuOf(server.child);
  const result = await load({
    port: server.port,
    path: '/predict',
    headers,
    body: QUESTION,
    connections: 32,
    ...asking,
  });
  return { ...result, cpuUs: (cpuOf(server.child) - before) / result.requests, rssMb: memoryOf(server.child) };
}
