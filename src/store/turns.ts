/** Keeps long work on the main thread from stalling the process: signals, timers and other stages want it too. */
import { setImmediate as nextTurn } from 'node:timers/promises';

const TURN_MS = 25;

/** Call it between small pieces of work and await what it returns, if anything. */
export function createTurns(): () => Promise<void> | undefined {
  let started = performance.now();
  const giveWay = async (): Promise<void> => {
    await nextTurn();
    started = performance.now();
  };
  return () => (performance.now() - started < TURN_MS ? undefined : giveWay());
}
