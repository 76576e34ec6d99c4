/** The key that seals the audit: a file of its own, so that the database alone cannot be forged. */
import { randomBytes } from 'node:crypto';
import { auditKeyFile } from './data-files.ts';
import { publishFile } from '../store/publish.ts';
import { readBytesIfThere } from '../store/read-if-there.ts';

const KEY_BYTES = 32;

/** Made when it is not there. */
export function openAuditKey(dataDir: string): Uint8Array {
  const file = auditKeyFile({ dataDir });
  const known = readBytesIfThere(file);
  if (known !== undefined && known.length >= KEY_BYTES) return known;
  const key = randomBytes(KEY_BYTES);
  publishFile(file, key, { mode: 0o600 });
  return key;
}
