/** What a person at the machine may do with the keys that sign tokens. The daemon sees it within a second. */
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { appendAudit } from '../store/database/audit.ts';
import { openDatabase } from '../store/database/open.ts';
import { openAuditKey } from './audit-key.ts';
import { rotateKeyFile } from './auth/key-file.ts';
import { databaseFile, keysFile, type DataFolder } from './data-files.ts';

export interface RotationReport {
  /** Name of the key that signs from now on. */
  readonly kid: string;
  /** Keys whose tokens are still accepted until they expire. */
  readonly older: number;
}

const BUSY_MS = 5_000;

/** With its line in the audit, which is written first: a rotation nobody recorded must not be there. */
export async function rotateKeys(
  folder: DataFolder,
  { revoke }: { readonly revoke: boolean },
): Promise<Result<RotationReport, Failure>> {
  const opened = await openDatabase({ file: databaseFile(folder), busyTimeoutMs: BUSY_MS });
  if (!opened.ok) return opened;
  try {
    const now = Date.now();
    const entry = { actor: 'command line', action: 'keys.rotate', subject: 'keys', detail: { revoke } };
    await opened.value.query
      .transaction()
      .execute((query) =>
        appendAudit({ query, key: openAuditKey(folder.dataDir) }, { at: new Date(now).toISOString(), ...entry }),
      );
    const rotated = rotateKeyFile(keysFile(folder), { now, revoke });
    if (!rotated.ok) return err({ code: 'serve-refused', problem: rotated.error });
    const [current, ...older] = rotated.value;
    return ok({ kid: current.kid, older: older.length });
  } finally {
    await opened.value.close();
  }
}
