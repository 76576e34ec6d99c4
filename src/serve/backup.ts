/**
 * A copy of a data directory that can be taken while the daemon runs, and put back when it does not.
 * Models are not in it: the registry is a folder of immutable files that any copy program copies.
 *
 * Invariant: a backup has its name only when it is whole, and restoring never writes over what is there.
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { listAudit, findBrokenSeal } from '../store/database/audit.ts';
import { acquireExclusive } from '../store/database/exclusive.ts';
import { inspectDatabase, type Inspected } from '../store/database/inspect.ts';
import { openDatabase } from '../store/database/open.ts';
import { openAuditKey } from './audit-key.ts';
import { auditKeyFile, databaseFile, keysFile, lockFile, type DataFolder } from './data-files.ts';

export interface BackupReport extends Inspected {
  readonly folder: string;
}

const BUSY_MS = 5_000;

/** `target`: absolute, and not there yet. */
export function createBackup(folder: DataFolder, target: string): Result<BackupReport, Failure> {
  const file = databaseFile(folder);
  if (!existsSync(file)) return err(refused(`there is no database in ${folder.dataDir}`));
  if (existsSync(target)) return err(refused(`${target} is there already`));
  const unfinished = join(dirname(target), `.tmp-${basename(target)}-${process.pid}`);
  try {
    mkdirSync(unfinished, { recursive: true, mode: 0o700 });
    const copy = databaseFile({ dataDir: unfinished });
    const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
    try {
      // One read transaction: a moment of the database, whatever is written meanwhile.
      database.prepare('vacuum into ?').run(copy);
    } finally {
      database.close();
    }
    chmodSync(copy, 0o600);
    for (const nameOf of KEYS) if (existsSync(nameOf(folder))) copyKey(nameOf(folder), nameOf({ dataDir: unfinished }));
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    return err(refused(`the backup could not be written: ${error instanceof Error ? error.message : 'unknown error'}`));
  }
  return inspectBackup(target);
}

const KEYS = [keysFile, auditKeyFile];

function copyKey(from: string, to: string): void {
  copyFileSync(from, to);
  chmodSync(to, 0o600);
}

/** Whole database, whole audit. Nothing in the backup is changed. */
export async function verifyBackup(target: string): Promise<Result<BackupReport, Failure>> {
  const report = inspectBackup(target);
  if (!report.ok) return report;
  const opened = await openDatabase({ file: databaseFile({ dataDir: target }), busyTimeoutMs: BUSY_MS });
  if (!opened.ok) return opened;
  const lines = await listAudit(opened.value);
  await opened.value.close();
  if (lines.length > 0 && !existsSync(auditKeyFile({ dataDir: target })))
    return err(refused(`${target} has no audit.key: its audit cannot be verified`));
  const brokenAt = lines.length === 0 ? undefined : findBrokenSeal(lines, openAuditKey(target));
  return brokenAt === undefined ? report : err(refused(`line ${brokenAt} of the audit is not what was written`));
}

/** Into a data directory that has no database and no daemon. */
export async function restoreBackup(folder: DataFolder, target: string): Promise<Result<BackupReport, Failure>> {
  const verified = await verifyBackup(target);
  if (!verified.ok) return verified;
  const exclusive = acquireExclusive(lockFile(folder));
  if (exclusive === undefined) return err(refused(`a daemon uses ${folder.dataDir}; stop it first`));
  try {
    const there = [databaseFile, ...KEYS].map((nameOf) => nameOf(folder)).find((file) => existsSync(file));
    if (there !== undefined) return err(refused(`${there} is there already; move it away first`));
    // The database last: without it the folder counts as empty.
    for (const nameOf of [...KEYS, databaseFile])
      if (existsSync(nameOf({ dataDir: target }))) copyKey(nameOf({ dataDir: target }), nameOf(folder));
    return ok({ ...verified.value, folder: folder.dataDir });
  } finally {
    exclusive.release();
  }
}

function inspectBackup(target: string): Result<BackupReport, Failure> {
  const inspected = inspectDatabase(databaseFile({ dataDir: target }));
  if (!inspected.ok) return err(refused(`${target}: ${inspected.error}`));
  if (inspected.value === undefined) return err(refused(`${target} is no backup: it has no serve.db`));
  return ok({ ...inspected.value, folder: target });
}

const refused = (problem: string): Failure => ({ code: 'serve-refused', problem });
