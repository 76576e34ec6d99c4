import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { answerJson } from '../../src/serve/answer.ts';
import { startServer } from '../../src/serve/server.ts';

test('an answer that takes longer than a caller may be silent is waited for', async () => {
  const limits = { headers: 1_000, idleBody: 250, wholeRequest: 60_000, keepAlive: 50, check: 20 };
  const started = await startServer({
    host: '127.0.0.1',
    port: 0,
    newId: () => 'id',
    limits,
    fetch: async () => {
      await sleep(1_000); // four times as long as silence is borne
      return answerJson({ done: true });
    },
  });
  if (!started.ok) throw started.error;
  onTestFinished(() => started.value.close(0));
  const response = await fetch(`http://127.0.0.1:${started.value.port}/`, { method: 'POST', body: 'x' });
  expect(await response.json()).toEqual({ done: true });
});
