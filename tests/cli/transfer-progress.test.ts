/** The line of a transfer: what stands on the screen after so much time, told by a clock of the test's own. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { createTransferProgress } from '../../src/cli/transfer-progress.ts';
import { createScreen } from './screen.ts';

const MIB = 1024 * 1024;
const KIB = 1024;

function opened(columns: number) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const screen = createScreen(columns);
  return { screen, ...createTransferProgress(screen.context, 'pushing') };
}

test('many small files are not about to end because their bytes are few', () => {
  const { screen, onProgress, close } = opened(120);
  const total = { totalObjects: 4003, totalBytes: 404 * MIB };
  onProgress({ objects: 3, bytes: 400 * MIB, ...total });
  vi.advanceTimersByTime(150);
  expect(screen.lines()).toEqual(['pushing 3 of 4003 objects · 400.0 MiB of 404.0 MiB']);
  onProgress({ objects: 1003, bytes: 400 * MIB + 1000 * KIB, ...total });
  vi.advanceTimersByTime(1050);
  expect(screen.lines().join()).toMatch(/1003 of 4003 objects · 401\.0 MiB of 404\.0 MiB · .*KiB\/s · 3\.\d s left$/);
  close();
  expect(screen.lines()).toEqual([]);
});

test('when all has travelled no time is left to tell, and shortly before it is less than a second', () => {
  const { screen, onProgress, close } = opened(120);
  const total = { totalObjects: 1, totalBytes: 100 * MIB };
  onProgress({ objects: 0, bytes: 0, ...total });
  vi.advanceTimersByTime(150);
  onProgress({ objects: 0, bytes: 95 * MIB, ...total });
  vi.advanceTimersByTime(1050);
  expect(screen.lines().join()).toMatch(/MiB\/s · less than 1 s left$/);
  onProgress({ objects: 1, bytes: 100 * MIB, ...total });
  vi.advanceTimersByTime(150);
  expect(screen.lines().join()).toMatch(/1 of 1 objects · 100\.0 MiB of 100\.0 MiB · [\d.]+ MiB\/s$/);
  close();
});

test('the line is cut where a narrow window ends', () => {
  const { screen, onProgress, close } = opened(40);
  onProgress({ objects: 3, bytes: 400 * MIB, totalObjects: 4003, totalBytes: 404 * MIB });
  vi.advanceTimersByTime(150);
  expect(screen.lines()).toHaveLength(1);
  expect(screen.width(screen.lines()[0] ?? '')).toBeLessThan(40);
  close();
});
