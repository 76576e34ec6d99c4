/** How long a daemon takes from its start to its first prediction: with keys, accounts and a code cache of before. */
import { spawnSync } from 'node:child_process';
import { median } from '../support/measure.ts';
import { type Place, QUESTION, signIn, startPipe, stop } from './place.ts';

/** Milliseconds. */
export interface FirstAnswer {
  readonly pipeMs: number;
  /** `node -e 0`: what no program of Node's can be quicker than. */
  readonly nodeMs: number;
}

export async function timeFirstAnswer(place: Place, rounds: number): Promise<FirstAnswer> {
  const first = await startPipe(place);
  const token = await signIn(first.port);
  await stop(first);
  const pipe: number[] = [];
  const node: number[] = [];
  for (let round = 0; round < rounds; round++) {
    let started = performance.now();
    spawnSync(process.execPath, ['-e', '0']);
    node.push(performance.now() - started);
    started = performance.now();
    const daemon = await startPipe(place);
    await predict(daemon.port, token);
    pipe.push(performance.now() - started);
    await stop(daemon);
  }
  return { pipeMs: median(pipe), nodeMs: median(node) };
}

async function predict(port: number, token: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/predict`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: QUESTION,
  });
  if (response.status !== 200) throw new Error(`the first prediction: ${response.status} ${await response.text()}`);
}
