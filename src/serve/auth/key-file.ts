/**
 * The file of the keys that sign tokens, and rotating them. Which bytes a key has leaves this module only
 * for `key-ring`.
 *
 * Invariant: the file is readable by its owner only, its first key is the current one, and a key shorter
 * than the digest is never used.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { err, ok, type Result } from '../../lib/result.ts';
import { publishFile } from '../../store/publish.ts';
import { readTextIfThere } from '../../store/read-if-there.ts';

export const MIN_SECRET_BYTES = 32;

export interface StoredKey {
  readonly kid: string;
  readonly secret: Buffer;
  /** ISO 8601: since when another one signs; undefined: it is the current one. */
  readonly retiredAt?: string;
}

export type StoredKeys = readonly [StoredKey, ...StoredKey[]];

/** Made when it is not there. The error says what to do. */
export function readKeyFile(file: string): Result<StoredKeys, string> {
  const text = readTextIfThere(file);
  if (text === undefined) publishFile(file, renderKeys([createKey()]), { mode: 0o600 });
  const keys = parseKeys(text ?? readTextIfThere(file) ?? '');
  if (keys === undefined) return err(noRing(file));
  chmodSync(file, 0o600);
  return ok(keys);
}

/** undefined: the file is a key ring, or is not there and will be made. */
export function findRingFault(file: string): string | undefined {
  const text = readTextIfThere(file);
  return text === undefined || parseKeys(text) !== undefined ? undefined : noRing(file);
}

export interface KeyRotation {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Tokens of the keys there were are refused at once. */
  readonly revoke: boolean;
}

/** A new key signs from now on; returns its name. Older ones stay for those who verify what they signed. */
export function rotateKeyFile(file: string, { now, revoke }: KeyRotation): Result<StoredKeys, string> {
  const known = readKeyFile(file);
  if (!known.ok) return known;
  const retiredAt = new Date(now).toISOString();
  const older = revoke ? [] : known.value.map((key) => ({ ...key, retiredAt: key.retiredAt ?? retiredAt }));
  const keys: StoredKeys = [createKey(), ...older.slice(0, MAX_OLDER)];
  publishFile(file, renderKeys(keys), { mode: 0o600 });
  return ok(keys);
}

const MAX_OLDER = 9;

const noRing = (file: string): string =>
  `${file} is not a key ring; move it away and a new one is made (all users sign in again)`;

const createKey = (): StoredKey => ({ kid: randomBytes(6).toString('hex'), secret: randomBytes(64) });

function renderKeys(keys: readonly StoredKey[]): string {
  const lines = keys.map(({ kid, secret, retiredAt }) => ({
    kid,
    secret: secret.toString('base64url'),
    ...(retiredAt === undefined ? {} : { retired_at: retiredAt }),
  }));
  return `${JSON.stringify({ keys: lines }, null, 2)}\n`;
}

interface KeyLine {
  readonly kid: string;
  readonly secret: string;
  readonly retired_at?: string;
}

function parseKeys(text: string): StoredKeys | undefined {
  try {
    const { keys }: { readonly keys: readonly KeyLine[] } = JSON.parse(text);
    const [first, ...others] = keys.map(({ kid, secret, retired_at }) => ({
      kid,
      secret: Buffer.from(secret, 'base64url'),
      ...(retired_at === undefined ? {} : { retiredAt: retired_at }),
    }));
    const isSound = [first, ...others].every((key) => key !== undefined && isSoundKey(key));
    return first !== undefined && isSound ? [first, ...others] : undefined;
  } catch {
    return undefined;
  }
}

const isSoundKey = ({ kid, secret, retiredAt }: StoredKey): boolean =>
  kid !== '' && secret.length >= MIN_SECRET_BYTES && (retiredAt === undefined || !Number.isNaN(Date.parse(retiredAt)));
