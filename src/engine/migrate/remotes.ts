/**
 * The remotes of a DVC repository: how their data is read, and which of them pipe can use for its own.
 *
 * Pipe's objects have other names, so a remote of pipe is a folder of its own in the place of DVC's: neither
 * tool sees, or clears away, what is the other's.
 */
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DvcSection } from '../../core/dvc/config.ts';
import { type RemoteSettings, shownUrl } from '../../core/remote-settings.ts';

export interface DvcRemote {
  readonly name: string;
  /** For people. */
  readonly shown: string;
  readonly isDefault: boolean;
  readonly access:
    | { readonly kind: 'folder'; readonly path: string }
    | {
        readonly kind: 'server';
        readonly settings: RemoteSettings;
        /** Files lie there under their own paths and not by MD5. */
        readonly hasVersions: boolean;
      }
    /** `why` goes on a sentence that begins with the remote. */
    | { readonly kind: 'none'; readonly why: string };
  /** What a committed file says of the remote of pipe in its place; undefined: there can be none. */
  readonly carried: RemoteSettings | undefined;
}

export interface RemotesIn {
  /** All that holds for this checkout. */
  readonly config: readonly DvcSection[];
  /** Names that the committed file knows: others are of one machine. */
  readonly shared: ReadonlySet<string>;
  /** Absolute. */
  readonly root: string;
}

/** The default first: it is where data is likeliest to be. */
export function remotesIn({ config, shared, root }: RemotesIn): readonly DvcRemote[] {
  const preferred = config.find(({ section }) => section === 'core')?.values.get('remote');
  const remotes = config.flatMap(({ section, name, values }): readonly DvcRemote[] => {
    const written = values.get('url');
    if (section !== 'remote' || name === undefined || written === undefined) return [];
    const url = resolveUrl(config, written);
    const access = accessTo(url, values);
    const carried = shared.has(name) ? carriedFrom(access, root) : undefined;
    return [{ name, shown: shownUrl(url), isDefault: name === preferred, access, carried }];
  });
  return remotes.sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
}

/** `remote://other/path` is a path in another remote. */
function resolveUrl(config: readonly DvcSection[], url: string): string {
  const [, name, path = ''] = /^remote:\/\/([^/]+)(\/.*)?$/.exec(url) ?? [];
  const base = config.find((section) => section.section === 'remote' && section.name === name)?.values.get('url');
  return base === undefined || base.startsWith('remote://') ? url : `${base.replace(/\/+$/, '')}${path}`;
}

const SERVERS = ['http', 'https', 's3', 'ssh'];

function accessTo(written: string, values: ReadonlyMap<string, string>): DvcRemote['access'] {
  const url = addressOf(written, values);
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url) ?? [];
  if (scheme === undefined) return { kind: 'folder', path: url };
  if (scheme === 'file' || scheme === 'local')
    return { kind: 'folder', path: fileURLToPath(url.replace(/^local:/, 'file:')) };
  if (!SERVERS.includes(scheme.toLowerCase()))
    return {
      kind: 'none',
      why: `${scheme}:// is no kind of remote that pipe knows: \`dvc fetch\` brings its data into DVC's cache, where it is found`,
    };
  const hasVersions = VERSIONED_KEYS.some((key) => isTrue(values.get(key)));
  return { kind: 'server', settings: { url, ...settingsFrom(values), read_only: true }, hasVersions };
}

/** Remotes whose files keep their names: DVC notes the version of each in place of an object's name. */
export const VERSIONED_KEYS: readonly string[] = ['version_aware', 'worktree'];

/** As Python's configobj reads them. */
const isTrue = (value: string | undefined): boolean => /^(true|yes|on|1)$/i.test(value ?? '');

/** WebDAV is read as any web server is; the port of a server may be a key of its own. */
function addressOf(url: string, values: ReadonlyMap<string, string>): string {
  const port = values.get('port');
  if (/^webdavs?:/i.test(url)) return url.replace(/^webdav/i, 'http');
  return /^ssh:\/\/[^/]*:\d+(\/|$)/i.test(url) || port === undefined
    ? url
    : url.replace(/^(ssh:\/\/[^/]+)/i, `$1:${port}`);
}

/** DVC's words for what `core/remote-settings` has. */
function settingsFrom(values: ReadonlyMap<string, string>): Partial<RemoteSettings> {
  const named = Object.entries(SAME_MEANING).flatMap(([theirs, ours]) => {
    const value = values.get(theirs);
    return value === undefined ? [] : [[ours, value] as const];
  });
  return {
    ...Object.fromEntries(named),
    ...(isTrue(values.get('allow_anonymous_login')) && { anonymous: true }),
  };
}

const SAME_MEANING = {
  endpointurl: 'endpoint',
  region: 'region',
  profile: 'profile',
  access_key_id: 'access_key_id',
  secret_access_key: 'secret_access_key',
  session_token: 'session_token',
  user: 'user',
  password: 'password',
  token: 'token',
} as const satisfies Readonly<Record<string, keyof RemoteSettings>>;

/** Keys of a remote of DVC that are used here, for reading or for the remote of pipe. */
export const KNOWN_KEYS: readonly string[] = ['url', 'port', 'allow_anonymous_login', ...Object.keys(SAME_MEANING)];

const FOLDER = 'pipe';

/** Without anything secret, and without what only one machine has. A web server cannot be written to. */
function carriedFrom(access: DvcRemote['access'], root: string): RemoteSettings | undefined {
  if (access.kind === 'folder') return { url: folderFrom(root, join(access.path, FOLDER)) };
  if (access.kind !== 'server' || /^https?:/i.test(access.settings.url)) return undefined;
  const { url, endpoint, region, profile, user } = access.settings;
  return {
    url: `${shownUrl(url).replace(/\/+$/, '')}/${FOLDER}`,
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(user !== undefined && { user }),
  };
}

/** Beside the repository or in it as a relative path, which holds in every checkout that is laid out so. */
function folderFrom(root: string, path: string): string {
  const near = relative(root, path);
  return near.split('/').filter((part) => part === '..').length > 1 ? path : near;
}
