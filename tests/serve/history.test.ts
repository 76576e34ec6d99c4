import { expect, onTestFinished, test, vi } from 'vitest';
import { createHistory } from '../../src/serve/history.ts';
import type { PredictionTuple } from '../../src/store/database/predictions.ts';

const WAIT = { timeout: 30_000, interval: 5 };

const row = (id: number): PredictionTuple => [String(id), 'alice', 'm', '1', 'sha', '{}', '1', 0.5, 'now'];

/** A writer that the test lets go, or fails. */
function createWriter() {
  const written: string[] = [];
  const held: { readonly release: () => void; readonly fail: () => void }[] = [];
  const store = {
    appendPredictions: (rows: readonly PredictionTuple[]) =>
      new Promise<void>((resolve, reject) => {
        held.push({
          release: () => {
            written.push(...rows.map(([id]) => id));
            resolve();
          },
          fail: () => reject(new Error('disk full')),
        });
      }),
  };
  return { written, held, store };
}

test('rows go out in batches, in the order in which they came, without waiting for the batch before', async () => {
  const { written, held, store } = createWriter();
  const history = createHistory({ store, capacity: 10, onError: () => undefined });
  history.append(row(1));
  history.append(row(2));
  await vi.waitUntil(() => held.length === 1, WAIT);
  history.append(row(3));
  await vi.waitUntil(() => held.length === 2, WAIT);
  held.forEach(({ release }) => release());
  await history.flush(1_000);
  expect(written).toEqual(['1', '2', '3']);
});

test('a row is handed over half of 50 ms after it came, however few there are', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { held, store } = createWriter();
  const history = createHistory({ store, capacity: 10, onError: () => undefined });
  history.append(row(1));
  vi.advanceTimersByTime(20);
  history.append(row(2));
  vi.advanceTimersByTime(5);
  expect([held.length, history.depth()]).toEqual([1, 2]);
});

test('rows under way count: when the writer falls behind, the next is refused', async () => {
  const { held, store } = createWriter();
  const history = createHistory({ store, capacity: 2, onError: () => undefined });
  expect([history.append(row(1)), history.append(row(2)), history.append(row(3))]).toEqual([true, true, false]);
  await vi.waitUntil(() => held.length === 1, WAIT);
  expect(history.append(row(4))).toBe(false);
  held[0]?.release();
  await vi.waitUntil(() => history.append(row(5)), WAIT);
});

test('a failed write is said once and tried again; until it succeeds rows are refused', async () => {
  const { written, held, store } = createWriter();
  const errors: unknown[] = [];
  const history = createHistory({ store, capacity: 10, onError: (error) => errors.push(error) });
  history.append(row(1));
  await vi.waitUntil(() => held.length === 1, WAIT);
  held[0]?.fail();
  await vi.waitUntil(() => errors.length === 1, WAIT);
  expect(history.append(row(2))).toBe(false);
  await vi.waitUntil(() => held.length === 2, WAIT);
  held[1]?.release();
  await history.flush(1_000);
  expect(written).toEqual(['1']);
  expect(history.append(row(3))).toBe(true);
});

test('waiting for a disk that never comes back has an end', async () => {
  const { store } = createWriter();
  const history = createHistory({ store, capacity: 10, onError: () => undefined });
  history.append(row(1));
  await expect(history.flush(50)).resolves.toBeUndefined();
});
