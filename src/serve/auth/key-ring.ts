/**
 * The keys that sign and verify tokens: one current, and those before it as long as a token of theirs can
 * live. A key is named by its `kid`; its bytes are nowhere but in a CryptoKey.
 *
 * Invariant: whoever remembers that a token was verified asks `generation` whether that still counts.
 */
import { createHash, webcrypto } from 'node:crypto';
import { err, ok, type Result } from '../../lib/result.ts';
import { MIN_SECRET_BYTES, readKeyFile, type StoredKeys } from './key-file.ts';

export interface KeyRing {
  readonly current: SigningKey;
  /** undefined: no such key, or one whose tokens have all expired. */
  find(kid: string): SigningKey | undefined;
  /** Changes when keys do. */
  generation(): number;
}

export interface SigningKey {
  readonly kid: string;
  readonly key: webcrypto.CryptoKey;
}

export interface FileKeyRing extends KeyRing {
  /** Reads the file again. A file that cannot be used changes nothing; the error says so. */
  refresh(): Promise<Result<void, string>>;
}

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
  const only = { kid, key: await importKey(Buffer.from(secret)) };
  return { current: only, find: (asked) => (asked === kid ? only : undefined), generation: () => 0 };
}

export interface FileKeys {
  readonly file: string;
  /** Of a token: so long a retired key is still asked for. */
  readonly lifetimeMs: number;
  readonly now: () => number;
}

/** From a file, made with a random key when it is not there. */
export async function keyRingFromFile({ file, lifetimeMs, now }: FileKeys): Promise<Result<FileKeyRing, string>> {
  const stored = readKeyFile(file);
  if (!stored.ok) return stored;
  let generation = 0;
  let keys = await importAll(stored.value);
  const isGood = ({ retiredAt }: ImportedKey): boolean =>
    retiredAt === undefined || now() < Date.parse(retiredAt) + lifetimeMs;

  return ok({
    get current() {
      return keys[0];
    },
    find(kid) {
      const found = keys.find((key) => key.kid === kid);
      return found !== undefined && isGood(found) ? found : undefined;
    },
    generation: () => generation,
    async refresh() {
      const read = readKeyFile(file);
      if (!read.ok) return err(read.error);
      const names = read.value.map(({ kid }) => kid).join();
      if (names === keys.map(({ kid }) => kid).join()) return ok(undefined);
      keys = await importAll(read.value);
      generation += 1;
      return ok(undefined);
    },
  });
}

interface ImportedKey extends SigningKey {
  readonly retiredAt: string | undefined;
}

async function importAll([first, ...others]: StoredKeys): Promise<[ImportedKey, ...ImportedKey[]]> {
  return [await importStored(first), ...(await Promise.all(others.map(importStored)))];
}

const importStored = async ({ kid, secret, retiredAt }: StoredKeys[number]): Promise<ImportedKey> => ({
  kid,
  key: await importKey(secret),
  retiredAt,
});

/** Once, at the start: importing at each use costs more than the signature. */
const importKey = (secret: Uint8Array): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
