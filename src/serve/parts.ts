/**
 * The daemon's parts, made and connected: database, accounts, live model, retrains, app. Knows
 * nothing of sockets or of when to stop.
 *
 * Invariant: whatever is asked of the parts after `stopParts` began has been written when it resolves.
 */
import { rmSync } from 'node:fs';
import type { ModelState, Pipeline } from '../core/pipeline.ts';
import { openReader } from '../store/database/open.ts';
import { createPredictionReader } from '../store/database/prediction-reader.ts';
import { createApp, type AppDeps } from './app.ts';
import { createAssetReader } from './assets.ts';
import { createAuth } from './auth-parts.ts';
import type { KeyRing } from './auth/key-ring.ts';
import type { Passwords } from './auth/passwords.ts';
import { databaseFile, predictJobFolder, retrainLogFile, retrainLogFolder } from './data-files.ts';
import { createHistory, type History } from './history.ts';
import { createHostRule } from './hosts.ts';
import type { LiveModel } from './live-model.ts';
import type { OpenedKeys } from './keys.ts';
import { createHotRoute, type TakeHotRequest } from './hot-route.ts';
import { createLoad, type Load } from './load.ts';
import { createLog, type Log } from './log.ts';
import { metricSources } from './metrics-parts.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { startModels } from './model-parts.ts';
import type { ModelThread } from './model-thread.ts';
import { createModels } from './models.ts';
import { openJobFolder } from './jobs/job-folder.ts';
import { createPredictJobs, type PredictJobs } from './jobs/predict-jobs.ts';
import { createStartJob } from './jobs/run-job.ts';
import { predictEndpoints } from './routes/predict.ts';
import { createNewId } from './new-id.ts';
import { createJobs } from './retrain-parts.ts';
import type { RetrainJob } from './retrain/retrain-job.ts';
import type { RetrainJobs } from './retrain/retrain-jobs.ts';
import { createModelSchedules, type StartedSchedules } from './schedule-parts.ts';
import type { Environment, ServeSettings } from './settings.ts';
import { startUpkeep } from './upkeep.ts';
import { startWriter, type Writer } from './writer.ts';

export interface DaemonOptions {
  readonly settings: ServeSettings;
  readonly root: string;
  readonly pipeline: Pipeline;
  readonly thread: ModelThread;
  /** At least one, in the order of pipeline.yaml. */
  readonly models: readonly ModelState[];
  /** How `pipe` is started for a retrain: program and first arguments. */
  readonly pipe: readonly string[];
  readonly env: Environment;
  readonly name: string;
  readonly version: string;
}

/** How long the writer waits for a transaction of the command line's. */
export const BUSY_WRITER_MS = 5_000;
/** The reader shares its thread with all requests: it must not wait longer than nobody notices. */
const BUSY_READER_MS = 20;
/** A disk that has failed must not keep the process alive. */
const FLUSH_MS = 10_000;

export interface Parts {
  readonly fetch: (request: Request, env: object) => Response | Promise<Response>;
  readonly takeHot: TakeHotRequest;
  readonly live: readonly LiveModel[];
  readonly jobs: RetrainJobs;
  readonly schedules: StartedSchedules;
  readonly history: History;
  readonly predictJobs: PredictJobs;
  readonly writer: Writer;
  readonly reader: ReturnType<typeof openReader>;
  readonly load: Load;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly stopUpkeep: () => void;
  readonly state: { isStopping: boolean; isStoreLost: boolean };
}

/** What must be there before the parts are started. */
export interface Foundation {
  readonly passwords: Passwords;
  readonly keys: KeyRing;
  readonly follow: OpenedKeys['follow'];
  readonly auditKey: Uint8Array;
  /** Sessions that ended before their tokens did. */
  readonly revoked: readonly string[];
}

export function startParts(options: DaemonOptions, foundation: Foundation): Parts {
  const { settings } = options;
  const log = createLog(settings.logLevel);
  const state = { isStopping: false, isStoreLost: false };
  const clock = { now: Date.now, elapsed: () => performance.now(), newId: createNewId(Date.now) };
  const models = startModels(options, log);
  // Now, not when everything is there: a thread reads and checks a version while the rest is made.
  for (const model of models) void model.refresh();
  const writer = startWriter({
    file: databaseFile(settings),
    busyTimeoutMs: BUSY_WRITER_MS,
    auditKey: foundation.auditKey,
    onDeath(error) {
      state.isStoreLost = true;
      log.error({ error: error.message }, 'the database writer died');
    },
  });
  const reader = openReader({ file: databaseFile(settings), busyTimeoutMs: BUSY_READER_MS });
  const metrics = createMetrics(options.models.map(({ name }) => name));
  const history = createHistory({
    store: writer.store,
    capacity: 20_000,
    onAppend: metrics.countPrediction,
    onError: (error) => log.error({ error: String(error) }, 'history not written, trying again'),
  });
  const onFinished = (job: RetrainJob): void => {
    metrics.countRetrain(job);
    for (const model of models) void model.refresh();
  };
  const jobs = createJobs(options, { writer, onFinished, log, ...clock });
  const schedules = createModelSchedules(options, { writer, jobs, log, ...clock });
  const unfollow = foundation.follow((problem) => log.error({ problem }, 'keys not read'));
  const stopUpkeep = startUpkeep({
    store: writer.store,
    log,
    tokenLifetimeMs: settings.tokenLifetimeS * 1000,
    historyMs: settings.historyMs,
    removeRetrainLog: (id) => rmSync(retrainLogFile(retrainLogFolder(settings), id), { force: true }),
    ...clock,
  });
  const jobFolder = openJobFolder(predictJobFolder(settings));
  const predictJobs = createPredictJobs({
    folder: jobFolder,
    start: createStartJob(options),
    append: (row) => history.append(row),
    log,
    ...clock,
  });
  const load = createLoad({ maxInFlight: 512, maxLagMs: 200 });
  metrics.watch(metricSources(options, { ...foundation, models, schedules, writer, history, jobs, load, state }));
  const deps: AppDeps = {
    ...publicFace(options),
    ...createAuth({ ...foundation, settings, writer, reader, ...clock }),
    ...createPredictionReader(reader),
    store: writer.store,
    models: createModels(models),
    history,
    jobs,
    predictJobs,
    jobFolder,
    retrain: settings.retrain,
    load,
    metrics,
    log,
    readAsset: createAssetReader(),
    isStopping: () => state.isStopping,
    isStoreLost: () => state.isStoreLost,
    ...clock,
  };
  const app = createApp(deps);
  return {
    fetch: (request, env) => app.fetch(request, env),
    takeHot: createHotRoute({ ...deps, endpoints: predictEndpoints(deps) }),
    live: models,
    jobs,
    predictJobs,
    schedules,
    history,
    writer,
    reader,
    load,
    metrics,
    log,
    state,
    stopUpkeep() {
      stopUpkeep();
      unfollow();
    },
  };
}

export interface Clock {
  readonly now: () => number;
  readonly newId: () => string;
}

/** What the daemon calls itself, and by which names it may be called. */
function publicFace({ settings, name, version }: DaemonOptions) {
  const { docs, demo, host, allowedHosts } = settings;
  return {
    about: {
      name,
      version,
      docs: docs === 'off' ? null : '/docs',
      mode: demo ? ('demo' as const) : ('normal' as const),
    },
    docs,
    trustedProxies: settings.trustedProxies,
    isHostAllowed: createHostRule({ bind: host, allowed: demo ? [] : allowedHosts }),
    refusesForwarded: demo,
  };
}

export async function stopParts(parts: Parts): Promise<void> {
  const { live, jobs, predictJobs, schedules, history, writer, reader, load, stopUpkeep } = parts;
  schedules.stop();
  stopUpkeep();
  for (const model of live) model.stop();
  load.stop();
  await Promise.all([jobs.stop(), predictJobs.stop()]);
  await history.flush(FLUSH_MS);
  reader.close(); // first: the last connection to close folds the write-ahead log into the file
  await writer.close();
}
