/**
 * From what was typed to a running daemon: environment file, pipeline, configuration files, settings.
 * Knows nothing of terminals; `cli/commands/serve` prints what this says.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Failure } from '../core/failure.ts';
import type { ServeTexts } from '../core/serve-config.ts';
import { loadPipeline } from '../engine/load.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { readServeConfig } from './config-files.ts';
import type { Daemon } from './daemon.ts';
import { createModelThread } from './model-thread.ts';
import type { DaemonOptions } from './parts.ts';
import { findScheduleFaults } from './retrain/cron.ts';
import { readSettings, type Environment } from './settings.ts';

export interface OpenOptions extends Pick<DaemonOptions, 'pipe' | 'name' | 'version'> {
  readonly cwd: string;
  readonly env: Environment;
  readonly flags: ServeTexts;
  readonly envFile: string | undefined;
  readonly config: string | undefined;
}

export type Opened = Omit<DaemonOptions, 'pipe' | 'name' | 'version' | 'thread'>;

/** Everything that can be wrong in what was written, all at once. Opens nothing; `check` does. */
export async function readDaemonOptions(options: OpenOptions): Promise<Result<Opened, readonly Failure[]>> {
  const { cwd, flags } = options;
  const { env, failures } = mergeEnvFile(options);
  const loaded = await loadPipeline(cwd);
  if (!loaded.ok) return err([...failures, loaded.error]);
  const { root, pipeline } = loaded.value;
  const files = readServeConfig({ root, cwd, given: options.config ?? env['PIPE_CONFIG'] });
  const settings = readSettings({ flags, env, files: files.texts, root });
  const all: readonly Failure[] = [
    ...failures,
    ...files.failures,
    ...findScheduleFaults(pipeline.models).map((problem) => refused(problem)),
    ...(settings.ok ? [] : settings.error.map((problem) => refused(problem))),
    ...(pipeline.models.length > 0
      ? []
      : [refused('pipeline.yaml names no model', 'see `models:` in docs/serving.md')]),
  ];
  if (!settings.ok || all.length > 0) return err(all);
  return ok({ settings: settings.value, root, pipeline, models: pipeline.models, env });
}

export async function openDaemon(options: OpenOptions, opened: Opened): Promise<Result<Daemon, Failure>> {
  const { pipe, name, version } = options;
  const thread = createModelThread();
  thread.warm(); // beside the rest of the program, which is read only now
  const { startDaemon } = await import('./daemon.ts');
  const daemon = await startDaemon({ ...opened, pipe, name, version, thread });
  if (daemon.ok) return daemon;
  await thread.close();
  return err(refused(daemon.error));
}

interface Merged {
  readonly env: Environment;
  readonly failures: readonly Failure[];
}

/** What is set in the environment wins over the file. */
function mergeEnvFile({ cwd, env, envFile }: OpenOptions): Merged {
  if (envFile === undefined) return { env, failures: [] };
  try {
    return { env: { ...parseEnv(readFileSync(resolve(cwd, envFile), 'utf8')), ...env }, failures: [] };
  } catch {
    return { env, failures: [refused(`--env-file ${envFile} cannot be read`)] };
  }
}

const refused = (problem: string, hint?: string): Failure => ({
  code: 'serve-refused',
  problem,
  ...(hint === undefined ? {} : { hint }),
});
