/** `checkout`, `commit`, `clean` and `forget`: files and records brought together by hand, nothing lost. */
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRig, type Rig } from '../support/workspace.ts';
import { type } from './fake-io.ts';

const PIPELINE = {
  'pipeline.yaml': `stages:
  copy: {cmd: cat in.txt > out.txt, deps: [in.txt], outs: [out.txt]}
  split:
    cmd: mkdir parts; cp out.txt parts/a; printf b > parts/b; chmod +x parts/b; wc -c < out.txt > size.txt
    deps: [out.txt]
    outs: [parts]
    metrics: [{size.txt: {cache: false}}]
`,
  'in.txt': 'one',
};

const json = async (line: string, rig: Rig) => JSON.parse((await type(`${line} --json`, rig.root)).stdout);

test('checkout: after other lock entries came, the files that belong to them are back, bit for bit', async () => {
  const rig = createRig(PIPELINE);
  await rig.repro();
  const before = rig.snapshot();
  const locks = { copy: rig.read('locks/copy.json'), split: rig.read('locks/split.json') };
  rig.write('in.txt', 'another');
  await rig.repro();
  rig.write('in.txt', 'one');
  rig.write('locks/copy.json', locks.copy);
  rig.write('locks/split.json', locks.split);
  const { exitCode, stdout } = await type('checkout', rig.root);
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: 'restored out.txt\nrestored parts\nrestored size.txt\n',
  });
  expect(rig.snapshot()).toEqual(before);
  expect((await type('checkout', rig.root)).stdout).toBe('everything stands as the lock entries say\n');
  expect((await rig.repro()).summary.fresh).toEqual(['copy', 'split']);
});

test('checkout: only what was named', async () => {
  const rig = createRig(PIPELINE);
  await rig.repro();
  for (const path of ['out.txt', 'parts', 'size.txt']) rig.remove(path);
  expect(await json('checkout parts/a', rig)).toMatchObject({ restored: ['parts'] });
  expect(await json('checkout split', rig)).toMatchObject({ restored: ['size.txt'] });
  expect(rig.exists('out.txt')).toBe(false);
  expect(await type('checkout nosuch', rig.root)).toMatchObject({ exitCode: 2 });
});

test('checkout: what was edited by hand is kept, what the cache has is not kept twice', async () => {
  const rig = createRig(PIPELINE);
  await rig.repro();
  rig.write('in.txt', 'two');
  await rig.repro();
  rig.write('in.txt', 'one');
  await rig.repro();
  rig.write('out.txt', 'two');
  rig.write('parts/a', 'my own');
  const report = await json('checkout', rig);
  expect(report).toMatchObject({ restored: ['out.txt', 'parts'], missing: [] });
  expect(report.saved).toEqual([expect.stringMatching(/^\.pipe\/saved\/[^/]+\/parts$/)]);
  expect(rig.read(`${report.saved[0]}/a`)).toBe('my own');
  expect(rig.read('parts/a')).toBe('one');
});

test('checkout: what is not in the cache, or broken there, is named and left as it is; the rest is done', async () => {
  const rig = createRig(PIPELINE);
  await rig.repro();
  rig.remove('parts');
  rig.write('out.txt', 'mine');
  for (const file of objects(rig).filter((path) => statSync(path).size === 3)) {
    chmodSync(file, 0o644);
    writeFileSync(file, 'bad');
  }
  const { exitCode, stdout, stderr } = await type('checkout', rig.root);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('not in the cache, and left as it was:\n  out.txt\n  parts\n');
  expect(stderr).toContain('hint: `pipe pull` brings what a remote has, and `pipe repro` makes outs again');
  expect(stdout).not.toContain('restored');
  expect(rig.read('out.txt')).toBe('mine');
  expect(rig.exists('parts')).toBe(false);
});

test('checkout: a persist out that went on is left, -f puts it back, and one that is gone is put back', async () => {
  const rig = createRig({
    'pipeline.yaml': 'stages: {grow: {cmd: cat in >> log, deps: [in], outs: [{log: {persist: true}}]}}',
    in: 'a',
  });
  await rig.repro();
  rig.write('log', 'a and more');
  expect(await json('checkout', rig)).toMatchObject({ restored: [], kept: ['log'] });
  expect(rig.read('log')).toBe('a and more');
  const forced = await json('checkout -f', rig);
  expect(forced).toMatchObject({ restored: ['log'], kept: [] });
  expect(rig.read(forced.saved[0])).toBe('a and more');
  rig.remove('log');
  expect(await json('checkout', rig)).toMatchObject({ restored: ['log'] });
  expect(rig.read('log')).toBe('a');
});

test('checkout: a stage that never ran is mentioned, a link in the way is no danger to what it points at', async () => {
  const rig = createRig(PIPELINE);
  expect(await json('checkout', rig)).toMatchObject({ unlocked: ['copy', 'split'] });
  await rig.repro();
  rig.remove('parts');
  mkdirSync(join(rig.root, 'elsewhere'));
  rig.write('elsewhere/precious', '!');
  symlinkSync('elsewhere', join(rig.root, 'parts'));
  await type('checkout', rig.root);
  expect(rig.read('elsewhere/precious')).toBe('!');
  expect(rig.read('parts/a')).toBe('one');
});

test('commit: outs as they stand are fresh from now on, and nobody else is given them', async () => {
  const rig = createRig(PIPELINE);
  await rig.repro();
  rig.write('in.txt', 'a comment more');
  expect((await type('commit copy', rig.root)).stdout).toBe('accepted the outs of copy\n');
  expect((await rig.repro()).summary.fresh).toEqual(['copy', 'split']);
  expect((await type('commit', rig.root)).stdout).toBe('the lock entries say all that already\n');
  rig.remove('locks/copy.json');
  expect((await rig.repro()).of('copy')).toMatchObject({ kind: 'ran' });
  expect(rig.read('out.txt')).toBe('a comment more');
});

test('commit: an out mended by hand is accepted, kept in the cache, and what hangs on it is stale', async () => {
  const rig = createRig(PIPELINE);
  await rig.repro();
  rig.write('out.txt', 'mended');
  expect(await json('commit out.txt', rig)).toEqual({ accepted: ['copy'], unchanged: [] });
  expect((await rig.repro()).summary).toMatchObject({ fresh: ['copy'], ran: ['split'] });
  rig.remove('out.txt');
  expect((await rig.repro()).of('copy')).toMatchObject({ kind: 'restored', from: 'lock-entry' });
  expect(rig.read('out.txt')).toBe('mended');
});

test('commit: an out that is not there, a dep that is not there: nothing is recorded', async () => {
  const rig = createRig(PIPELINE);
  expect(await type('commit', rig.root)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('out out.txt of copy is not there'),
  });
  rig.write('out.txt', '');
  rig.remove('in.txt');
  expect(await type('commit copy', rig.root)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('in.txt') });
  expect(rig.exists('locks')).toBe(false);
});

test('clean: outs go, committed metrics stay, checkout brings them back without running', async () => {
  const rig = createRig(PIPELINE);
  await rig.repro();
  const before = rig.snapshot();
  expect((await type('clean', rig.root)).stdout).toBe('removed out.txt\nremoved parts\n');
  expect(rig.exists('out.txt')).toBe(false);
  expect(rig.exists('size.txt')).toBe(true);
  await type('checkout', rig.root);
  expect(rig.snapshot()).toEqual(before);
});

test('clean: what the cache does not have is kept, even when the lock entry explains it', async () => {
  const rig = createRig(PIPELINE);
  await rig.repro();
  rig.remove('.pipe/cache');
  const { removed, saved } = await json('clean', rig);
  expect(removed).toEqual(['out.txt', 'parts']);
  expect(saved).toHaveLength(2);
  expect(rig.read(saved[0])).toBe('one');
  expect((await type('clean', rig.root)).stdout).toBe('there was nothing to take away\n');
});

test('clean: persist outs only when asked for', async () => {
  const rig = createRig({
    'pipeline.yaml': 'stages: {grow: {cmd: cat in >> log, deps: [in], outs: [{log: {persist: true}}]}}',
    in: 'a',
  });
  await rig.repro();
  expect(await json('clean', rig)).toMatchObject({ removed: [] });
  expect(await json('clean --persist', rig)).toMatchObject({ removed: ['log'], saved: [] });
});

test('forget: the stage runs again, although an earlier run had the same inputs', async () => {
  const rig = createRig(PIPELINE);
  await rig.repro();
  expect((await type('forget copy', rig.root)).stdout).toBe(
    'forgot the lock entry of copy, and 1 earlier result: the next repro runs it\n',
  );
  const { summary } = await rig.repro();
  expect(summary).toMatchObject({ ran: ['copy'], fresh: ['split'] });
  rig.remove('locks');
  expect((await type('forget copy', rig.root)).stdout).toBe(
    'forgot copy, and 1 earlier result: the next repro runs it\n',
  );
  expect((await type('forget copy', rig.root)).stdout).toBe('nothing was known of copy\n');
});

function objects(rig: Rig): readonly string[] {
  const folder = join(rig.root, '.pipe/cache/objects');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
