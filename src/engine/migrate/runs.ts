/**
 * DVC's run cache, as far as it can be carried: a run of a stage that dvc.yaml defines as it was then, all of whose
 * deps and outs are at hand. Its fingerprint follows from their bytes, as that of a lock entry does.
 *
 * Writes nothing. Data for these runs alone is not fetched: nobody asked for it.
 */
import { type DvcRecord, parseDvcRun } from '../../core/dvc/lock.ts';
import type { Fingerprint } from '../../core/fingerprint.ts';
import type { LockEntry } from '../../core/lock-entry.ts';
import type { Stage } from '../../core/pipeline.ts';
import { readDvcRuns } from '../../store/dvc/dvc-runs.ts';
import { isKept } from '../observe.ts';
import { type Conversion, groupBy, type StagePair } from './convert.ts';
import { type EntryParts, entryOf, type Found } from './entries.ts';

export interface FoundRuns {
  /** How many DVC has. */
  readonly known: number;
  readonly carried: readonly FoundRun[];
}

export interface FoundRun {
  readonly entry: LockEntry;
  readonly outs: ReadonlyMap<string, Found>;
}

export interface RunsParts extends EntryParts {
  readonly conversion: Conversion;
  /** Absolute: caches of DVC, and remotes that are folders. */
  readonly folders: readonly string[];
  readonly signal: AbortSignal;
}

export async function findRuns(parts: RunsParts): Promise<FoundRuns> {
  const pairs = groupBy(
    parts.conversion.stages.filter(({ stage }) => isRestorable(stage)),
    ({ dvc }) => JSON.stringify(dvc.cmd),
  );
  const records = readDvcRuns(parts.folders).flatMap((text) => parseDvcRun(text) ?? []);
  const carried = new Map<Fingerprint, FoundRun>();
  for (const record of records) {
    for (const pair of pairs.get(JSON.stringify(record.cmd)) ?? []) {
      parts.signal.throwIfAborted();
      const run = await runOf(parts, pair, record);
      if (run !== undefined && !carried.has(run.entry.fingerprint)) carried.set(run.entry.fingerprint, run);
    }
  }
  return { known: records.length, carried: [...carried.values()] };
}

/** As `usesRunCache` has it; a pipeline out of DVC owns no state. */
const isRestorable = ({ deps, params, alwaysChanged, outs }: Stage): boolean =>
  deps.length + params.length > 0 && !alwaysChanged && !outs.some(({ persist }) => persist);

async function runOf(
  parts: RunsParts,
  { stage, ...pair }: StagePair,
  record: DvcRecord,
): Promise<FoundRun | undefined> {
  const { entry, outs } = await entryOf(parts, { ...pair, stage, record });
  if (entry === undefined) return undefined;
  const isWhole = stage.outs.every((out) => {
    const found = outs.get(out.path);
    return found !== undefined && isKept(out, found.content);
  });
  return isWhole ? { entry, outs } : undefined;
}
