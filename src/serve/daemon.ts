/**
 * The daemon: what must be there before a port is opened, and how it ends.
 *
 * Invariant: parts start in the order in which they need each other, and stop in the reverse order,
 * so what was answered has been written before the process ends.
 */
import { availableParallelism } from 'node:os';
import { err, ok, type Result } from '../lib/result.ts';
import { acquireExclusive } from '../store/database/exclusive.ts';
import { openDatabase } from '../store/database/open.ts';
import { createStore } from '../store/database/store.ts';
import { openAuditKey } from './audit-key.ts';
import { ensureAccounts, type FirstRunNote } from './auth/first-run.ts';
import { createPasswords, type Passwords } from './auth/passwords.ts';
import { databaseFile, lockFile } from './data-files.ts';
import { openKeys } from './keys.ts';
import { startMetricsServer } from './metrics-server.ts';
import { createNewId } from './new-id.ts';
import { BUSY_WRITER_MS, startParts, stopParts, type DaemonOptions, type Foundation, type Parts } from './parts.ts';
import { describeListenFailure } from './port.ts';
import { startServer, type HttpServer } from './server.ts';
import type { ServeSettings } from './settings.ts';

export interface Daemon {
  readonly port: number;
  /** Of `--metrics-listen`. */
  readonly metricsPort: number | undefined;
  /** Of the first start: where the admin's password is. */
  readonly note: FirstRunNote;
  /** What is served now, in the order of pipeline.yaml. */
  readonly models: readonly { readonly name: string; readonly version: string | null }[];
  stop(drainDelayMs: number): Promise<void>;
}

const FINISH_MS = 25_000;
const BCRYPT_COST = 12;

/** The error says what is in the way and what to do. */
export async function startDaemon(options: DaemonOptions): Promise<Result<Daemon, string>> {
  const { settings } = options;
  const exclusive = acquireExclusive(lockFile(settings));
  if (exclusive === undefined) return err(`another daemon uses ${settings.dataDir}; give this one its own --data-dir`);
  const passwords = createPasswords({ threads: hashingThreads(), maxQueue: 32, cost: BCRYPT_COST });
  const abandon = async (problem: string): Promise<Result<never, string>> => {
    await passwords.close();
    exclusive.release();
    return err(problem);
  };
  const prepared = await prepareDatabase(settings, passwords);
  if (!prepared.ok) return abandon(prepared.error);
  const keys = await openKeys(settings);
  if (!keys.ok) return abandon(keys.error);

  const parts = startParts(options, { passwords, ...keys.value, ...prepared.value });
  await Promise.all([parts.jobs.recover(), ...parts.live.map((model) => model.refresh())]);
  const recordUnparsed = parts.metrics.recorderOf({ method: 'other', path: 'unparsed' });
  const server = await startServer({
    ...settings,
    fetch: parts.fetch,
    takeHot: parts.takeHot,
    newId: createNewId(Date.now),
    onRefused: (status) => recordUnparsed(status),
  });
  if (!server.ok) {
    await stopParts(parts);
    return abandon(describeListenFailure({ ...settings, flag: '--port' }, server.error));
  }
  const watched = await startMetrics(settings, parts);
  if (!watched.ok) {
    await server.value.close(0);
    await stopParts(parts);
    return abandon(watched.error);
  }
  options.thread.setBack();
  parts.schedules.start();
  return ok({
    port: server.value.port,
    metricsPort: watched.value?.port,
    note: prepared.value.note,
    models: parts.live.map(({ name, current }) => ({ name, version: current()?.version ?? null })),
    async stop(drainDelayMs) {
      await drain(parts, server.value, drainDelayMs);
      await watched.value?.close(0);
      await Promise.all([passwords.close(), options.thread.close()]);
      exclusive.release();
    },
  });
}

interface Prepared extends Pick<Foundation, 'auditKey' | 'revoked'> {
  readonly note: FirstRunNote;
}

/** Tables and first accounts, before the writer's thread takes the file over. */
async function prepareDatabase(settings: ServeSettings, passwords: Passwords): Promise<Result<Prepared, string>> {
  const opened = await openDatabase({ file: databaseFile(settings), busyTimeoutMs: BUSY_WRITER_MS });
  if (!opened.ok)
    return err(`${databaseFile(settings)}: ${'problem' in opened.error ? opened.error.problem : opened.error.code}`);
  const auditKey = openAuditKey(settings.dataDir);
  const store = createStore(opened.value, auditKey);
  const note = await ensureAccounts({ settings, store, passwords, now: Date.now, newId: createNewId(Date.now) });
  const revoked = await store.listRevokedSessions();
  await opened.value.close();
  return note.ok ? ok({ note: note.value, auditKey, revoked }) : note;
}

/** undefined: nobody asked for it. */
async function startMetrics(
  { metricsListen }: ServeSettings,
  { metrics }: Parts,
): Promise<Result<HttpServer | undefined, string>> {
  if (metricsListen === undefined) return ok(undefined);
  const started = await startMetricsServer({ ...metricsListen, metrics, newId: createNewId(Date.now) });
  return started.ok
    ? started
    : err(describeListenFailure({ ...metricsListen, flag: '--metrics-listen' }, started.error));
}

/** Not ready from now on, and answering, so that a balancer can look elsewhere first; then the last answers. */
async function drain(parts: Parts, server: HttpServer, drainDelayMs: number): Promise<void> {
  const { state, log, load } = parts;
  state.isStopping = true;
  server.startDraining();
  parts.schedules.stop();
  log.info({ inFlight: load.inFlight(), drainDelayMs }, 'stopping');
  const jobsStopped = parts.jobs.stop();
  await new Promise((resolve) => setTimeout(resolve, drainDelayMs));
  await server.close(FINISH_MS);
  await jobsStopped;
  await stopParts(parts);
  log.info({}, 'stopped');
}

/** One core stays free for answering. */
const hashingThreads = (): number => Math.min(2, Math.max(1, availableParallelism() - 1));
