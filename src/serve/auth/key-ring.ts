/**
 * The keys that sign tokens: one current, and those before it as long as a token of theirs can live.
 * A key is named by its `kid`; which bytes it has never leaves this module except as a CryptoKey.
 *
 * Invariant: the file is readable by its owner only, and a key shorter than the digest is never used.
 */
import { createHash, randomBytes, webcrypto } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { publishFile } from '../../store/publish.ts';
import { readTextIfThere } from '../../store/read-if-there.ts';
import { err, ok, type Result } from '../../lib/result.ts';

export interface KeyRing {
  readonly current: SigningKey;
  /** undefined: no such key, or one that has been retired. */
  find(kid: string): SigningKey | undefined;
}

export interface SigningKey {
  readonly kid: string;
  readonly key: webcrypto.CryptoKey;
}

const MIN_SECRET_BYTES = 32;

/** Values that stand in published examples: whoever left one in place has no secret. */
const PLACEHOLDER = /^(your[-_ ]|change[-_ ]?(me|this)|replace[-_ ]|example|secret[-_ ]?key|insert[-_ ]|todo|xxx+|<)/i;

/** The error says why the secret cannot be used. */
export function findSecretFault(secret: string): string | undefined {
  if (PLACEHOLDER.test(secret.trim())) return 'is a placeholder from an example';
  if (Buffer.byteLength(secret) < MIN_SECRET_BYTES) return `is shorter than ${MIN_SECRET_BYTES} bytes`;
  if (new Set(secret).size < 8) return 'repeats a few characters';
  return undefined;
}

/** From SECRET_KEY: the same secret gives the same `kid` in every process that has it. */
export async function keyRingFromSecret(secret: string): Promise<KeyRing> {
  const kid = `env-${createHash('sha256').update(`kid\0${secret}`).digest('hex').slice(0, 12)}`;
  return ringOf([{ kid, key: await importKey(Buffer.from(secret)) }]);
}

/** From a file, made with a random key when it is not there. */
export async function keyRingFromFile(file: string): Promise<Result<KeyRing, string>> {
  const text = readTextIfThere(file);
  if (text === undefined) publishFile(file, renderKeys([createKey()]), { mode: 0o600 });
  const keys = parseKeys(text ?? readTextIfThere(file) ?? '');
  if (keys === undefined) return err(noRing(file));
  chmodSync(file, 0o600);
  return ok(ringOf(await Promise.all(keys.map(async ({ kid, secret }) => ({ kid, key: await importKey(secret) })))));
}

/** undefined: the file is a key ring, or is not there and will be made. */
export function findRingFault(file: string): string | undefined {
  const text = readTextIfThere(file);
  return text === undefined || parseKeys(text) !== undefined ? undefined : noRing(file);
}

const noRing = (file: string): string =>
  `${file} is not a key ring; move it away and a new one is made (all users sign in again)`;

interface StoredKey {
  readonly kid: string;
  readonly secret: Buffer;
}

function ringOf(keys: readonly SigningKey[]): KeyRing {
  const [current] = keys;
  if (current === undefined) throw new Error('a key ring holds at least one key');
  const byKid = new Map(keys.map((key) => [key.kid, key]));
  return { current, find: (kid) => byKid.get(kid) };
}

const createKey = (): StoredKey => ({ kid: randomBytes(6).toString('hex'), secret: randomBytes(64) });

/** The first key is the current one. */
function renderKeys(keys: readonly StoredKey[]): string {
  const lines = keys.map(({ kid, secret }) => ({ kid, secret: secret.toString('base64url') }));
  return `${JSON.stringify({ keys: lines }, null, 2)}\n`;
}

function parseKeys(text: string): readonly StoredKey[] | undefined {
  try {
    const { keys }: { readonly keys: readonly { readonly kid: string; readonly secret: string }[] } = JSON.parse(text);
    const parsed = keys.map(({ kid, secret }) => ({ kid, secret: Buffer.from(secret, 'base64url') }));
    const isSound =
      parsed.length > 0 && parsed.every(({ kid, secret }) => kid !== '' && secret.length >= MIN_SECRET_BYTES);
    return isSound ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Once, at the start: importing at each use costs more than the signature. */
const importKey = (secret: Uint8Array): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
