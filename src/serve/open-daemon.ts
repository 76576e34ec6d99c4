/**
 * From what was typed to a running daemon: environment file, pipeline, settings, checks. Knows nothing
 * of terminals; `cli/commands/serve` prints what this says.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Failure } from '../core/failure.ts';
import { loadPipeline } from '../engine/load.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { startDaemon, type Daemon } from './daemon.ts';
import type { DaemonOptions } from './parts.ts';
import { readSettings, type Environment, type ServeFlags } from './settings.ts';

export interface OpenOptions extends Pick<DaemonOptions, 'pipe' | 'name' | 'version'> {
  readonly cwd: string;
  readonly env: Environment;
  readonly flags: ServeFlags;
  readonly envFile: string | undefined;
}

export type Opened = Omit<DaemonOptions, 'pipe' | 'name' | 'version'>;

/** Everything that can be wrong before a port is opened. */
export async function checkDaemon({ cwd, env, flags, envFile }: OpenOptions): Promise<Result<Opened, Failure>> {
  const merged = mergeEnvFile(cwd, env, envFile);
  if (!merged.ok) return merged;
  const loaded = await loadPipeline(cwd);
  if (!loaded.ok) return loaded;
  const { root, pipeline } = loaded.value;
  const settings = readSettings({ flags, env: merged.value, root });
  if (!settings.ok) return err(refused(settings.error));
  if (pipeline.models.length === 0)
    return err(refused('pipeline.yaml names no model', 'see `models:` in docs/serving.md'));
  return ok({ settings: settings.value, root, pipeline, models: pipeline.models, env: merged.value });
}

export async function openDaemon(options: OpenOptions, opened: Opened): Promise<Result<Daemon, Failure>> {
  const { pipe, name, version } = options;
  const daemon = await startDaemon({ ...opened, pipe, name, version });
  return daemon.ok ? daemon : err(refused(daemon.error));
}

/** What is set in the environment wins over the file. */
function mergeEnvFile(cwd: string, env: Environment, file: string | undefined): Result<Environment, Failure> {
  if (file === undefined) return ok(env);
  try {
    return ok({ ...parseEnv(readFileSync(resolve(cwd, file), 'utf8')), ...env });
  } catch {
    return err(refused(`--env-file ${file} cannot be read`));
  }
}

const refused = (problem: string, hint?: string): Failure => ({
  code: 'serve-refused',
  problem,
  ...(hint === undefined ? {} : { hint }),
});
