/**
 * A folder on another machine, by the system's own ssh: hosts, keys, agents and jump hosts are what
 * ~/.ssh/config says. It speaks SFTP, so nothing has to be installed there.
 *
 * Invariant, as of a folder remote: a name is given to a file that is complete.
 */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { RemoteSettings } from '../../core/remote-settings.ts';
import { startDigest } from '../../lib/digest.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import {
  MAX_WHOLE_BYTES,
  notThose,
  type ReadOptions,
  type Remote,
  type Remoted,
  type RemoteProblem,
  type Upload,
} from './remote.ts';
import { linkNew, listFolder, readRange, removeFile, renameOver, statFile, writeFile } from './sftp-files.ts';
import { type SftpSession, startSession } from './sftp-session.ts';

export interface SshOptions {
  readonly settings: RemoteSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly isReadOnly: boolean;
  readonly partBytes: number;
}

type With = <T>(act: (session: SftpSession) => Promise<Remoted<T>>) => Promise<Remoted<T>>;

export function createSshRemote({
  settings,
  isReadOnly,
  partBytes,
  ...options
}: SshOptions): Result<Remote, RemoteProblem> {
  const place = placeOf(settings);
  if (!place.ok) return place;
  const { folder, command } = place.value;
  const at = (key: string) => `${folder}/${key}`;
  let started: Promise<Remoted<SftpSession>> | undefined;
  const using: With = async (act) => {
    started ??= startSession({ command, ...options });
    const session = await started;
    const result = session.ok ? await act(session.value) : session;
    // A session that ended is begun anew by whoever comes next.
    if (!session.ok || !session.value.isOpen()) started = undefined;
    return result;
  };
  return ok({
    shown: settings.url,
    isReadOnly,
    partBytes,
    stat: (key) => using(async (session) => sizeOf(await statFile(session, at(key)))),
    read: (key, what = {}) => using((session) => read(session, at(key), what)),
    put: (key, upload) => using((session) => put(session, at(key), upload)),
    create: (key, bytes) => using((session) => create(session, at(key), bytes)),
    list: (prefix) => list(using, folder, prefix),
    remove: (key) => using((session) => removeFile(session, at(key))),
    close: async () => {
      const session = await started;
      if (session?.ok === true) session.value.close();
    },
  });
}

interface SshPlace {
  readonly folder: string;
  readonly command: readonly [string, ...string[]];
}

function placeOf({ url, user, command }: RemoteSettings): Result<SshPlace, RemoteProblem> {
  const parsed = URL.parse(url);
  const host = parsed?.hostname ?? '';
  const folder = decodeURIComponent(parsed?.pathname ?? '').replace(/\/+$/, '');
  // A host that begins with - would be an option of ssh.
  if (host === '' || host.startsWith('-') || folder === '')
    return err({
      kind: 'refused',
      problem: `${url} is no place`,
      hint: 'write ssh://user@host/path, or ssh://host/~/path for a folder at home',
    });
  const name = user ?? decodeURIComponent(parsed?.username ?? '');
  const port = parsed?.port === '' || parsed === null ? [] : ['-p', parsed.port];
  const ssh = [
    '-o',
    'BatchMode=yes',
    '-o',
    'ServerAliveInterval=15',
    ...port,
    ...(name === '' ? [] : ['-l', name]),
    '-s',
    '--',
    host,
    'sftp',
  ];
  // Without a slash a path begins at home.
  return ok({
    folder: folder.replace(/^\/~\//, ''),
    command: command === undefined ? ['ssh', ...ssh] : ['sh', '-c', command],
  });
}

const sizeOf = (stat: Remoted<{ readonly size: number } | undefined>): Remoted<number | undefined> =>
  stat.ok ? ok(stat.value?.size) : stat;

async function read(
  session: SftpSession,
  path: string,
  { range, maxBytes = MAX_WHOLE_BYTES }: ReadOptions,
): Promise<Remoted<Uint8Array | undefined>> {
  if (range !== undefined) return await readRange(session, path, range);
  const there = await statFile(session, path);
  if (!there.ok || there.value === undefined) return there.ok ? ok(undefined) : there;
  const { size } = there.value;
  if (size > maxBytes)
    return err({ kind: 'damaged', problem: `an object there is larger than it should be (${size} bytes)` });
  return await readRange(session, path, { start: 0, end: size });
}

async function put(
  session: SftpSession,
  path: string,
  { from, size, digest, onBytes }: Upload,
): Promise<Remoted<void>> {
  const temporary = freeName(path);
  const seen = startDigest();
  const pieces = 'bytes' in from ? once(from.bytes) : createReadStream(from.file, { highWaterMark: 1024 * 1024 });
  const written = await writeFile(
    session,
    temporary,
    watched(pieces, (piece) => {
      seen.update(piece);
      onBytes?.(piece.length);
    }),
  );
  const isMatch = written.ok && seen.finish() === digest;
  const named = !written.ok ? written : isMatch ? await renameOver(session, temporary, path) : err(notThose(digest));
  if (!named.ok) await removeFile(session, temporary);
  if (named.ok) return named;
  // A server that cannot rename over what is there: then what is there has to be the same.
  const there = isMatch ? await statFile(session, path) : ok(undefined);
  return there.ok && there.value?.size === size ? ok(undefined) : named;
}

async function create(session: SftpSession, path: string, bytes: Uint8Array): Promise<Remoted<'created' | 'exists'>> {
  const temporary = freeName(path);
  const written = await writeFile(session, temporary, once(bytes));
  const linked = written.ok ? await linkNew(session, temporary, path) : written;
  await removeFile(session, temporary);
  if (linked.ok) return ok('created');
  const there = await statFile(session, path);
  return there.ok && there.value !== undefined ? ok('exists') : linked;
}

async function* list(using: With, folder: string, prefix: string): ReturnType<Remote['list']> {
  const parts = await using((session) => listFolder(session, `${folder}/${prefix}`));
  if (!parts.ok) return void (yield parts);
  for (const { name: part } of parts.value) {
    const entries = await using((session) => listFolder(session, `${folder}/${prefix}/${part}`));
    if (!entries.ok) return void (yield entries);
    for (const { name, size, mtimeMs } of entries.value) yield ok({ key: `${prefix}/${part}/${name}`, size, mtimeMs });
  }
}

const freeName = (path: string): string =>
  `${path.slice(0, path.lastIndexOf('/'))}/.tmp-${randomBytes(8).toString('hex')}`;

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* watched(
  pieces: AsyncIterable<Uint8Array>,
  see: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    see(piece);
    yield piece;
  }
}
