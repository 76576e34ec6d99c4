/** What a person at the machine may ask of the audit: all of it, and whether anybody touched it. */
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { findBrokenSeal, listAudit } from '../store/database/audit.ts';
import { openDatabase } from '../store/database/open.ts';
import type { AuditRow } from '../store/database/tables.ts';
import { databaseFile } from './data-files.ts';
import { openAuditKey } from './audit-key.ts';

export interface AuditReport {
  readonly lines: readonly AuditRow[];
  /** Seq of the first line that is not what was written; undefined: the audit is whole. */
  readonly brokenAt: number | undefined;
  /** Of the last line; undefined: there is none. */
  readonly head: string | undefined;
}

const BUSY_MS = 5_000;

export async function readAudit(dataDir: string): Promise<Result<AuditReport, Failure>> {
  const opened = await openDatabase({ file: databaseFile({ dataDir }), busyTimeoutMs: BUSY_MS });
  if (!opened.ok) return err(opened.error);
  try {
    const lines = await listAudit(opened.value);
    return ok({ lines, brokenAt: findBrokenSeal(lines, openAuditKey(dataDir)), head: lines.at(-1)?.hash });
  } finally {
    await opened.value.close();
  }
}
