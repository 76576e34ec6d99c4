import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createLoad } from '../../src/serve/load.ts';

const block = (ms: number): void => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};

function start(maxLagMs: number) {
  const load = createLoad({ maxInFlight: 2, maxLagMs });
  onTestFinished(load.stop);
  return load;
}

test('as many requests as allowed, and no more', () => {
  const load = start(60_000);
  const enter = () => {
    load.enter();
    return load.hasRoom();
  };
  expect([enter(), enter(), enter()]).toEqual([true, true, false]);
  load.leave();
  expect(load.hasRoom()).toBe(true);
  expect(load.inFlight()).toBe(2);
});

test('a loop that stays late refuses; once it is on time again it takes requests', async () => {
  const load = start(200);
  await sleep(100);
  for (let i = 0; i < 6; i++) {
    block(500);
    await sleep(0);
  }
  expect(load.hasRoom()).toBe(false);
  await vi.waitUntil(load.hasRoom, { timeout: 30_000 });
});
