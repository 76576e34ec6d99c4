/** Real `pipe` processes beside each other in one workspace. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layoutOf } from '../../src/store/layout.ts';
import { tryClaim, type Claim } from '../../src/store/claims.ts';
import { identityOf } from '../../src/store/process-identity.ts';
import { pipe, startPipe } from '../support/pipe-command.ts';
import { createRig, type Rig } from '../support/workspace.ts';

const FAN = `stages:
  top: {cmd: 'echo run >> top.count; cat in > top', deps: [in], outs: [top]}
  left: {cmd: 'echo run >> left.count; cat top > left', deps: [top], outs: [left]}
  right: {cmd: 'echo run >> right.count; cat top > right', deps: [top], outs: [right]}
  bottom: {cmd: 'echo run >> bottom.count; cat left right > bottom', deps: [left, right], outs: [bottom]}
`;

test('eight `pipe repro` at once run each stage once, and all exit 0', async () => {
  const rig = createRig({ 'pipeline.yaml': FAN, in: '1' });
  const ends = await Promise.all(Array.from({ length: 8 }, () => pipe(rig.root, 'repro')));
  expect(ends.map(({ code }) => code)).toEqual(ends.map(() => 0));
  const counts = ['top', 'left', 'right', 'bottom'].map((name) => rig.read(`${name}.count`));
  expect(counts).toEqual(['run\n', 'run\n', 'run\n', 'run\n']);
  expect(rig.read('bottom')).toBe('11');
});

const gated = (name: string) => `touch ${name}.started; cat ${name}.gate > /dev/null;`;
const makeGate = (rig: Rig, name: string) => execFileSync('mkfifo', [join(rig.root, `${name}.gate`)]);
const openGate = (rig: Rig, name: string) => writeFileSync(join(rig.root, `${name}.gate`), '');

test('who would rewrite what another process is reading waits for it, and says so', async () => {
  const rig = createRig({
    'pipeline.yaml': `stages: {make: {cmd: cat in > made, deps: [in], outs: [made]}, read: {cmd: '${gated('read')} cat made > read', deps: [made], outs: [read]}}`,
    in: '1',
  });
  makeGate(rig, 'read');
  const reader = startPipe(rig.root, ['repro']);
  await rig.appears('read.started');
  const writer = startPipe(rig.root, ['repro', '-f', '-s', 'make']);
  const said = await new Promise<string>((resolve) => {
    let text = '';
    writer.child.stdout?.on('data', (chunk: Buffer) =>
      /waits for/.test((text += chunk.toString())) ? resolve(text) : undefined,
    );
    void writer.ended.then(() => resolve(text));
  });
  expect(said).toMatch(/make +waits for stage read/);
  openGate(rig, 'read');
  expect([(await reader.ended).code, (await writer.ended).code]).toEqual([0, 0]);
});

test.each<[string, (self: Claim['holder']) => Claim['holder']]>([
  ['whose number belongs to another process by now', (self) => ({ ...self, start: `1${self.start}` })],
  ['whose number belongs to nobody', (self) => ({ ...self, pid: 2 ** 22 + 1 })],
  ['of before the machine was started', (self) => ({ ...self, boot: 'another boot' })],
])('a claim of a dead process %s is taken over at once', async (_, change) => {
  const rig = createRig({ 'pipeline.yaml': FAN, in: '1' });
  const self = identityOf(process.pid);
  if (self === undefined) expect.unreachable('this process finds itself');
  mkdirSync(join(rig.root, '.pipe/claims'), { recursive: true });
  const claim: Claim = {
    id: 'left',
    stage: 'top',
    run: 'r',
    since: new Date().toISOString(),
    writes: ['top'],
    reads: [],
    holder: change(self),
  };
  expect(tryClaim(layoutOf(rig.root), claim)).toEqual({ blockedBy: undefined });
  const { code, stdout } = await pipe(rig.root, 'repro');
  expect([code, rig.read('top.count')]).toEqual([0, 'run\n']);
  expect(stdout).not.toContain('waits for');
});
