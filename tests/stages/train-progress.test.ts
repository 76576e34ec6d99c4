import { expect, test } from 'vitest';
import { createTrainProgress } from '../../stages/lib/train-progress.ts';

/** What is said of a training whose rounds take so long each. */
function said(rounds: number, roundMs: number): readonly string[] {
  const lines: string[] = [];
  let at = 1000;
  const report = createTrainProgress({ say: (text) => lines.push(text), now: () => at });
  for (let round = 1; round <= rounds; round++) {
    at += roundMs;
    report({ round, rounds, score: () => ({ loss: 1 / round, on: 'training rows' }) });
  }
  return lines;
}

test('a short training says ten times where it is, with round and score', () => {
  const lines = said(100, 1);
  expect(lines).toHaveLength(10);
  expect(lines[0]).toBe('round 10 of 100, log loss 0.1000 on training rows');
});

test('a long one says so every ten seconds, with the time left', () => {
  const lines = said(100, 4000);
  expect(lines.length).toBeGreaterThan(30);
  expect(lines[0]).toBe('round 3 of 100, log loss 0.3333 on training rows, 6 min 28 s left');
  expect(lines.at(-1)).toBe('round 100 of 100, log loss 0.0100 on training rows');
});
