/** How long a daemon takes from its start to its first prediction: with keys, accounts and a code cache of before. */
import { median, run, type Taken } from '../support/measure.ts';
import { cpuOf, type Place, QUESTION, signIn, startPipe, stop } from './place.ts';

/** Milliseconds. */
export interface FirstAnswer {
  readonly pipeMs: number;
  /** Of all threads until then. */
  readonly pipeCpuMs: number;
  /** `node -e 0`: what no program of Node's can be quicker than. */
  readonly nodeMs: number;
  readonly nodeCpuMs: number;
}

export async function timeFirstAnswer(place: Place, rounds: number): Promise<FirstAnswer> {
  const first = await startPipe(place);
  const token = await signIn(first.port);
  await stop(first);
  const pipe: Taken[] = [];
  const node: Taken[] = [];
  for (let round = 0; round < rounds; round++) {
    node.push(run({ cwd: place.root, program: process.execPath, args: ['-e', '0'] }));
    const started = performance.now();
    const daemon = await startPipe(place);
    await predict(daemon.port, token);
    pipe.push({ wall: performance.now() - started, cpu: cpuOf(daemon.child) / 1000 });
    await stop(daemon);
  }
  const of = (taken: readonly Taken[], key: keyof Taken): number => median(taken.map((one) => one[key]));
  return {
    pipeMs: of(pipe, 'wall'),
    pipeCpuMs: of(pipe, 'cpu'),
    nodeMs: of(node, 'wall'),
    nodeCpuMs: of(node, 'cpu'),
  };
}

async function predict(port: number, token: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/predict`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: QUESTION,
  });
  if (response.status !== 200) throw new Error(`the first prediction: ${response.status} ${await response.text()}`);
}
