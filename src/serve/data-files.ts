/** What stands where in a daemon's data directory. */
import { join } from 'node:path';

export interface DataFolder {
  /** Absolute. */
  readonly dataDir: string;
}

export const databaseFile = ({ dataDir }: DataFolder): string => join(dataDir, 'serve.db');
/** Held by the daemon of a data directory. */
export const lockFile = ({ dataDir }: DataFolder): string => join(dataDir, 'daemon.lock');
/** Keys that sign tokens. */
export const keysFile = ({ dataDir }: DataFolder): string => join(dataDir, 'keys.json');
/** The key that seals the audit. */
export const auditKeyFile = ({ dataDir }: DataFolder): string => join(dataDir, 'audit.key');
/** One folder an asynchronous prediction. */
export const predictJobFolder = ({ dataDir }: DataFolder): string => join(dataDir, 'jobs');
/** Of a retrain: its id is ours, never a caller's text. */
export const retrainLogFile = (folder: string, id: string): string => join(folder, `${id}.log`);
/** One log a retrain. */
export const retrainLogFolder = ({ dataDir }: DataFolder): string => join(dataDir, 'retrain');
