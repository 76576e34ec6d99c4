/** A few of the random kills that `bench/crash.ts` does by the hundred. */
import { expect, onTestFinished, test } from 'vitest';
import { createRandom } from '../../src/lib/random.ts';
import { createKillTrials, type TrialReport } from '../support/kill/trial.ts';

test('killed at any moment, nothing is lost, nothing half-written stays, and the next run ends in the right bytes', async () => {
  const { trial, remove } = await createKillTrials(createRandom(2));
  onTestFinished(remove);
  const reports: TrialReport[] = [];
  for (let n = 0; n < 8; n += 1) reports.push(await trial());
  expect(reports.filter(({ faults }) => faults.length > 0)).toEqual([]);
  expect(reports.flatMap(({ kills }) => kills).some(({ moment }) => moment !== 'had ended')).toBe(true);
}, 180_000);
