/** What makes a stage stale, and what does not: from the first byte of a command to a lock entry that is gone. */
import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRig, type Rig } from '../support/workspace.ts';

const PIPELINE = `stages:
  make: {cmd: 'echo run >> make.count; cat in.txt > made.txt', deps: [in.txt], params: [n], outs: [made.txt]}
  use: {cmd: 'echo run >> use.count; cat made.txt > used.txt', deps: [made.txt], outs: [used.txt]}
`;
const FILES = { 'pipeline.yaml': PIPELINE, 'in.txt': 'one', 'params.yaml': 'n: 1\n' };

async function fresh(files: Readonly<Record<string, string>> = FILES): Promise<Rig> {
  const rig = createRig(files);
  expect((await rig.repro()).summary.ok).toBe(true);
  return rig;
}

function edit(rig: Rig, from: string, to: string, file = 'pipeline.yaml'): void {
  expect(rig.read(file)).toContain(from);
  rig.write(file, rig.read(file).replace(from, to));
}

const locks = (rig: Rig) => Object.entries(rig.snapshot()).filter(([path]) => path.startsWith('locks/'));

test('one more blank in a command makes the stage stale: it may stand inside quotes', async () => {
  const rig = await fresh();
  edit(rig, 'cat in.txt', 'cat  in.txt');
  const { summary, reasons } = await rig.repro();
  expect(reasons('make')).toMatchObject([{ kind: 'cmd-changed' }]);
  expect(summary).toMatchObject({ ran: ['make'], fresh: ['use'] });
});

test('a dep replaced by a copy of itself changes nothing, and no lock entry is written', async () => {
  const rig = await fresh();
  const before = locks(rig);
  copyFileSync(join(rig.root, 'in.txt'), join(rig.root, 'copy'));
  renameSync(join(rig.root, 'copy'), join(rig.root, 'in.txt'));
  expect((await rig.repro()).summary.fresh).toEqual(['make', 'use']);
  expect(locks(rig)).toEqual(before);
});

test.each([
  ['1.0', 1],
  ['true', true],
  ['"1"', '1'],
  ['null', null],
])('a parameter that was 1 and is %s now makes its stage stale', async (text, now) => {
  const rig = await fresh();
  rig.write('params.yaml', `n: ${text}\n`);
  const { reasons } = await rig.repro();
  expect(reasons('make')).toEqual([{ kind: 'param-changed', name: 'params.yaml:n', was: 1n, now }]);
});

test.each<[string, (rig: Rig) => void, string]>([
  ['a parameter that is gone from its file', (rig) => rig.write('params.yaml', 'other: 1\n'), 'param-missing'],
  ['a params file that is gone', (rig) => rig.remove('params.yaml'), 'param-missing'],
  ['a params file that is none', (rig) => rig.write('params.yaml', 'n: [1\n'), 'params-invalid'],
])('%s is told before anything is touched', async (_, change, code) => {
  const rig = await fresh();
  change(rig);
  const before = rig.snapshot();
  expect((await rig.repro()).of('make')).toMatchObject({ kind: 'failed', failure: { code } });
  expect(rig.snapshot()).toEqual(before);
});

test.each<[string, string, string, object]>([
  ['dep that is taken out', 'deps: [in.txt]', 'deps: []', { kind: 'dep-changed', name: 'in.txt', now: undefined }],
  ['param that is taken out', 'params: [n], ', '', { kind: 'param-changed', name: 'params.yaml:n', now: undefined }],
  ['param that comes in', '[n]', '[n, m]', { kind: 'param-changed', name: 'params.yaml:m', was: undefined, now: 2n }],
  ['out that comes in', '[made.txt]}', '[made.txt, make.count]}', { kind: 'out-changed', name: 'make.count' }],
])('a %s makes the stage stale, and is named', async (_, from, to, reason) => {
  const rig = await fresh({ ...FILES, 'params.yaml': 'n: 1\nm: 2\n' });
  edit(rig, from, to);
  expect((await rig.repro()).reasons('make')).toMatchObject([reason]);
  expect((await rig.repro()).summary.fresh).toEqual(['make', 'use']);
});

test('entries in another order, flags and descriptions: nothing runs and the lock entries stay as they are', async () => {
  const rig = await fresh({
    'pipeline.yaml':
      'stages: {s: {cmd: touch a b, deps: [x, y], params: [m, n], outs: [a: {push: true}], plots: [b: {x: i}]}}',
    'params.yaml': 'm: 1\nn: 1\n',
    x: '',
    y: '',
  });
  const before = locks(rig);
  rig.write(
    'pipeline.yaml',
    'stages: {s: {cmd: touch a b, params: [n, m], deps: [y, x], metrics: [b: {desc: new}], outs: [a: {push: false}], desc: d}}',
  );
  expect((await rig.repro()).summary.fresh).toEqual(['s']);
  expect(locks(rig)).toEqual(before);
});

test('a variable is an input when it is declared, and none otherwise', async () => {
  const pipeline = (more: string) => `stages: {s: {cmd: 'echo "$LEVEL" > out', outs: [out], deps: [in]${more}}}`;
  const rig = createRig({ 'pipeline.yaml': pipeline(''), in: '' });
  const run = (LEVEL: string) => rig.repro({ env: { ...process.env, LEVEL } });
  await run('1');
  expect((await run('2')).summary.fresh).toEqual(['s']);
  rig.write('pipeline.yaml', pipeline(', env: [LEVEL]'));
  await run('1');
  const { reasons } = await run('2');
  expect(reasons('s')).toEqual([{ kind: 'env-changed', name: 'LEVEL', was: '1', now: '2' }]);
  expect(rig.read('out')).toBe('2\n');
});

test('what is not declared is not seen: an input that changes, a file written on the side', async () => {
  const rig = await fresh({
    'pipeline.yaml': 'stages: {s: {cmd: cat in secret > out; touch aside.txt, deps: [in], outs: [out]}}',
    in: '',
    secret: '1',
  });
  rig.write('secret', '2');
  rig.remove('aside.txt');
  expect((await rig.repro()).summary.fresh).toEqual(['s']);
});

test('lock entries that are gone come back from the run cache, byte for byte, without a run', async () => {
  const rig = await fresh();
  const before = rig.snapshot();
  rig.remove('locks');
  expect((await rig.repro()).summary).toMatchObject({ ran: [], restored: ['make', 'use'] });
  expect(rig.snapshot()).toEqual(before);
});

test('a stage with outs and without deps runs once; an out that vanished is restored', async () => {
  const rig = await fresh({ 'pipeline.yaml': 'stages: {s: {cmd: echo run >> count; echo > out, outs: [out]}}' });
  expect((await rig.repro()).summary.fresh).toEqual(['s']);
  rig.remove('out');
  expect((await rig.repro()).of('s')).toMatchObject({ kind: 'restored', from: 'lock-entry' });
  expect(rig.read('count')).toBe('run\n');
});

test('always_changed: it runs each time, and what hangs on it only when its outs changed', async () => {
  const rig = await fresh({ ...FILES, 'pipeline.yaml': PIPELINE.replace('deps: [in.txt]', 'always_changed: true') });
  const second = await rig.repro();
  expect(second.summary).toMatchObject({ ran: ['make'], fresh: ['use'] });
  expect(second.reasons('make')).toEqual([{ kind: 'always-changed' }]);
  rig.remove('made.txt');
  expect((await rig.repro()).of('make')).toMatchObject({ kind: 'ran' });
  rig.write('in.txt', 'two');
  expect((await rig.repro()).summary.ran).toEqual(['make', 'use']);
});

test('a stage with deps and without outs runs when they change, and only then', async () => {
  const rig = await fresh({ 'pipeline.yaml': 'stages: {check: {cmd: cat in >> seen, deps: [in]}}', in: '1' });
  expect((await rig.repro()).summary.fresh).toEqual(['check']);
  rig.write('in', '2');
  expect((await rig.repro()).summary.ran).toEqual(['check']);
  expect(rig.read('seen')).toBe('12');
});

test('what is put back to an earlier state is not restored from what is no longer that', async () => {
  const rig = await fresh();
  rig.write('in.txt', 'two');
  await rig.repro();
  rig.write('in.txt', 'one');
  expect((await rig.repro()).summary).toMatchObject({ restored: ['make', 'use'], ran: [] });
  expect([rig.read('made.txt'), rig.read('used.txt')]).toEqual(['one', 'one']);
  expect([rig.read('make.count'), rig.read('use.count')]).toEqual(['run\nrun\n', 'run\nrun\n']);
});
