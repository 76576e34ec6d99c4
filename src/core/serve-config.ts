/**
 * What `pipe serve` can be told: each setting with its key in a file, its variable, what it takes and
 * what it is when nobody says anything. Pure; the documentation's table is compared with this one.
 *
 * Invariant: a setting means the same wherever it is written, since all places hand over its text.
 */
import { parseDuration } from './duration.ts';

/** Root-relative, where nothing else is said. */
export const DATA_DIR = '.pipe/serve';
export const DEMO_DATA_DIR = '.pipe/serve-demo';

export interface Setting<T> {
  /** Environment variable. */
  readonly env: string;
  /** On the command line; undefined: files and variables only. */
  readonly flag?: string;
  /** In words, to follow "expected". */
  readonly expected: string;
  /** undefined: not acceptable. */
  readonly parse: (text: string) => T | undefined;
  readonly fallback: T;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** By their keys under `serve:`. */
export const SERVE_SETTINGS = {
  host: setting({
    env: 'PIPE_HOST',
    flag: '--host',
    expected: 'an address or a name',
    parse: parseName,
    fallback: '127.0.0.1',
  }),
  port: setting({
    env: 'PIPE_PORT',
    flag: '--port',
    expected: 'a number from 0 to 65535',
    parse: parsePort,
    fallback: 8000,
  }),
  /** Left out: `.pipe/serve`, of the demo another. */
  data_dir: optional({ env: 'PIPE_DATA_DIR', flag: '--data-dir', expected: 'a folder', parse: parsePath }),
  demo: setting({ env: 'PIPE_DEMO', flag: '--demo', expected: 'true or false', parse: parseTruth, fallback: false }),
  docs: setting<'on' | 'off' | 'user'>({
    env: 'PIPE_DOCS',
    flag: '--docs',
    expected: 'on, off or user',
    parse: oneOf('on', 'off', 'user'),
    fallback: 'on',
  }),
  /** Left out: closed, of the demo open. */
  registration: optional({
    env: 'PIPE_REGISTRATION',
    flag: '--registration',
    expected: 'open or closed',
    parse: oneOf('open', 'closed'),
  }),
  metrics_listen: optional({
    env: 'PIPE_METRICS_LISTEN',
    flag: '--metrics-listen',
    expected: 'HOST:PORT, such as 127.0.0.1:9464',
    parse: parseAddress,
  }),
  drain_delay: setting({
    env: 'PIPE_DRAIN_DELAY',
    flag: '--drain-delay',
    expected: 'a number of seconds, such as 5',
    parse: parseSeconds,
    fallback: 5,
  }),
  allowed_hosts: setting({
    env: 'PIPE_ALLOWED_HOSTS',
    expected: 'names separated by commas',
    parse: parseList,
    fallback: [],
  }),
  trusted_proxies: setting({
    env: 'PIPE_TRUSTED_PROXIES',
    expected: 'addresses such as 127.0.0.1 or 10.0.0.0/8, separated by commas',
    parse: parseNetworks,
    fallback: [],
  }),
  history_days: setting({
    env: 'PIPE_HISTORY_DAYS',
    expected: 'a whole number of days; 0: for ever',
    parse: parseDays,
    fallback: 0,
  }),
  retrain: setting<'on' | 'off'>({
    env: 'PIPE_RETRAIN',
    expected: 'on or off',
    parse: oneOf('on', 'off'),
    fallback: 'on',
  }),
  retrain_timeout: setting({
    env: 'PIPE_RETRAIN_TIMEOUT',
    expected: 'a duration such as 90m',
    parse: parseDuration,
    fallback: 3_600_000,
  }),
  log_level: setting<'debug' | 'info' | 'warn' | 'error' | 'silent'>({
    env: 'PIPE_LOG_LEVEL',
    expected: 'debug, info, warn, error or silent',
    parse: oneOf('debug', 'info', 'warn', 'error', 'silent'),
    fallback: 'info',
  }),
  access_token_expire_minutes: setting({
    env: 'ACCESS_TOKEN_EXPIRE_MINUTES',
    expected: 'a whole number above 0',
    parse: parseMinutes,
    fallback: 30,
  }),
  secret_key_file: optional({ env: 'SECRET_KEY_FILE', expected: 'a file', parse: parsePath }),
  admin_username: setting({ env: 'ADMIN_USERNAME', expected: 'a name', parse: parseName, fallback: 'admin' }),
  admin_password_file: optional({ env: 'ADMIN_PASSWORD_FILE', expected: 'a file', parse: parsePath }),
};

export type ServeKey = keyof typeof SERVE_SETTINGS;

/** What one place says, as text. */
export type ServeTexts = { readonly [K in ServeKey]?: string | undefined };

/** Named, so that each entry's type is worked out by itself. */
function setting<T>(described: Setting<T>): Setting<T> {
  return described;
}

function optional<T>(described: Omit<Setting<T>, 'fallback'>): Setting<T | undefined> {
  return { ...described, fallback: undefined };
}

function oneOf<T extends string>(...words: readonly T[]): (text: string) => T | undefined {
  return (text) => words.find((word) => word === text);
}

function parseName(text: string): string | undefined {
  return /^\S+$/.test(text) ? text : undefined;
}

function parsePath(text: string): string | undefined {
  return text === '' ? undefined : text;
}

function parseTruth(text: string): boolean | undefined {
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' || text === '' ? false : undefined;
}

function parseWhole(text: string, { min, max }: { readonly min: number; readonly max: number }): number | undefined {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

function parsePort(text: string): number | undefined {
  return parseWhole(text, { min: 0, max: 65_535 });
}

function parseMinutes(text: string): number | undefined {
  return parseWhole(text, { min: 1, max: 525_600 });
}

function parseDays(text: string): number | undefined {
  return parseWhole(text, { min: 0, max: 36_500 });
}

function parseSeconds(text: string): number | undefined {
  return /^\d{1,4}(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** `127.0.0.1:9464`, `[::1]:9464`. */
function parseAddress(text: string): Address | undefined {
  const [, bracketed, plain, port = ''] = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+)):(\d+)$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const number = parsePort(port);
  return host === undefined || number === undefined ? undefined : { host, port: number };
}

function parseList(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function parseNetworks(text: string): readonly string[] | undefined {
  const networks = parseList(text);
  return networks.every((network) => NETWORK.test(network)) ? networks : undefined;
}

/** Whether the numbers make an address is found out by whoever builds the list of them. */
const NETWORK = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)(\/\d{1,3})?$/;
