/** A person at the machine looks one prediction up; the daemon may be running or not. Changes nothing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { openReader } from '../store/database/open.ts';
import { createPredictionReader } from '../store/database/prediction-reader.ts';
import { systemFailure } from '../store/system-failure.ts';
import { renderKept } from './kept-prediction.ts';

export interface FoundPrediction {
  /** As `GET /api/v1/predictions/{id}` answers. */
  readonly shown: ReturnType<typeof renderKept>;
  readonly model: string;
  readonly version: string;
  /** Of the model file that answered. */
  readonly sha: string;
}

const BUSY_MS = 5_000;

/** Failures: not-traceable, system. */
export function findPrediction(dataDir: string, id: string): Result<FoundPrediction, Failure> {
  const file = join(dataDir, 'serve.db');
  const unknown: Failure = {
    code: 'not-traceable',
    target: id,
    problem: `is no prediction in the history in ${dataDir}`,
  };
  if (!existsSync(file)) return err(unknown);
  try {
    const database = openReader({ file, busyTimeoutMs: BUSY_MS });
    try {
      const row = createPredictionReader(database).findPrediction(id.toLowerCase());
      if (row === undefined) return err(unknown);
      return ok({ shown: renderKept(row), model: row.model, version: row.model_version, sha: row.model_sha });
    } finally {
      database.close();
    }
  } catch (error) {
    return err(systemFailure(error, { operation: 'read', path: file }));
  }
}
