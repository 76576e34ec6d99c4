/** Which keys sign tokens: those of the given secret, else those in the data directory, followed when they are rotated. */
import { err, ok, type Result } from '../lib/result.ts';
import { findRingFault } from './auth/key-file.ts';
import { findSecretFault, keyRingFromFile, keyRingFromSecret, type KeyRing } from './auth/key-ring.ts';
import { keysFile } from './data-files.ts';
import { readSecret } from './secret.ts';
import type { Secret, ServeSettings } from './settings.ts';
import { watchFile } from './watch.ts';

type KeySettings = Pick<ServeSettings, 'secret' | 'dataDir' | 'tokenLifetimeS'>;

export interface OpenedKeys {
  readonly keys: KeyRing;
  /** Follows the file from now on; returns how to stop. */
  readonly follow: (onProblem: (problem: string) => void) => () => void;
}

const POLL_MS = 500;

/** The error says which secret cannot be used, and why. */
export async function openKeys({ secret, dataDir, tokenLifetimeS }: KeySettings): Promise<Result<OpenedKeys, string>> {
  if (secret !== undefined) {
    const text = readGiven(secret);
    return text.ok ? ok({ keys: await keyRingFromSecret(text.value), follow: () => () => undefined }) : text;
  }
  const file = keysFile({ dataDir });
  const ring = await keyRingFromFile({ file, lifetimeMs: tokenLifetimeS * 1000, now: Date.now });
  if (!ring.ok) return ring;
  return ok({
    keys: ring.value,
    follow(onProblem) {
      let told: string | undefined;
      const look = async (): Promise<void> => {
        const read = await ring.value.refresh();
        if (!read.ok && read.error !== told) onProblem(read.error);
        told = read.ok ? undefined : read.error;
      };
      const refresh = (): void => void look().catch((error: unknown) => onProblem(String(error)));
      const unwatch = watchFile(file, refresh);
      const timer = setInterval(refresh, POLL_MS);
      return () => {
        clearInterval(timer);
        unwatch();
      };
    },
  });
}

/** What would stand in the way of `openKeys`, without making a key. */
export function findKeysFault({ secret, dataDir }: Pick<KeySettings, 'secret' | 'dataDir'>): string | undefined {
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
