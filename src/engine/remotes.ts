/**
 * The remotes of a checkout by name: what pipeline.yaml and both config files say of them, and how one is opened.
 * Knows nothing of what is pushed or pulled.
 */
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import {
  defaultRemote,
  mergeRemotes,
  type PartialRemote,
  type RemoteTable,
  shownUrl,
} from '../core/remote-settings.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { readRemotesConfig } from '../store/config.ts';
import { layoutOf } from '../store/layout.ts';
import type { Remote, RemoteProblem } from '../store/remotes/remote.ts';
import type { LoadedPipeline } from './load.ts';
import type { Environment } from './workspace.ts';

export interface KnownRemotes {
  readonly table: RemoteTable;
  /** The one that is meant where none is named. */
  readonly usual: string | undefined;
}

export interface NamedRemote {
  readonly name: string;
  readonly remote: Remote;
}

export interface RemoteChoice {
  /** Undefined: the usual one. A URL or a path is taken as it is. */
  readonly name: string | undefined;
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
  /** Requests under way at a time. */
  readonly connections?: number;
  /** Refuse one that is only read. */
  readonly isWriting?: boolean;
}

/** Failures: config-invalid. */
export async function knownRemotes({ root, pipeline }: LoadedPipeline): Promise<Result<KnownRemotes, Failure>> {
  const config = await readRemotesConfig(layoutOf(root));
  if (!config.ok) return config;
  const table = mergeRemotes([pipeline.remotes, config.value.remotes]);
  return ok({ table, usual: defaultRemote(table, config.value.chosen) });
}

/** The caller closes it. Failures: config-invalid, remote-unknown, remote-refused, remote-read-only. */
export async function openNamed(loaded: LoadedPipeline, choice: RemoteChoice): Promise<Result<NamedRemote, Failure>> {
  const known = await knownRemotes(loaded);
  if (!known.ok) return known;
  const { table, usual } = known.value;
  const name = choice.name ?? usual;
  const settings = name === undefined ? undefined : settingsOf(table, name, choice.env);
  if (name === undefined || settings?.url === undefined)
    return err({ code: 'remote-unknown', remote: name, known: Object.keys(table).sort() });
  const { openRemote } = await import('../store/remotes/open.ts');
  const { root, cache } = loaded;
  const { env, connections, signal } = choice;
  const options = {
    root,
    uploads: join(cache.dir, 'uploads'),
    env,
    signal,
    ...(connections !== undefined && { connections }),
  };
  const opened = await openRemote({ ...settings, url: settings.url }, options);
  if (!opened.ok) return err(remoteFailure({ name, url: settings.url }, opened.error));
  if (choice.isWriting === true && opened.value.isReadOnly) {
    await opened.value.close();
    return err({ code: 'remote-read-only', remote: name });
  }
  return ok({ name, remote: opened.value });
}

function settingsOf(table: RemoteTable, name: string, env: Environment): PartialRemote | undefined {
  const settings = table[name] ?? (/[:/]/.test(name) ? { url: name } : undefined);
  const variable = `PIPE_REMOTE_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
  const [token, password] = [env[`${variable}_TOKEN`], env[`${variable}_PASSWORD`]];
  return settings && { ...settings, ...(token && { token }), ...(password && { password }) };
}

export function remoteFailure(
  { name, url }: { readonly name: string; readonly url: string },
  { kind, problem, hint }: RemoteProblem,
): Failure {
  const code = kind === 'unreachable' ? 'remote-unreachable' : 'remote-refused';
  return { code, remote: name, url: shownUrl(url), problem, ...(hint !== undefined && { hint }) };
}
