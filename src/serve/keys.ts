/** Which keys sign tokens: those of the given secret, else those in the data directory. */
import { err, ok, type Result } from '../lib/result.ts';
import { findRingFault, findSecretFault, keyRingFromFile, keyRingFromSecret, type KeyRing } from './auth/key-ring.ts';
import { keysFile } from './data-files.ts';
import { readSecret } from './secret.ts';
import type { Secret, ServeSettings } from './settings.ts';

type KeySettings = Pick<ServeSettings, 'secret' | 'dataDir'>;

/** The error says which secret cannot be used, and why. */
export async function openKeyRing({ secret, dataDir }: KeySettings): Promise<Result<KeyRing, string>> {
  if (secret === undefined) return keyRingFromFile(keysFile({ dataDir }));
  const text = readGiven(secret);
  return text.ok ? ok(await keyRingFromSecret(text.value)) : text;
}

/** What would stand in the way of `openKeyRing`, without making a key. */
export function findKeysFault({ secret, dataDir }: KeySettings): string | undefined {
  if (secret === undefined) return findRingFault(keysFile({ dataDir }));
  const text = readGiven(secret);
  return text.ok ? undefined : text.error;
}

function readGiven(secret: Secret): Result<string, string> {
  const text = readSecret(secret);
  if (!text.ok) return text;
  const fault = findSecretFault(text.value);
  return fault === undefined ? text : err(`${'file' in secret ? secret.file : 'SECRET_KEY'} ${fault}`);
}
