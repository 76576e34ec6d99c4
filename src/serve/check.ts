/**
 * What `pipe serve --check` finds out beyond what is written: can this configuration be started here
 * and now? Looks at everything and changes nothing.
 *
 * Invariant: all problems are told at once, and a start that this found nothing against can still fail
 * only by what happens in between.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ModelState } from '../core/pipeline.ts';
import { productionOf } from '../core/registry.ts';
import { acquireExclusive } from '../store/database/exclusive.ts';
import { inspectDatabase } from '../store/database/inspect.ts';
import { openRegistry } from '../store/registry.ts';
import { findFolderFault } from './auth/first-run.ts';
import { findPasswordFault, findUsernameFault } from './auth/password-policy.ts';
import { findKeysFault } from './keys.ts';
import { databaseFile, lockFile } from './data-files.ts';
import { createModelThread, type LoadTask, type ModelThread } from './model-thread.ts';
import { describeListenFailure, probePort } from './port.ts';
import { readSecret } from './secret.ts';
import type { ServeSettings } from './settings.ts';

export interface Checkup {
  readonly problems: readonly string[];
  /** Worth knowing, and no obstacle. */
  readonly notes: readonly string[];
}

export interface CheckOptions {
  readonly settings: ServeSettings;
  readonly root: string;
  readonly models: readonly ModelState[];
}

export async function checkDaemon({ settings, root, models }: CheckOptions): Promise<Checkup> {
  const thread = createModelThread();
  const checkups = [
    checkFolder(settings),
    checkSecret(settings),
    checkDatabase(settings),
    ...(await Promise.all([checkPorts(settings), ...models.map((model) => checkModel({ root, model }, thread))])),
  ];
  await thread.close();
  return {
    problems: checkups.flatMap(({ problems }) => problems),
    notes: checkups.flatMap(({ notes }) => notes),
  };
}

const FINE: Checkup = { problems: [], notes: [] };
const wrong = (...problems: readonly string[]): Checkup => ({ problems, notes: [] });
const noted = (note: string): Checkup => ({ problems: [], notes: [note] });

function checkFolder({ dataDir }: ServeSettings): Checkup {
  let nearest = dataDir;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
  } catch {
    return wrong(`${nearest} cannot be written to; see --data-dir`);
  }
  if (!existsSync(lockFile({ dataDir }))) return FINE;
  const exclusive = acquireExclusive(lockFile({ dataDir }));
  exclusive?.release();
  return exclusive === undefined ? wrong(`another daemon uses ${dataDir}`) : FINE;
}

function checkSecret(settings: ServeSettings): Checkup {
  const fault = findKeysFault(settings);
  return fault === undefined ? FINE : wrong(fault);
}

function checkDatabase(settings: ServeSettings): Checkup {
  const file = databaseFile(settings);
  const inspected = inspectDatabase(file);
  if (!inspected.ok) return wrong(`${file}: ${inspected.error}`);
  const users = inspected.value?.users ?? 0;
  const folder = findFolderFault(settings, users === 0);
  if (folder !== undefined) return wrong(folder);
  if (users > 0 || settings.demo) return FINE;
  return checkFirstAdmin(settings);
}

/** Only of the first start: later nobody reads it. */
function checkFirstAdmin({ admin: { username, password: given }, dataDir }: ServeSettings): Checkup {
  const name = findUsernameFault(username);
  const problems = name === undefined ? [] : [`ADMIN_USERNAME: ${name}`];
  if (given === undefined)
    return {
      problems,
      notes: [`the first start writes the admin's password to ${join(dataDir, 'initial-admin-password')}`],
    };
  const password = readSecret(given);
  if (!password.ok) return wrong(...problems, `ADMIN_PASSWORD_FILE: ${password.error}`);
  const fault = findPasswordFault({ password: password.value, username, role: 'admin' });
  return wrong(...problems, ...(fault === undefined ? [] : [`ADMIN_PASSWORD: ${fault}`]));
}

async function checkPorts({ host, port, metricsListen }: ServeSettings): Promise<Checkup> {
  const wanted = [
    { host, port, flag: '--port' },
    ...(metricsListen === undefined ? [] : [{ ...metricsListen, flag: '--metrics-listen' }]),
  ];
  const failures = await Promise.all(
    wanted.map(async (address) => {
      const error = await probePort(address);
      return error === undefined ? [] : [describeListenFailure(address, error)];
    }),
  );
  return wrong(...failures.flat());
}

async function checkModel(owned: Pick<LoadTask, 'root' | 'model'>, { load }: ModelThread): Promise<Checkup> {
  const { name } = owned.model;
  const state = openRegistry(owned).read();
  if (!state.ok) return wrong(`model ${name}: ${state.error.problem}`);
  const production = productionOf(state.value);
  if (production === undefined) return noted(`model ${name} has no version in production yet`);
  const { n } = production;
  const loaded = await load({ ...owned, n });
  return loaded.ok ? FINE : wrong(`model ${name}: version ${n} cannot be served: ${loaded.error}`);
}
