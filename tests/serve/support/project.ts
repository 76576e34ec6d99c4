/**
 * A small project with a registry, and the real daemon on it in a process of its own. Its stages wait
 * and fail as files in its folder tell them to.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';
import { loadPipeline } from '../../../src/engine/load.ts';
import { promote } from '../../../src/core/registry.ts';
import { ok } from '../../../src/lib/result.ts';
import { commitChange } from '../../../src/store/registry-commit.ts';
import { openRegistry, type Registry } from '../../../src/store/registry.ts';
import { additionOf } from '../../store/registry-parts.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { modelText } from './model-text.ts';
import { FEATURES } from './rig.ts';

export { modelText };

const PIPE = fileURLToPath(new URL('../../../bin/pipe.js', import.meta.url));
const JUDGE = fileURLToPath(new URL('judge.ts', import.meta.url));
const TSX = createRequire(import.meta.url).resolve('tsx');

const PIPELINE = `
stages:
  train:
    cmd: |
      echo training
      while [ -e hold ]; do sleep 0.02; done
      test ! -e broken
      cp source.json artifacts/model.json
    deps: [source.json]
    outs: [artifacts/model.json]
  evaluate:
    cmd: '"${process.execPath}" --import "${TSX}" "${JUDGE}"'
    deps: [artifacts/model.json]
    outs: []
models:
  accidents:
    stage: evaluate
    registry: artifacts/models/accidents
    path: artifacts/prod_model.json
    verdict: artifacts/gate.json
    candidate: artifacts/model.json
    holdout: data/preprocessed
    retrain: {target: evaluate}
    gate: gate
`;

export interface Project {
  readonly root: string;
  readonly registry: Registry;
  write(path: string, text: string): void;
  read(path: string): string;
  exists(path: string): boolean;
  /** Puts a model into production, as evaluate would. */
  promote(modelText: string): Promise<string>;
  pipe(...args: readonly string[]): ChildProcess;
  serve(...flags: readonly string[]): Promise<Served>;
  /** With accounts of its own, not those of the demo. */
  serveReal(...flags: readonly string[]): Promise<Served>;
}

export interface Served {
  readonly child: ChildProcess;
  readonly url: string;
  readonly port: number;
  /** Of `--metrics-listen`. */
  readonly metrics: string | undefined;
  readonly log: string[];
  request(path: string, init?: RequestInit): Promise<Response>;
  token(username: string, password: string): Promise<string>;
  predict(token: string, features?: readonly number[]): Promise<Response>;
  /** Resolves when the daemon answers with this version. */
  answersWith(token: string, version: string): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export async function createProject(): Promise<Project> {
  const root = tempFolder();
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('pipeline.yaml', PIPELINE);
  write('source.json', modelText(1));
  const loaded = await loadPipeline(root);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  const [model] = loaded.value.pipeline.models;
  if (model === undefined) throw new Error('no model');
  const registry = openRegistry({ root, model });
  const pipe = (...args: readonly string[]) =>
    spawn(process.execPath, [PIPE, ...args], { cwd: root, env: environment() });
  return {
    root,
    registry,
    write,
    read: (path) => readFileSync(join(root, path), 'utf8'),
    exists: (path) => existsSync(join(root, path)),
    async promote(text) {
      const committed = await commitChange(registry, {
        addition: additionOf(text),
        transition: (state, added) => ok(added === undefined ? state : promote(state, added.n)),
      });
      if (!committed.ok) throw new Error(JSON.stringify(committed.error));
      return String(committed.value.added?.n);
    },
    pipe,
    serveReal: (...flags) => serve(pipe('serve', '--json', '--port', '0', ...flags)),
    serve: (...flags) => serve(pipe('serve', '--demo', '--json', '--port', '0', ...flags)),
  };
}

/** Nothing of the test runner's own environment but what a program needs. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, TMPDIR, PIPE_DRAIN_DELAY: '0.2' };
}

async function serve(child: ChildProcess): Promise<Served> {
  const log: string[] = [];
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.stderr !== null) createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
  const { url, metrics } = await announcementOf(child, log);
  const request: Served['request'] = (path, init) => fetch(`${url}${path}`, init);
  const predict: Served['predict'] = (token, features = FEATURES) =>
    request('/predict', {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ features }),
    });
  return {
    child,
    url,
    port: Number(new URL(url).port),
    metrics: metrics ?? undefined,
    log,
    request,
    predict,
    async token(username, password) {
      const body = new URLSearchParams({ username, password });
      const response = await request('/auth/token', { method: 'POST', body });
      return Object(await response.json()).access_token;
    },
    answersWith: (token, version) =>
      vi
        .waitUntil(async () => Object(await (await predict(token)).json()).model_version === version, WAIT)
        .then(() => undefined),
    async stop(signal = 'SIGINT') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill(signal);
      const [code] = await once(child, 'exit');
      return code;
    },
  };
}

export const WAIT = { timeout: 30_000, interval: 20 };

interface Announced {
  readonly url: string;
  readonly metrics: string | null;
}

async function announcementOf(child: ChildProcess, log: readonly string[]): Promise<Announced> {
  if (child.stdout === null) throw new Error('no output');
  for await (const line of createInterface({ input: child.stdout })) {
    return JSON.parse(line);
  }
  throw new Error(`the daemon did not start:\n${log.join('\n')}`);
}
