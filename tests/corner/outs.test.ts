/** Outs of every kind: what a command finds, what is kept of them, and what comes back. */
import { chmodSync, lstatSync, readdirSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRig, type Rig } from '../support/workspace.ts';

const stage = (cmd: string, outs: string, more = '') =>
  `stages: {s: {cmd: ${JSON.stringify(cmd)}, deps: [in], outs: ${outs}${more}}}\n`;

async function made(cmd: string, outs: string): Promise<Rig> {
  const rig = createRig({ 'pipeline.yaml': stage(cmd, outs), in: '1' });
  expect((await rig.repro()).of('s')).toMatchObject({ kind: 'ran' });
  return rig;
}

/** Gone, and back from the cache without a run. */
async function restored(rig: Rig, path: string): Promise<void> {
  rig.remove(path);
  expect((await rig.repro()).of('s')).toMatchObject({ kind: 'restored' });
}

const objects = (rig: Rig): readonly string[] =>
  readdirSync(join(rig.root, '.pipe/cache/objects'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /^..\/[0-9a-f]{62}$/.test(name))
    .map((name) => join(rig.root, '.pipe/cache/objects', name));
const records = (rig: Rig) => (rig.exists('.pipe/cache/runs') ? readdirSync(join(rig.root, '.pipe/cache/runs')) : []);

test('a command finds none of the old outs in its way, folders included', async () => {
  const rig = await made('test ! -e out; test ! -e dir; mkdir dir; cat in > out; cat in > dir/$(cat in)', '[out, dir]');
  rig.write('in', '2');
  expect((await rig.repro()).of('s')).toMatchObject({ kind: 'ran' });
  expect(readdirSync(join(rig.root, 'dir'))).toEqual(['2']);
});

test('a restored folder holds what was recorded and nothing of what stood there', async () => {
  const rig = await made('mkdir dir; cat in > dir/$(cat in)', '[dir]');
  rig.write('in', '2');
  await rig.repro();
  rig.write('in', '1');
  expect((await rig.repro()).of('s')).toMatchObject({ kind: 'restored', from: 'run-cache' });
  expect(readdirSync(join(rig.root, 'dir'))).toEqual(['1']);
});

test('an out that was overwritten with something the cache has is not kept a second time', async () => {
  const rig = await made('cat in > out', '[out]');
  rig.write('in', '2');
  await rig.repro();
  rig.write('out', '1');
  const { of, warnings } = await rig.repro();
  expect([of('s').kind, warnings, rig.read('out')]).toEqual(['restored', [], '2']);
  expect(rig.exists('.pipe/saved')).toBe(false);
});

test('objects that are gone while the outs stand are stored again, without a run', async () => {
  const rig = await made('mkdir dir; cat in > dir/a; cat in > out', '[out, dir]');
  rig.remove('.pipe/cache');
  const { of } = await rig.repro();
  expect(of('s')).toMatchObject({ kind: 'fresh', repairs: [{ path: 'out' }, { path: 'dir' }] });
  rig.remove('dir');
  await restored(rig, 'out');
  expect(rig.read('dir/a')).toBe('1');
});

test('a broken object that is read-only as it should be is found all the same: set aside, and the stage runs', async () => {
  const rig = await made('cat in > out', '[out]');
  const lock = rig.read('locks/s.json');
  for (const file of objects(rig)) {
    chmodSync(file, 0o644);
    writeFileSync(file, '9');
    chmodSync(file, 0o444);
  }
  rig.remove('out');
  const { of } = await rig.repro();
  expect(of('s')).toMatchObject({ kind: 'ran' });
  expect([rig.read('out'), rig.read('locks/s.json')]).toEqual(['1', lock]);
  await restored(rig, 'out');
  expect(rig.read('out')).toBe('1');
});

test('a stage that goes on with what it wrote before is never answered from the run cache', async () => {
  const rig = await made('cat in >> log', '[log: {persist: true}]');
  rig.write('in', '2');
  await rig.repro();
  rig.write('in', '1');
  expect((await rig.repro()).of('s')).toMatchObject({ kind: 'ran' });
  expect([rig.read('log'), records(rig)]).toEqual(['121', []]);
});

test('what stood at a persist out before the run is recorded, for lineage, and makes nothing stale', async () => {
  const rig = await made('cat in >> log', '[log: {persist: true}]');
  const recorded = () => JSON.parse(rig.read('locks/s.json')).outs.log;
  const first = recorded();
  rig.write('in', '2');
  await rig.repro();
  expect([first.before, recorded().before]).toEqual([null, first.after]);
  rig.write('log', 'by somebody else');
  expect((await rig.repro()).summary.fresh).toEqual(['s']);
  expect(rig.read('log')).toBe('by somebody else');
});

test('a large out that is not to be cached is digested, not stored, and keeps its stage out of the run cache', async () => {
  const rig = await made(
    'head -c 2000000 /dev/zero > big; cat in >> big; cat in > small',
    '[big: {cache: false}, small]',
  );
  expect([objects(rig).length, records(rig)]).toEqual([1, []]);
  writeFileSync(join(rig.root, 'big'), 'edited');
  expect((await rig.repro()).of('s')).toMatchObject({ kind: 'ran' });
});

test('a small one is kept as well, so that it can be restored', async () => {
  const rig = await made('cat in > small', '[small: {cache: false}]');
  await restored(rig, 'small');
});

test.each<[string, (rig: Rig) => void]>([
  ['file in it that changed', (rig) => rig.write('dir/a', '9')],
  ['file in it that is gone', (rig) => rig.remove('dir/a')],
  ['file in it that is new', (rig) => rig.write('dir/new', '')],
])('a folder with a %s is modified, and comes back as it was', async (_, change) => {
  const rig = await made('mkdir dir; cat in > dir/a', '[dir]');
  const before = rig.snapshot();
  change(rig);
  const { reasons, of } = await rig.repro();
  expect(reasons('s')).toMatchObject([{ kind: 'out-modified', path: 'dir' }]);
  expect(of('s')).toMatchObject({ kind: 'restored' });
  expect(rig.snapshot()).toEqual(before);
});

test('an empty file and an empty folder are outs like any other', async () => {
  const rig = await made('mkdir dir; touch out', '[out, dir]');
  expect((await rig.repro()).summary.fresh).toEqual(['s']);
  rig.remove('dir');
  await restored(rig, 'out');
  expect([rig.read('out'), readdirSync(join(rig.root, 'dir'))]).toEqual(['', []]);
});

test('an out that is a link to a file in the project counts as that file, and comes back as one', async () => {
  const rig = await made('echo kept > target; ln -s target out', '[out]');
  expect((await rig.repro()).summary.fresh).toEqual(['s']);
  await restored(rig, 'out');
  expect([rig.read('out'), lstatSync(join(rig.root, 'out')).isFile()]).toEqual(['kept\n', true]);
});

test('links in a folder come back as links: to a file beside, and to nowhere', async () => {
  const rig = await made('mkdir dir; cat in > dir/a; ln -s a dir/beside; ln -s nowhere dir/broken', '[dir]');
  await restored(rig, 'dir');
  const link = (name: string) => readlinkSync(join(rig.root, 'dir', name));
  expect([link('beside'), link('broken')]).toEqual(['a', 'nowhere']);
});

test('an out that leads out of the project is refused: elsewhere it would be lost', async () => {
  const rig = createRig({ 'pipeline.yaml': stage('ln -s /etc/hostname out', '[out]'), in: '' });
  expect((await rig.repro()).of('s')).toMatchObject({ failure: { code: 'path-refused', path: 'out' } });
  expect(rig.exists('locks')).toBe(false);
});

test('executables are executable when they come back, alone and in folders', async () => {
  const rig = await made('mkdir dir; cat in > a; cat in > dir/b; chmod +x a dir/b; cat in > dir/c', '[a, dir]');
  rig.remove('dir');
  await restored(rig, 'a');
  const isExecutable = (path: string) => (statSync(join(rig.root, path)).mode & 0o100) !== 0;
  expect(['a', 'dir/b', 'dir/c'].map(isExecutable)).toEqual([true, true, false]);
});

test('an out that lost its x bit is modified', async () => {
  const rig = await made('cat in > a; chmod +x a', '[a]');
  chmodSync(join(rig.root, 'a'), 0o644);
  expect((await rig.repro()).reasons('s')).toMatchObject([{ kind: 'out-modified', path: 'a' }]);
});

test.each(['out', 'dir'])(
  'a named pipe as or in an out %s fails its stage and says so; what stood there is back',
  async (out) => {
    const rig = await made('mkdir dir; cat in > out', '[out, dir]');
    const cmd = out === 'out' ? 'mkdir dir; mkfifo out' : 'mkdir dir; mkfifo dir/p; touch out';
    rig.write('pipeline.yaml', stage(cmd, '[out, dir]'));
    const { of } = await rig.repro();
    expect(of('s')).toMatchObject({
      failure: { code: 'path-refused', problem: expect.stringContaining('a named pipe') },
    });
    expect(rig.read('out')).toBe('1');
  },
);

test('what stands in the way of an out may be of another kind: it is kept', async () => {
  const rig = createRig({ 'pipeline.yaml': stage('cat in > out', '[out]'), in: '1', 'out/precious': 'mine' });
  const { warnings } = await rig.repro();
  const saved = /\.pipe\/saved\/\S+/.exec(warnings.join('\n'))?.[0] ?? '';
  expect([rig.read('out'), rig.read(`${saved}/precious`)]).toEqual(['1', 'mine']);
});

test('a link in the way of an out goes, what it leads to stays', async () => {
  const rig = createRig({ 'pipeline.yaml': stage('cat in > out', '[out]'), in: '1', 'else/where': 'mine' });
  symlinkSync('else/where', join(rig.root, 'out'));
  expect((await rig.repro()).of('s')).toMatchObject({ kind: 'ran' });
  expect([rig.read('out'), rig.read('else/where')]).toEqual(['1', 'mine']);
});
