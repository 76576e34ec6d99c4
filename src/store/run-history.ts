/**
 * Who ran a stage, when, how long, why and how it ended: what the lock entry must not hold, because
 * it differs between machines. One file a stage and run; never read to decide anything.
 */
import { join } from 'node:path';
import { compareCodeUnits, type Json } from '../lib/canonical-json.ts';
import type { Fingerprint } from '../core/fingerprint.ts';
import { lockName } from '../core/lock-file.ts';
import type { Layout } from './layout.ts';
import { publishFile } from './publish.ts';
import { listIfThere, readTextIfThere } from './read-if-there.ts';

export interface StageRun {
  readonly stage: string;
  readonly run: string;
  readonly fingerprint: Fingerprint;
  readonly outcome: 'ran' | 'failed' | 'stopped';
  /** As `encodeReason` writes them. */
  readonly reasons: readonly Json[];
  /** ISO 8601. */
  readonly started: string;
  readonly ms: number;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly host: string;
  /** Root-relative. */
  readonly logFile: string;
}

export function writeStageRun(layout: Layout, stageRun: StageRun): void {
  // Not durable: losing it costs a line of history, and waiting for the disk costs every stage.
  publishFile(join(folderOf(layout, stageRun.stage), `${stageRun.run}.json`), `${JSON.stringify(stageRun)}\n`, {
    durable: false,
  });
}

/** Oldest first: run ids begin with their time. */
export function listStageRuns(layout: Layout, stage: string): readonly StageRun[] {
  return runFiles(layout, stage).flatMap((name) => readStageRun(join(folderOf(layout, stage), name)) ?? []);
}

/** Root-relative. */
export const logPath = (stage: string, run: string): string => `.pipe/logs/${lockName(stage)}/${run}.log`;

function runFiles(layout: Layout, stage: string): readonly string[] {
  return listIfThere(folderOf(layout, stage))
    .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
    .sort(compareCodeUnits);
}

function readStageRun(file: string): StageRun | undefined {
  const text = readTextIfThere(file);
  if (text === undefined || !text.endsWith('}\n')) return undefined; // torn by a power cut
  const stageRun: StageRun = JSON.parse(text);
  return stageRun;
}

const folderOf = ({ runs }: Layout, stage: string): string => join(runs, lockName(stage));
