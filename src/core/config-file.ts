/**
 * `.pipe/config.yaml` and `.pipe/config.local.yaml` from text: where the cache is and how files come out
 * of it. All problems at once, each with its place; unknown keys are refused.
 *
 * Pure and heavy (a YAML parser and a schema library): import it lazily, off the no-op path.
 */
import { z } from 'zod';
import { err, ok, type Result } from '../lib/result.ts';
import { LINK_KINDS, type LinkKind } from './cache-config.ts';
import type { Failure } from './failure.ts';
import { describeIssue } from './pipeline-problem.ts';
import { REMOTE_KEYS, remotesSchema, toRemoteTable } from './remote-schema.ts';
import { type RemoteTable, localKeysIn } from './remote-settings.ts';
import { readYaml } from './yaml-source.ts';

const cache = z.strictObject({
  dir: z.string().min(1, 'expected a path').optional(),
  link: z
    .array(z.enum(LINK_KINDS, { error: `expected one of ${LINK_KINDS.join(', ')}` }))
    .min(1, 'expected at least one way to link')
    .optional(),
  shared: z.boolean().optional(),
});
/** `serve` is for the daemon: `core/serve-config-file`. What is wrong there must not stop a `repro`. */
const config = z.strictObject({
  cache: cache.nullable().optional(),
  remote: z.string().optional(),
  remotes: remotesSchema.nullable().optional(),
  serve: z.unknown().optional(),
});

/** What one file says; what it does not say is left to the other, and then to defaults. */
export interface ConfigText {
  readonly dir?: string;
  readonly link?: readonly LinkKind[];
  readonly shared?: boolean;
  /** The remote that is meant where none is named. */
  readonly remote?: string;
  readonly remotes?: RemoteTable;
}

/** Ignored by git, and so the only file that may hold secrets. */
const LOCAL_CONFIG = '.pipe/config.local.yaml';

/** Failures: config-invalid. */
export function parseConfig({ file, text }: { file: string; text: string }): Result<ConfigText, Failure> {
  const source = readYaml({ file, text, bigints: false });
  if (source.problems.length > 0) return err({ code: 'config-invalid', problems: source.problems });
  const parsed = config.safeParse(source.data ?? {}, { reportInput: true });
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => describeIssue(source, issue, knownKeysAt));
    return err({ code: 'config-invalid', problems });
  }
  const { dir, link, shared } = parsed.data.cache ?? {};
  const { remote } = parsed.data;
  const remotes = toRemoteTable(parsed.data.remotes);
  const [secret] = file === LOCAL_CONFIG ? [] : localKeysIn(remotes);
  if (secret !== undefined) {
    const message = `\`${secret[1]}\` must not stand in a file that is committed`;
    const hint = `it belongs in ${LOCAL_CONFIG} (\`pipe remote modify\` puts it there) or in the environment`;
    return err({ code: 'config-invalid', problems: [source.problem({ path: ['remotes', ...secret], message, hint })] });
  }
  return ok({
    ...(dir !== undefined && { dir }),
    ...(link && { link }),
    ...(shared !== undefined && { shared }),
    ...(remote !== undefined && { remote }),
    ...(Object.keys(remotes).length > 0 && { remotes }),
  });
}

const knownKeysAt = (path: readonly (string | number)[]): readonly string[] =>
  path[0] === 'remotes' ? REMOTE_KEYS : Object.keys((path.length === 0 ? config : cache).shape);
