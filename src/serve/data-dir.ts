/** Where the daemon of a project keeps its data, for the verbs that work beside it: the same rule as its own. */
import { resolve } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { DATA_DIR, SERVE_SETTINGS } from '../core/serve-config.ts';
import { findRoot } from '../engine/load.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { readServeConfig } from './config-files.ts';
import type { Environment } from './settings.ts';

export interface DataDirOptions {
  readonly cwd: string;
  readonly env: Environment;
  /** What was typed. */
  readonly flag: string | undefined;
}

/** Absolute. Failures: no-pipeline, config-invalid. */
export function findDataDir({ cwd, env, flag }: DataDirOptions): Result<string, Failure> {
  const root = findRoot(cwd);
  const typed = flag ?? env[SERVE_SETTINGS.data_dir.env];
  if (typed !== undefined) return ok(resolve(root ?? cwd, typed));
  if (root === undefined) return err({ code: 'no-pipeline', from: cwd });
  const { texts, failures } = readServeConfig({ root, cwd, given: env['PIPE_CONFIG'] });
  const [failure] = failures;
  if (failure !== undefined) return err(failure);
  return ok(resolve(root, texts.data_dir ?? DATA_DIR));
}
