/**
 * The environment of a retrain: what any program needs, and what the pipeline's stages declare. Pure.
 *
 * Invariant: the daemon's own secrets are never in it, whatever a stage declares.
 */
import type { Pipeline } from '../core/pipeline.ts';
import type { Environment } from './settings.ts';

const ORDINARY = /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_[A-Z]+|TZ|TMPDIR|XDG_[A-Z_]+|SYSTEMROOT|NODE_EXTRA_CA_CERTS)$/;
const SECRET = /^(SECRET_KEY|ADMIN_[A-Z_]+|DATABASE_URL)$/;

export function childEnvironment(env: Environment, { stages }: Pipeline): Readonly<Record<string, string>> {
  const declared = new Set(stages.flatMap((stage) => [...stage.passEnv, ...stage.env.map(({ name }) => name)]));
  const entries = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !SECRET.test(entry[0]) && (ORDINARY.test(entry[0]) || declared.has(entry[0])),
  );
  return Object.fromEntries(entries);
}
