/**
 * How the daemon is set up: flags over environment over files over defaults, each value checked, all
 * faults at once. Pure.
 *
 * Invariant: settings that this returns can be acted on; what is unsafe has been refused in words.
 */
import { BlockList, isIP } from 'node:net';
import { resolve } from 'node:path';
import {
  DATA_DIR,
  DEMO_DATA_DIR,
  SERVE_SETTINGS,
  type Address,
  type ServeKey,
  type ServeTexts,
  type Setting,
} from '../core/serve-config.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { findSecretFault } from './auth/key-ring.ts';
import { isLoopback } from './hosts.ts';
import type { LogLevel } from './log.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ServeSettings {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly allowedHosts: readonly string[];
  /** Whose word is taken for the address of a caller. */
  readonly trustedProxies: BlockList;
  /** Absolute. */
  readonly dataDir: string;
  readonly docs: 'on' | 'off' | 'user';
  readonly demo: boolean;
  /** May anybody make an account? The demo lets everybody. */
  readonly registration: 'open' | 'closed';
  /** Where /metrics is answered without a key, besides where it needs one. */
  readonly metricsListen: Address | undefined;
  readonly drainDelayMs: number;
  /** How long predictions are kept; undefined: for ever. */
  readonly historyMs: number | undefined;
  readonly retrain: 'on' | 'off';
  readonly retrainTimeoutMs: number;
  readonly tokenLifetimeS: number;
  /** undefined: a key of our own is kept in the data directory. */
  readonly secret: Secret | undefined;
  readonly admin: { readonly username: string; readonly password: Secret | undefined };
  readonly logLevel: LogLevel;
}

/** As it is, or the absolute path of the file that holds it. */
export type Secret = { readonly text: string } | { readonly file: string };

export interface SettingsInput {
  /** What was typed. */
  readonly flags: ServeTexts;
  readonly env: Environment;
  /** What configuration files say, the strongest of them where they differ. */
  readonly files: ServeTexts;
  /** Folder that relative paths start from. */
  readonly root: string;
}

const DAY_MS = 86_400_000;

/** The errors say what is wrong and what to do; there is at least one. */
export function readSettings(input: SettingsInput): Result<ServeSettings, readonly string[]> {
  const faults: string[] = [];
  const take = <T>(key: ServeKey, setting: Setting<T>): T => {
    const said = findText(input, key, setting);
    if (said === undefined) return setting.fallback;
    const value = setting.parse(said.text);
    if (value === undefined) faults.push(`${said.from} must be ${setting.expected}`);
    return value ?? setting.fallback;
  };
  const settings = collect(input, take);
  faults.push(...findFaults(settings, input), ...settings.faults);
  return faults.length > 0 ? err(faults) : ok(settings.value);
}

type Take = <T>(key: ServeKey, setting: Setting<T>) => T;

interface Collected {
  readonly value: ServeSettings;
  readonly faults: readonly string[];
}

function collect({ env, root }: SettingsInput, take: Take): Collected {
  const S = SERVE_SETTINGS;
  const demo = take('demo', S.demo);
  const days = take('history_days', S.history_days);
  const proxies = toBlockList(take('trusted_proxies', S.trusted_proxies));
  const defaultFolder = demo ? DEMO_DATA_DIR : DATA_DIR;
  const secretOf = (name: string, file: string | undefined): Secret | undefined => {
    const text = env[name];
    if (file !== undefined) return { file: resolve(root, file) };
    return text === undefined ? undefined : { text };
  };
  const value: ServeSettings = {
    host: take('host', S.host),
    port: take('port', S.port),
    allowedHosts: take('allowed_hosts', S.allowed_hosts),
    trustedProxies: proxies.list,
    dataDir: resolve(root, take('data_dir', S.data_dir) ?? defaultFolder),
    docs: take('docs', S.docs),
    demo,
    registration: take('registration', S.registration) ?? (demo ? 'open' : 'closed'),
    metricsListen: take('metrics_listen', S.metrics_listen),
    drainDelayMs: take('drain_delay', S.drain_delay) * 1000,
    historyMs: days === 0 ? undefined : days * DAY_MS,
    retrain: take('retrain', S.retrain),
    retrainTimeoutMs: take('retrain_timeout', S.retrain_timeout),
    tokenLifetimeS: take('access_token_expire_minutes', S.access_token_expire_minutes) * 60,
    secret: secretOf('SECRET_KEY', take('secret_key_file', S.secret_key_file)),
    admin: {
      username: take('admin_username', S.admin_username),
      password: secretOf('ADMIN_PASSWORD', take('admin_password_file', S.admin_password_file)),
    },
    logLevel: take('log_level', S.log_level),
  };
  return { value, faults: proxies.faults };
}

/** The strongest place that says anything, and what it is called there. */
function findText({ flags, env, files }: SettingsInput, key: ServeKey, { env: variable, flag }: Setting<unknown>) {
  const typed = flags[key];
  if (typed !== undefined) return { text: typed, from: flag ?? key };
  const set = env[variable];
  if (set !== undefined) return { text: set, from: variable };
  const written = files[key];
  return written === undefined ? undefined : { text: written, from: `serve.${key}` };
}

/** What each value alone does not show. */
function findFaults({ value: { demo, host, secret } }: Collected, { env }: SettingsInput): readonly string[] {
  const faults: string[] = [];
  if (demo && !isLoopback(host))
    faults.push('--demo listens on this machine only: its passwords are public. Leave --host out');
  if (demo && env['NODE_ENV'] === 'production') faults.push('--demo is refused with NODE_ENV=production');
  const secretFault = secret !== undefined && 'text' in secret ? findSecretFault(secret.text) : undefined;
  if (secretFault !== undefined)
    faults.push(`SECRET_KEY ${secretFault}. Leave it out and a key is made, or: openssl rand -base64 48`);
  return faults;
}

function toBlockList(networks: readonly string[]): { readonly list: BlockList; readonly faults: readonly string[] } {
  const list = new BlockList();
  const faults = networks.flatMap((network) => {
    const [address = '', bits] = network.split('/');
    const version = isIP(address);
    const longest = version === 4 ? 32 : 128;
    if (version === 0 || Number(bits ?? 0) > longest) return [`trusted proxies: ${network} is no address`];
    list.addSubnet(address, Number(bits ?? longest), version === 4 ? 'ipv4' : 'ipv6');
    return [];
  });
  return { list, faults };
}
