/**
 * Puts the daemon together and takes it apart: the one place that knows all its parts.
 *
 * Invariant: parts start in the order in which they need each other, and stop in the reverse order,
 * so what was answered has been written before the process ends.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import type { ModelState, Pipeline } from '../core/pipeline.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { acquireExclusive } from '../store/database/exclusive.ts';
import { openDatabase, openReader } from '../store/database/open.ts';
import { createStore } from '../store/database/store.ts';
import { createUserLookup } from '../store/database/users.ts';
import { readEvaluations } from '../store/registry-evaluation.ts';
import { openRegistry } from '../store/registry.ts';
import { createApp } from './app.ts';
import { createAssetReader } from './assets.ts';
import { createAccounts } from './auth/accounts.ts';
import { createAuthenticate } from './auth/authenticate.ts';
import { ensureAccounts, type FirstRunNote } from './auth/first-run.ts';
import { keyRingFromFile, keyRingFromSecret, type KeyRing } from './auth/key-ring.ts';
import { createLoginThrottle } from './auth/login-throttle.ts';
import { createPasswords, type Passwords } from './auth/passwords.ts';
import { createTokens } from './auth/tokens.ts';
import { createVerifiedTokens } from './auth/verified-tokens.ts';
import { childEnvironment } from './child-env.ts';
import { createHistory } from './history.ts';
import { createHostRule } from './hosts.ts';
import { createLiveModel, type LiveModel } from './live-model.ts';
import { createLoadVersion } from './load-model.ts';
import { createLoad } from './load.ts';
import { createLog, type Log } from './log.ts';
import { startRetrainChild } from './retrain/retrain-child.ts';
import { createRetrainJobs, type RetrainJobs } from './retrain/retrain-jobs.ts';
import { startServer, type HttpServer } from './server.ts';
import type { Environment, ServeSettings } from './settings.ts';
import { watchFile } from './watch.ts';
import { startWriter, type Writer } from './writer.ts';

export interface DaemonOptions {
  readonly settings: ServeSettings;
  readonly root: string;
  readonly pipeline: Pipeline;
  readonly model: ModelState;
  /** How `pipe` is started for a retrain: program and first arguments. */
  readonly pipe: readonly string[];
  readonly env: Environment;
  readonly name: string;
  readonly version: string;
}

export interface Daemon {
  readonly port: number;
  /** Of the first start: where the admin's password is. */
  readonly note: FirstRunNote;
  /** Of the model served now, if there is one. */
  readonly modelVersion: string | undefined;
  stop(drainDelayMs: number): Promise<void>;
}

const BUSY_WRITER_MS = 5_000;
/** The reader shares its thread with all requests: it must not wait longer than nobody notices. */
const BUSY_READER_MS = 20;
const POLL_MS = 500;
const FINISH_MS = 25_000;
const RETRAIN_MS = 3_600_000;
const RETRAIN_GRACE_MS = 15_000;
const BCRYPT_COST = 12;

/** The error says what is in the way and what to do. */
export async function startDaemon(options: DaemonOptions): Promise<Result<Daemon, string>> {
  const { settings } = options;
  const exclusive = acquireExclusive(join(settings.dataDir, 'daemon.lock'));
  if (exclusive === undefined) return err(`another daemon uses ${settings.dataDir}; give this one its own --data-dir`);
  const passwords = createPasswords({ threads: hashingThreads(), maxQueue: 32, cost: BCRYPT_COST });
  const abandon = async (problem: string): Promise<Result<never, string>> => {
    await passwords.close();
    exclusive.release();
    return err(problem);
  };
  const note = await prepareDatabase(settings, passwords);
  if (!note.ok) return abandon(note.error);
  const keys = await openKeyRing(settings);
  if (!keys.ok) return abandon(keys.error);

  const parts = startParts(options, passwords, keys.value);
  await Promise.all([parts.jobs.recover(), parts.live.refresh()]);
  const server = await startServer({ ...settings, fetch: parts.fetch, newId: () => uuid() });
  if (!server.ok) {
    await stopParts(parts);
    return abandon(describeListenFailure(settings, server.error));
  }
  return ok({
    port: server.value.port,
    note: note.value,
    modelVersion: parts.live.current()?.version,
    async stop(drainDelayMs) {
      await drain(parts, server.value, drainDelayMs);
      await passwords.close();
      exclusive.release();
    },
  });
}

interface Parts {
  readonly fetch: (request: Request, env: object) => Response | Promise<Response>;
  readonly live: LiveModel;
  readonly jobs: RetrainJobs;
  readonly history: ReturnType<typeof createHistory>;
  readonly writer: Writer;
  readonly reader: ReturnType<typeof openReader>;
  readonly load: ReturnType<typeof createLoad>;
  readonly log: Log;
  readonly state: { isStopping: boolean; isStoreLost: boolean };
}

function startParts(options: DaemonOptions, passwords: Passwords, keys: KeyRing): Parts {
  const { settings, name, version } = options;
  const log = createLog(settings.logLevel);
  const state = { isStopping: false, isStoreLost: false };
  const now = Date.now;
  const newId = (): string => uuid();
  const writer = startWriter({
    file: databaseFile(settings),
    busyTimeoutMs: BUSY_WRITER_MS,
    onDeath(error) {
      state.isStoreLost = true;
      log.error({ error: error.message }, 'the database writer died');
    },
  });
  const reader = openReader({ file: databaseFile(settings), busyTimeoutMs: BUSY_READER_MS });
  const findUser = createUserLookup(reader);
  const tokens = createTokens({ keys, lifetimeS: settings.tokenLifetimeS, now, newId });
  const history = createHistory({
    store: writer.store,
    capacity: 20_000,
    onError: (error) => log.error({ error: String(error) }, 'history not written, trying again'),
  });
  const live = startLiveModel(options, log);
  const jobs = createJobs(options, { writer, live, log, now, newId });
  const load = createLoad({ maxInFlight: 512, maxLagMs: 200 });
  const app = createApp({
    about: { name, version, docs: settings.docs === 'off' ? null : '/docs', mode: settings.demo ? 'demo' : 'normal' },
    docs: settings.docs,
    accounts: createAccounts({ store: writer.store, findUser, passwords, tokens, throttle: createLoginThrottle() }),
    authenticate: createAuthenticate({ tokens, verified: createVerifiedTokens(10_000), findUser, now }),
    isHostAllowed: createHostRule({ bind: settings.host, allowed: settings.demo ? [] : settings.allowedHosts }),
    refusesForwarded: settings.demo,
    live,
    history,
    jobs,
    load,
    log,
    readAsset: createAssetReader(),
    isStopping: () => state.isStopping,
    isStoreLost: () => state.isStoreLost,
    now,
    newId,
  });
  return { fetch: (request, env) => app.fetch(request, env), live, jobs, history, writer, reader, load, log, state };
}

function startLiveModel({ root, model }: DaemonOptions, log: Log): LiveModel {
  const registry = openRegistry({ root, model });
  return createLiveModel({
    readRegistry: registry.read,
    load: createLoadVersion({ root, model }),
    log,
    watch: (onChange) => watchFile(join(root, model.registry, 'registry.json'), onChange),
    pollMs: POLL_MS,
  });
}

interface JobParts extends Pick<Parts, 'writer' | 'live' | 'log'> {
  readonly now: () => number;
  readonly newId: () => string;
}

function createJobs(options: DaemonOptions, { writer, live, log, now, newId }: JobParts): RetrainJobs {
  const { root, model, pipeline, pipe, env, settings } = options;
  const registry = openRegistry({ root, model });
  return createRetrainJobs({
    model: model.name,
    judge: model.stage,
    target: model.retrain.target,
    pipe,
    root,
    env: childEnvironment(env, pipeline),
    logFolder: join(settings.dataDir, 'retrain'),
    timeoutMs: RETRAIN_MS,
    graceMs: RETRAIN_GRACE_MS,
    store: writer.store,
    startChild: startRetrainChild,
    readEvaluations: (run) => readEvaluations(registry, { run }),
    readProduction: () => {
      const state = registry.read();
      return state.ok ? state.value.production : null;
    },
    onFinished: () => void live.refresh(),
    log,
    now,
    newId,
  });
}

/** Tables and first accounts, before the writer's thread takes the file over. */
async function prepareDatabase(settings: ServeSettings, passwords: Passwords): Promise<Result<FirstRunNote, string>> {
  const opened = await openDatabase({ file: databaseFile(settings), busyTimeoutMs: BUSY_WRITER_MS });
  if (!opened.ok)
    return err(`${databaseFile(settings)}: ${'problem' in opened.error ? opened.error.problem : opened.error.code}`);
  const store = createStore(opened.value);
  const note = await ensureAccounts({ settings, store, passwords, now: Date.now, newId: () => uuid() });
  await opened.value.close();
  return note;
}

const openKeyRing = async ({ secret, dataDir }: ServeSettings): Promise<Result<KeyRing, string>> =>
  secret === undefined ? keyRingFromFile(join(dataDir, 'keys.json')) : ok(await keyRingFromSecret(secret));

/** Not ready from now on, and answering, so that a balancer can look elsewhere first; then the last answers. */
async function drain(parts: Parts, server: HttpServer, drainDelayMs: number): Promise<void> {
  const { state, log, load } = parts;
  state.isStopping = true;
  server.startDraining();
  log.info({ inFlight: load.inFlight(), drainDelayMs }, 'stopping');
  const jobsStopped = parts.jobs.stop();
  await new Promise((resolve) => setTimeout(resolve, drainDelayMs));
  await server.close(FINISH_MS);
  await jobsStopped;
  await stopParts(parts);
  log.info({}, 'stopped');
}

async function stopParts({ live, jobs, history, writer, reader, load }: Parts): Promise<void> {
  live.stop();
  load.stop();
  await jobs.stop();
  await history.flush();
  await writer.close();
  reader.close();
}

const databaseFile = ({ dataDir }: ServeSettings): string => join(dataDir, 'serve.db');

/** One core stays free for answering. */
const hashingThreads = (): number => Math.min(2, Math.max(1, availableParallelism() - 1));

function describeListenFailure({ host, port }: ServeSettings, error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') return `port ${port} on ${host} is in use; give another one with --port`;
  if (error.code === 'EACCES') return `port ${port} needs more rights; give one above 1023 with --port`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return `${host} is no address of this machine; see --host`;
  return `cannot listen on ${host}:${port}: ${error.message}`;
}
