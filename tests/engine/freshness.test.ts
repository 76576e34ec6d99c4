/** Promises 1, 2 and 10: when a stage is fresh, early cutoff, and every reason with old and new. */
import { chmodSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRig, type Rig } from '../support/workspace.ts';

const PIPELINE = `
stages:
  upper:
    cmd: echo run >> upper.count; tr a-z A-Z < in.txt > upper.txt
    deps: [in.txt]
    outs: [upper.txt]
  first:
    cmd: echo run >> first.count; head -c 1 upper.txt > first.txt; echo {{}} > first.json
    deps: [upper.txt]
    params: [letter]
    outs: [first.txt]
    metrics: [first.json: {cache: false}]
`.replaceAll('{{}}', '$LETTER');

const create = () => createRig({ 'pipeline.yaml': PIPELINE, 'params.yaml': 'letter: 1\nother: 2\n', 'in.txt': 'abc' });
const runs = (rig: Rig) => ({
  upper: rig.exists('upper.count') ? rig.read('upper.count').length / 4 : 0,
  first: rig.exists('first.count') ? rig.read('first.count').length / 4 : 0,
});

async function createFresh(): Promise<Rig> {
  const rig = create();
  const { summary } = await rig.repro();
  expect(summary).toMatchObject({ ok: true, ran: ['upper', 'first'] });
  return rig;
}

test('a second run runs nothing', async () => {
  const rig = await createFresh();
  expect((await rig.repro()).summary).toMatchObject({ ok: true, ran: [], fresh: ['upper', 'first'] });
  expect(runs(rig)).toEqual({ upper: 1, first: 1 });
});

test('touching a dep changes nothing', async () => {
  const rig = await createFresh();
  utimesSync(join(rig.root, 'in.txt'), new Date(), new Date());
  expect((await rig.repro()).summary.fresh).toEqual(['upper', 'first']);
});

test('an edit of the same size whose time was set back is seen', async () => {
  const rig = await createFresh();
  const then = new Date('2026-01-01T00:00:00Z');
  utimesSync(join(rig.root, 'in.txt'), then, then);
  await rig.repro();
  rig.write('in.txt', 'xyz');
  utimesSync(join(rig.root, 'in.txt'), then, then);
  expect((await rig.repro()).summary.ran).toEqual(['upper', 'first']);
});

test('a dep and a variable count whatever they are called', async () => {
  const rig = createRig({
    'pipeline.yaml':
      'stages: {s: {cmd: cat __proto__ > out, deps: [__proto__], env: [__proto__, constructor], outs: [out]}}\n',
    ['__proto__']: 'one',
  });
  const env = { PATH: process.env['PATH'] };
  await rig.repro({ env });
  expect((await rig.repro({ env })).summary.fresh).toEqual(['s']);
  rig.write('__proto__', 'two');
  expect((await rig.repro({ env })).reasons('s')).toMatchObject([{ kind: 'dep-changed', name: '__proto__' }]);
  const other = Object.fromEntries([...Object.entries(env), ['__proto__', 'x'], ['constructor', 'y']]);
  expect((await rig.repro({ env: other })).reasons('s')).toMatchObject([
    { kind: 'env-changed', name: '__proto__', was: null, now: 'x' },
    { kind: 'env-changed', name: 'constructor', was: null, now: 'y' },
  ]);
});

test('a stage whose outs come out the same lets everything downstream stay fresh', async () => {
  const rig = await createFresh();
  rig.write('in.txt', 'ABC');
  const { summary, of } = await rig.repro();
  expect(summary).toMatchObject({ ran: ['upper'], fresh: ['first'] });
  expect(of('upper')).toMatchObject({ kind: 'ran', changed: [] });
});

test.each<[string, (rig: Rig) => void, string, object]>([
  ['changed dep', (rig) => rig.write('in.txt', 'xyz'), 'upper', { kind: 'dep-changed', name: 'in.txt' }],
  [
    'dep that became executable',
    (rig) => chmodSync(join(rig.root, 'in.txt'), 0o755),
    'upper',
    { kind: 'dep-changed', name: 'in.txt' },
  ],
  [
    'parameter whose type changed',
    (rig) => rig.write('params.yaml', 'letter: 1.0\nother: 2\n'),
    'first',
    { kind: 'param-changed', name: 'params.yaml:letter', was: 1n, now: 1 },
  ],
  ['changed command', (rig) => edit(rig, 'head -c 1', 'head -c 2'), 'first', { kind: 'cmd-changed' }],
  [
    'shell',
    (rig) => edit(rig, 'params: [letter]', 'params: [letter]\n    shell: bash'),
    'first',
    { kind: 'shell-changed' },
  ],
  [
    'removed param',
    (rig) => edit(rig, '    params: [letter]\n', ''),
    'first',
    { kind: 'param-changed', now: undefined },
  ],
  [
    'added dep',
    (rig) => edit(rig, '[upper.txt]\n    params', '[upper.txt, in.txt]\n    params'),
    'first',
    { kind: 'dep-changed', name: 'in.txt', was: undefined },
  ],
  [
    'removed out',
    (rig) => edit(rig, '    metrics: [first.json: {cache: false}]\n', ''),
    'first',
    { kind: 'out-changed', name: 'first.json', now: undefined },
  ],
  [
    'out that became persistent',
    (rig) => edit(rig, 'outs: [first.txt]', 'outs: [first.txt: {persist: true}]'),
    'first',
    { kind: 'out-changed', was: 'out', now: 'persist' },
  ],
  [
    'declared variable',
    (rig) => edit(rig, 'params: [letter]', 'params: [letter]\n    env: [{LETTER: b}]'),
    'first',
    { kind: 'env-changed', name: 'LETTER', now: 'b' },
  ],
  ['edited out', (rig) => rig.write('first.txt', 'hand-made'), 'first', { kind: 'out-modified', path: 'first.txt' }],
])('%s: exactly the stage that it concerns is stale, and the reason is named', async (_, change, stage, reason) => {
  const rig = await createFresh();
  change(rig);
  const { summary, reasons } = await rig.repro();
  expect(reasons(stage)).toMatchObject([reason]);
  expect(summary.ok).toBe(true);
  expect([...summary.ran, ...summary.restored]).toContain(stage);
  expect((await rig.repro()).summary.fresh).toEqual(['upper', 'first']);
});

test.each<[string, (rig: Rig) => void]>([
  ['another parameter of the file', (rig) => rig.write('params.yaml', 'letter: 1\nother: 3\n')],
  [
    'an out that became a metric',
    (rig) =>
      edit(
        rig,
        '    outs: [first.txt]\n    metrics: [first.json: {cache: false}]',
        '    metrics: [first.txt, first.json: {cache: false}]',
      ),
  ],
  ['a description', (rig) => edit(rig, 'params: [letter]', 'params: [letter]\n    desc: the first letter')],
  [
    'the order of entries',
    (rig) =>
      edit(
        rig,
        'outs: [first.txt]\n    metrics: [first.json: {cache: false}]',
        'metrics: [first.json: {cache: false}]\n    outs: [first.txt]',
      ),
  ],
])('%s changes nothing', async (_, change) => {
  const rig = await createFresh();
  change(rig);
  expect((await rig.repro()).summary.fresh).toEqual(['upper', 'first']);
});

test('an out that is now to be cached is stored without running anything', async () => {
  const rig = createRig({
    'pipeline.yaml': `stages: {big: {cmd: 'head -c 2000000 /dev/zero > big', outs: [{big: {cache: false}}], deps: [in]}}`,
    in: '',
  });
  await rig.repro();
  rig.write('pipeline.yaml', rig.read('pipeline.yaml').replace('cache: false', 'cache: true'));
  const again = await rig.repro();
  expect(again.of('big')).toEqual({ kind: 'fresh', repairs: [{ kind: 'store-object', path: 'big' }] });
  expect((await rig.repro()).of('big')).toEqual({ kind: 'fresh', repairs: [] });
});

test('changing a parameter back restores instead of running', async () => {
  const rig = await createFresh();
  rig.write('params.yaml', 'letter: 7\nother: 2\n');
  expect((await rig.repro()).summary.ran).toEqual(['first']);
  rig.write('params.yaml', 'letter: 1\nother: 2\n');
  const back = await rig.repro();
  expect(back.of('first')).toMatchObject({ kind: 'restored', from: 'run-cache' });
  expect(back.reasons('first')).toMatchObject([{ kind: 'param-changed', was: 7n, now: 1n }]);
  expect(runs(rig)).toEqual({ upper: 1, first: 2 });
});

test('a deleted out comes back from the cache', async () => {
  const rig = await createFresh();
  rig.remove('upper.txt');
  const { summary, reasons } = await rig.repro();
  expect(summary).toMatchObject({ restored: ['upper'], fresh: ['first'] });
  expect(reasons('upper')).toEqual([{ kind: 'out-missing', path: 'upper.txt' }]);
  expect(rig.read('upper.txt')).toBe('ABC');
});

test('with the index deleted every answer is the same', async () => {
  const rig = await createFresh();
  rig.remove('.pipe/index');
  rig.remove('.pipe/parsed');
  expect((await rig.repro()).summary.fresh).toEqual(['upper', 'first']);
});

test('a stage without deps, params and outs always runs', async () => {
  const rig = createRig({ 'pipeline.yaml': 'stages: {note: {cmd: echo run >> note.count}}' });
  await rig.repro();
  expect((await rig.repro()).reasons('note')).toEqual([{ kind: 'no-inputs' }]);
  expect(rig.read('note.count')).toBe('run\nrun\n');
});

test('a dry run says what a run then does, and does nothing itself', async () => {
  const rig = await createFresh();
  rig.write('in.txt', 'xyz');
  const before = rig.snapshot();
  const dry = await rig.repro({ dry: true });
  expect(rig.snapshot()).toEqual(before);
  expect(dry.events).toContainEqual({ type: 'stage-undecided', stage: 'first', upstream: ['upper'] });
  const real = await rig.repro();
  expect(real.reasons('upper')).toEqual(dry.reasons('upper'));
});

function edit(rig: Rig, from: string, to: string): void {
  const text = rig.read('pipeline.yaml');
  expect(text).toContain(from);
  rig.write('pipeline.yaml', text.replace(from, to));
}

test('the folder of an out is there when the command begins', async () => {
  const rig = createRig({ 'pipeline.yaml': 'stages: {s: {cmd: touch deep/er/out.txt, outs: [deep/er/out.txt]}}' });
  expect((await rig.repro()).summary.ran).toEqual(['s']);
});

test.each(['folder', 'folder/*.csv'])(
  'a .pipeignore that is written or changed is noticed: the dep %s',
  async (dep) => {
    const rig = createRig({
      'pipeline.yaml': `stages: {s: {cmd: echo > out, deps: ["${dep}"], outs: [out]}}\n`,
      'folder/a.csv': '1',
      'folder/b.csv': '2',
    });
    await rig.repro();
    rig.write('.pipeignore', 'b.csv\n');
    expect((await rig.repro()).summary.ran).toEqual(['s']);
    rig.write('folder/b.csv', '3');
    expect((await rig.repro()).summary.fresh).toEqual(['s']);
    rig.write('.pipeignore', 'other\n');
    expect((await rig.repro()).summary.ran).toEqual(['s']);
  },
);
