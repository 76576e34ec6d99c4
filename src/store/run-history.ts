/**
 * Who ran a stage, when, how long, why and how it ended: what the lock entry must not hold, because
 * it differs between machines. One line a stage and run, oldest first; never read to decide anything.
 *
 * Lines are appended whole by one write, so processes side by side do not mix them. A line torn by
 * a power cut is skipped.
 */
import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Fingerprint } from '../core/fingerprint.ts';
import { stageLockName } from '../core/lock-name.ts';
import type { Json } from '../lib/canonical-json.ts';
import type { Layout } from './layout.ts';
import { readTextIfThere } from './read-if-there.ts';

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

export function addStageRun(layout: Layout, stageRun: StageRun): void {
  if (!existsSync(layout.runs)) mkdirSync(layout.runs, { recursive: true });
  appendFileSync(historyFile(layout), `${JSON.stringify(stageRun)}\n`, { mode: 0o644 });
}

/** Oldest first. */
export function listStageRuns(layout: Layout, stage: string): readonly StageRun[] {
  return listAllRuns(layout).filter((stageRun) => stageRun.stage === stage);
}

/** Milliseconds of the latest run that ended well, by fingerprint. */
export function durationsByFingerprint(layout: Layout): ReadonlyMap<Fingerprint, number> {
  const ended = listAllRuns(layout).filter(({ outcome }) => outcome === 'ran');
  return new Map(ended.map(({ fingerprint, ms }) => [fingerprint, ms]));
}

/** Root-relative. */
export const logPath = (stage: string, run: string): string => `.pipe/logs/${stageLockName(stage)}/${run}.log`;

/** Of all stages, oldest first. */
export function listAllRuns(layout: Layout): readonly StageRun[] {
  const lines = (readTextIfThere(historyFile(layout)) ?? '').split('\n');
  return lines.flatMap((line) => parseLine(line) ?? []);
}

function parseLine(line: string): StageRun | undefined {
  if (!line.endsWith('}')) return undefined;
  try {
    const stageRun: StageRun = JSON.parse(line);
    return stageRun;
  } catch {
    return undefined;
  }
}

const historyFile = ({ runs }: Layout): string => join(runs, 'history.ndjson');
