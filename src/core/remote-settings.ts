/**
 * Where objects and run records are kept beside the cache, as a value. Pure: opens nothing.
 *
 * Named remotes stand under `remotes:` in pipeline.yaml, .pipe/config.yaml and .pipe/config.local.yaml, a
 * later file's keys over an earlier one's. What is secret stands in the last, which git ignores, or in the environment.
 */

/** Every key but `url` is optional; see docs/remotes.md. */
export interface RemoteSettings {
  /** `s3://bucket/prefix`, `ssh://user@host/path`, `https://…`, `file://…` or a folder. */
  readonly url: string;
  /** S3: of another service than AWS. */
  readonly endpoint?: string;
  readonly region?: string;
  /** S3: of ~/.aws/config. */
  readonly profile?: string;
  /** S3: the bucket in the path and not in the host's name; the default with `endpoint`. */
  readonly path_style?: boolean;
  /** S3: sign nothing, for what everybody may read. */
  readonly anonymous?: boolean;
  readonly access_key_id?: string;
  readonly secret_access_key?: string;
  readonly session_token?: string;
  /** HTTP: sent as `Authorization: Bearer …`. */
  readonly token?: string;
  /** HTTP: Basic authentication. SSH: the user's name only; keys are ssh's own affair. */
  readonly user?: string;
  readonly password?: string;
  /** SSH: what is started instead of `ssh … -s HOST sftp`; it speaks SFTP on its standard input and output. */
  readonly command?: string;
  /** Nothing is ever written. */
  readonly read_only?: boolean;
  /** Seconds without a byte after which a request is tried again. */
  readonly timeout?: number;
}

export type RemoteKey = keyof RemoteSettings;
/** What one file says of a remote: another may say the rest. */
export type PartialRemote = Partial<RemoteSettings>;
export type RemoteTable = Readonly<Record<string, PartialRemote>>;

/** Never committed: secrets, and what would run on the machine of whoever pulls. */
export const LOCAL_KEYS: readonly string[] = ['secret_access_key', 'session_token', 'token', 'password', 'command'];

/** Name and key of each. */
export function localKeysIn(table: RemoteTable): readonly (readonly [name: string, key: string])[] {
  return Object.entries(table).flatMap(([name, settings]) =>
    Object.keys(settings).flatMap((key) => (LOCAL_KEYS.includes(key) ? [[name, key] as const] : [])),
  );
}

/** Later tables are stronger, key by key. */
export function mergeRemotes(tables: readonly RemoteTable[]): RemoteTable {
  const merged = new Map<string, PartialRemote>();
  for (const table of tables) {
    for (const [name, settings] of Object.entries(table)) merged.set(name, { ...merged.get(name), ...settings });
  }
  return Object.fromEntries(merged);
}

/** The one that is called so, or `default`, or the only one there is. */
export function defaultRemote(table: RemoteTable, chosen: string | undefined): string | undefined {
  if (chosen !== undefined) return chosen;
  const names = Object.keys(table);
  return names.includes('default') || names.length !== 1 ? names.find((name) => name === 'default') : names[0];
}

/** A URL as people may see it: without a password that stands in it. */
export function shownUrl(url: string): string {
  return url.replace(/^([a-z0-9+]+:\/\/[^/@:]*):[^/@]*@/i, '$1:***@');
}

const KINDS = ['s3', 'http', 'https', 'ssh', 'sftp', 'file'];

export interface AddressProblem {
  readonly problem: string;
  readonly hint: string;
}

/** What is wrong with an address of which no remote can be opened; undefined: it may be one, or is a folder. */
export function addressProblem(url: string): AddressProblem | undefined {
  const [, scheme = '', slashes] = /^([A-Za-z][A-Za-z0-9+.-]+):(\/\/)?/.exec(url) ?? [];
  const isKind = KINDS.includes(scheme.toLowerCase());
  if (slashes !== undefined && !isKind)
    return { problem: `${scheme}:// is no kind of remote`, hint: 'there are s3://, ssh://, http(s):// and folders' };
  if (slashes === undefined && isKind)
    return { problem: `\`${shownUrl(url)}\` is no address`, hint: `two slashes come after it: ${scheme}://…` };
  return undefined;
}
