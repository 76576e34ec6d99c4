/**
 * Collects answered predictions and hands them to the writer in batches, so that no request waits
 * for the disk.
 *
 * Invariant: nothing is dropped. What was accepted is written, at the latest 50 ms after the answer;
 * when the writer falls behind or fails, `append` says so and the request is refused.
 */
import type { PredictionTuple } from '../store/database/predictions.ts';
import type { Store } from '../store/database/store.ts';

export interface History {
  /** false: full. The caller must not answer as if it had been kept. */
  append(row: PredictionTuple): boolean;
  /** All of them or none. */
  appendAll(rows: readonly PredictionTuple[]): boolean;
  /** Rows that wait to be written. */
  depth(): number;
  readonly capacity: number;
  /** The last attempt to write failed; rows are refused until one succeeds. */
  isFailing(): boolean;
  /** Resolves when everything appended before has been written, or at the latest after this time. */
  flush(withinMs: number): Promise<void>;
}

export interface HistoryOptions {
  readonly store: Pick<Store, 'appendPredictions'>;
  /** Rows that may wait to be written, collected and under way together. */
  readonly capacity: number;
  /** Of every row that was taken. */
  readonly onAppend?: (row: PredictionTuple) => void;
  readonly onError: (error: unknown) => void;
}

/** Half of what is promised: the other half is the writer's. */
const COLLECT_MS = 25;
const BATCH = 512;
const RETRY_MS = 1_000;

export function createHistory({ store, capacity, onAppend, onError }: HistoryOptions): History {
  let collected: PredictionTuple[] = [];
  let underWay = 0;
  let isFailing = false;
  let timer: NodeJS.Timeout | undefined;
  let written: Promise<void> = Promise.resolve();

  const write = async (rows: readonly PredictionTuple[]): Promise<void> => {
    try {
      await store.appendPredictions(rows);
      underWay -= rows.length;
      isFailing = false;
    } catch (error) {
      if (!isFailing) onError(error);
      // Kept until the disk takes them; meanwhile requests are refused, so nothing is lost.
      isFailing = true;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      return write(rows);
    }
  };
  const send = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (collected.length === 0) return;
    const rows = collected;
    collected = [];
    underWay += rows.length;
    const before = written;
    const mine = write(rows);
    written = before.then(() => mine);
  };

  const hasRoomFor = (rows: number): boolean => !isFailing && collected.length + underWay + rows <= capacity;
  const collect = (row: PredictionTuple): void => {
    collected.push(row);
    onAppend?.(row);
    if (collected.length >= BATCH) send();
    else timer ??= setTimeout(send, COLLECT_MS);
  };

  return {
    capacity,
    depth: () => collected.length + underWay,
    isFailing: () => isFailing,
    append(row) {
      if (!hasRoomFor(1)) return false;
      collect(row);
      return true;
    },
    appendAll(rows) {
      if (!hasRoomFor(rows.length)) return false;
      for (const row of rows) collect(row);
      return true;
    },
    async flush(withinMs) {
      send();
      let timeout: NodeJS.Timeout | undefined;
      const given = new Promise<void>((resolve) => {
        timeout = setTimeout(resolve, withinMs);
      });
      await Promise.race([written, given]);
      clearTimeout(timeout);
    },
  };
}
