/**
 * Opens a remote by its URL and settings: the one place that knows which kinds there are. What a kind needs is
 * loaded only when one is opened.
 */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addressProblem, type RemoteSettings, shownUrl } from '../../core/remote-settings.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import { type Remote, type RemoteProblem, USUAL_PART_BYTES } from './remote.ts';
import { USUAL_RETRIES, withRetries } from './retry.ts';

export interface OpenOptions {
  /** Absolute: what a folder's relative path is relative to. */
  readonly root: string;
  /** Absolute: where half-done uploads are remembered. */
  readonly uploads: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How many requests may be under way at a time; default 16. */
  readonly connections?: number;
  /** Of objects that travel in parts; default 16 MiB. */
  readonly partBytes?: number;
  /** How often what may pass is tried; default 6. */
  readonly attempts?: number;
  readonly signal?: AbortSignal | undefined;
}

const CONNECTIONS = 16;
const TIMEOUT_SECONDS = 60;

/** Nothing is asked of it yet. The problem: a URL that cannot be one. */
export async function openRemote(
  settings: RemoteSettings,
  options: OpenOptions,
): Promise<Result<Remote, RemoteProblem>> {
  const opened = await openKind(settings, options);
  const { attempts = USUAL_RETRIES.attempts, signal } = options;
  return opened.ok ? ok(withRetries(opened.value, { ...USUAL_RETRIES, attempts, signal })) : opened;
}

async function openKind(settings: RemoteSettings, options: OpenOptions): Promise<Result<Remote, RemoteProblem>> {
  const wrong = addressProblem(settings.url);
  if (wrong !== undefined) return err({ kind: 'refused', ...wrong });
  const { root, env, connections = CONNECTIONS, partBytes = USUAL_PART_BYTES, signal } = options;
  const isReadOnly = settings.read_only ?? false;
  const shared = {
    settings,
    env,
    connections,
    timeoutMs: (settings.timeout ?? TIMEOUT_SECONDS) * 1000,
    signal,
    isReadOnly,
    partBytes,
  };
  const [, scheme] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(settings.url) ?? [];
  switch (scheme?.toLowerCase()) {
    case 's3': {
      const [{ createS3Remote }, { createUploadStates }] = await Promise.all([
        import('./s3.ts'),
        import('./upload-states.ts'),
      ]);
      return await createS3Remote({ ...shared, uploads: createUploadStates(options.uploads) });
    }
    case 'http':
    case 'https': {
      if (URL.parse(settings.url) === null)
        return err({ kind: 'refused', problem: `${shownUrl(settings.url)} is no URL` });
      const { createHttpRemote } = await import('./http.ts');
      return ok(await createHttpRemote({ ...shared, shown: shownUrl(settings.url) }));
    }
    case 'ssh':
    case 'sftp': {
      const { createSshRemote } = await import('./ssh.ts');
      return createSshRemote(shared);
    }
    case 'file':
    case undefined: {
      const { createFolderRemote } = await import('./folder.ts');
      return ok(createFolderRemote({ folder: folderOf(settings.url, root), isReadOnly, partBytes }));
    }
    default:
      return err({ kind: 'refused', problem: `${scheme}:// cannot be opened` });
  }
}

function folderOf(url: string, root: string): string {
  if (/^file:\/\//i.test(url)) return fileURLToPath(url);
  return url === '~' || url.startsWith('~/') ? join(homedir(), url.slice(1)) : resolve(root, url);
}
