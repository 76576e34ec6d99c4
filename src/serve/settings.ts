/**
 * How the daemon is set up: flags over environment over defaults, each value checked. Pure.
 *
 * Invariant: settings that this returns can be acted on; what is unsafe has been refused in words.
 */
import { resolve } from 'node:path';
import { err, ok, type Result } from '../lib/result.ts';
import { findSecretFault } from './auth/key-ring.ts';
import { isLoopback } from './hosts.ts';
import type { LogLevel } from './log.ts';

export interface ServeFlags {
  readonly host?: string;
  readonly port?: string;
  readonly dataDir?: string;
  readonly docs?: string;
  readonly drainDelay?: string;
  readonly registration?: string;
  readonly demo?: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ServeSettings {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly allowedHosts: readonly string[];
  /** Absolute. */
  readonly dataDir: string;
  readonly docs: 'on' | 'off' | 'user';
  readonly demo: boolean;
  /** May anybody make an account? The demo lets everybody. */
  readonly registration: 'open' | 'closed';
  readonly drainDelayMs: number;
  readonly tokenLifetimeS: number;
  /** undefined: a key of our own is kept in the data directory. */
  readonly secret: string | undefined;
  readonly admin: { readonly username: string; readonly password: AdminPassword | undefined };
  readonly logLevel: LogLevel;
}

export type AdminPassword = { readonly text: string } | { readonly file: string };

export interface SettingsInput {
  readonly flags: ServeFlags;
  readonly env: Environment;
  /** Folder that relative paths start from. */
  readonly root: string;
}

/** The error says what is wrong and what to do. */
export function readSettings({ flags, env, root }: SettingsInput): Result<ServeSettings, string> {
  const demo = flags.demo === true;
  const host = flags.host ?? env['PIPE_HOST'] ?? '127.0.0.1';
  const port = wholeNumber(flags.port ?? env['PIPE_PORT'] ?? '8000', 65_535);
  const docs = flags.docs ?? env['PIPE_DOCS'] ?? 'on';
  const drainDelay = seconds(flags.drainDelay ?? env['PIPE_DRAIN_DELAY'] ?? '5');
  const minutes = wholeNumber(env['ACCESS_TOKEN_EXPIRE_MINUTES'] ?? '30', 525_600);
  const registration = flags.registration ?? env['PIPE_REGISTRATION'] ?? (demo ? 'open' : 'closed');
  const logLevel = env['PIPE_LOG_LEVEL'] ?? 'info';
  const secret = env['SECRET_KEY'];

  if (demo && !isLoopback(host))
    return err('--demo listens on this machine only: its passwords are public. Leave --host out');
  if (demo && env['NODE_ENV'] === 'production') return err('--demo is refused with NODE_ENV=production');
  if (port === undefined) return err('--port must be a number from 0 to 65535');
  if (!isDocs(docs)) return err('--docs must be on, off or user');
  if (registration !== 'open' && registration !== 'closed') return err('--registration must be open or closed');
  if (drainDelay === undefined) return err('--drain-delay must be a number of seconds, such as 5');
  if (minutes === undefined || minutes === 0) return err('ACCESS_TOKEN_EXPIRE_MINUTES must be a whole number above 0');
  if (!isLogLevel(logLevel)) return err('PIPE_LOG_LEVEL must be debug, info, warn, error or silent');
  const secretFault = secret === undefined ? undefined : findSecretFault(secret);
  if (secretFault !== undefined)
    return err(`${secretFault}. Leave it out and a key is made, or: openssl rand -base64 48`);

  const defaultFolder = demo ? '.pipe/serve-demo' : '.pipe/serve';
  return ok({
    host,
    port,
    allowedHosts: (env['PIPE_ALLOWED_HOSTS'] ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    dataDir: resolve(root, flags.dataDir ?? env['PIPE_DATA_DIR'] ?? defaultFolder),
    docs,
    demo,
    registration,
    drainDelayMs: drainDelay * 1000,
    tokenLifetimeS: minutes * 60,
    secret,
    admin: { username: env['ADMIN_USERNAME'] ?? 'admin', password: adminPassword(env) },
    logLevel,
  });
}

function adminPassword(env: Environment): AdminPassword | undefined {
  const { ADMIN_PASSWORD: text, ADMIN_PASSWORD_FILE: file } = env;
  if (file !== undefined) return { file };
  return text === undefined ? undefined : { text };
}

function wholeNumber(text: string, max: number): number | undefined {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value <= max ? value : undefined;
}

const seconds = (text: string): number | undefined => (/^\d{1,4}(\.\d+)?$/.test(text) ? Number(text) : undefined);
const isDocs = (text: string): text is ServeSettings['docs'] => text === 'on' || text === 'off' || text === 'user';
const isLogLevel = (text: string): text is LogLevel => ['debug', 'info', 'warn', 'error', 'silent'].includes(text);
