/** A run of so many commands that a helper process starts them: promises 4, 8 and 9 hold as in a run of a few. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { listClaims } from '../../src/store/claims.ts';
import { layoutOf } from '../../src/store/layout.ts';
import { createHold, holding } from '../support/hold.ts';
import { pipe, startPipe } from '../support/pipe-command.ts';
import { createRig, type Rig } from '../support/workspace.ts';

const COUNT = 60;

/** `last` begins when all the small ones are done. */
function createMany(last: string): Rig {
  const small = Array.from(
    { length: COUNT },
    (_, n) => `  s${n}: {cmd: 'echo ${n} > o${n}', deps: [in.txt], outs: [o${n}]}\n`,
  );
  const outs = Array.from({ length: COUNT }, (_, n) => `o${n}`).join(', ');
  return createRig({
    'in.txt': 'one',
    'pipeline.yaml': `stages:\n${small.join('')}  last: {cmd: '${last}', deps: [${outs}], outs: [out.txt]}\n`,
  });
}

const parentOf = (pid: number): number =>
  Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

test('every stage runs once, nothing is left open, and the second run does nothing', async () => {
  const rig = createMany('cat o0 o59 > out.txt');
  expect(await pipe(rig.root, 'repro', '-q', '-j', '4')).toMatchObject({ code: 0, stderr: '' });
  expect(rig.read('out.txt')).toBe('0\n59\n');
  expect(listClaims(layoutOf(rig.root))).toEqual([]);
  expect(readdirSync(join(rig.root, '.pipe/claims')).filter((name) => name.startsWith('.tmp'))).toEqual([]);
  expect((await pipe(rig.root, 'repro', '-j', '4')).stdout).toContain('all 61 stages are fresh');
});

test('Ctrl-C stops what the helper started, whole', async () => {
  const rig = createMany(`(${holding()}) & wait`);
  const hold = createHold(rig.root);
  const { child, ended } = startPipe(rig.root, ['repro', '-q']);
  await hold.taken();
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 130 });
  await hold.released;
});

test.skipIf(process.platform !== 'linux')(
  'after kill -9 the helper goes by itself, and the next run stops what it had started',
  async () => {
    const rig = createMany(`echo $$ > pid; ${holding()}`);
    const hold = createHold(rig.root);
    const { child, ended } = startPipe(rig.root, ['repro', '-q']);
    await hold.taken();
    const command = Number(rig.read('pid'));
    const helper = parentOf(command);
    expect(parentOf(helper)).toBe(child.pid);
    child.kill('SIGKILL');
    await ended;
    await vi.waitUntil(() => parentOf(command) !== helper, { timeout: 20_000 });
    rig.write('pipeline.yaml', rig.read('pipeline.yaml').replace(holding(), 'echo right > out.txt'));
    expect(await pipe(rig.root, 'repro', '-q')).toMatchObject({ code: 0 });
    await hold.released;
    expect(rig.read('out.txt')).toBe('right\n');
  },
);
