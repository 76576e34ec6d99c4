/** Promises 3, 5, 6, 7 and 11: nothing wrong is recorded, nothing of anybody's is lost. */
import { chmodSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clockMovesOn } from '../store/content-fixture.ts';
import { createRig, type Rig } from '../support/workspace.ts';

const COPY = {
  'pipeline.yaml': 'stages: {copy: {cmd: cat in.txt > out.txt, deps: [in.txt], outs: [out.txt]}}',
  'in.txt': 'one',
};

test('a dep that changes while the stage runs fails it, nothing is recorded, the old out stands', async () => {
  const rig = createRig(COPY);
  await rig.repro();
  const lock = rig.read('locks/copy.json');
  rig.write('pipeline.yaml', rig.read('pipeline.yaml').replace('cat in.txt', 'touch started; cat go; cat in.txt'));
  rig.git('init', '-q');
  const { execFileSync } = await import('node:child_process');
  execFileSync('mkfifo', [join(rig.root, 'go')]);
  const running = rig.repro();
  await rig.appears('started');
  rig.write('in.txt', 'two');
  writeFileSync(join(rig.root, 'go'), '');
  const { of } = await running;
  expect(of('copy')).toMatchObject({ kind: 'failed', failure: { code: 'dep-changed-during-run', paths: ['in.txt'] } });
  expect(rig.read('locks/copy.json')).toBe(lock);
  expect(rig.read('out.txt')).toBe('one');
});

test('a stage that changes its own dep fails', async () => {
  const rig = createRig({
    ...COPY,
    'pipeline.yaml': 'stages: {copy: {cmd: cat in.txt > out.txt; echo x >> in.txt, deps: [in.txt], outs: [out.txt]}}',
  });
  const { of } = await rig.repro();
  expect(of('copy')).toMatchObject({ kind: 'failed', failure: { code: 'dep-changed-during-run', paths: ['in.txt'] } });
  expect(rig.exists('locks/copy.json')).toBe(false);
  expect(rig.exists('out.txt')).toBe(false);
});

test('a dep that is written anew with the same bytes while the stage runs is worth a warning, and no more', async () => {
  const rig = createRig({
    'pipeline.yaml':
      'stages: {copy: {cmd: touch in.txt data/a; cat in.txt > out.txt, deps: [in.txt, data], outs: [out.txt]}}',
    'in.txt': 'one',
    'data/a': '',
    'data/b': '',
  });
  const before = new Date('2026-01-01T00:00:00Z');
  for (const path of ['in.txt', 'data/a', 'data/b']) utimesSync(join(rig.root, path), before, before);
  await clockMovesOn(rig.root); // a stamp of this very moment would not be believed
  const { summary, warnings } = await rig.repro();
  expect(summary.ran).toEqual(['copy']);
  expect(warnings).toEqual([expect.stringContaining('in.txt, data/a was written while it ran')]);
  expect((await rig.repro()).summary.fresh).toEqual(['copy']);
});

test('after a failure the last good outs stand, files and folders, and the wreck is gone', async () => {
  const rig = createRig({
    'pipeline.yaml':
      'stages: {make: {cmd: "mkdir dir; cp in.txt dir/a; cp in.txt file; test $(cat in.txt) = good", deps: [in.txt], outs: [dir, file, {new: {cache: false}}]}}',
    'in.txt': 'good',
  });
  rig.write('pipeline.yaml', rig.read('pipeline.yaml').replace('test', 'touch new; test'));
  expect((await rig.repro()).summary.ok).toBe(true);
  const before = rig.snapshot();
  rig.write('in.txt', 'bad');
  const { of } = await rig.repro();
  expect(of('make')).toMatchObject({ kind: 'failed', failure: { code: 'stage-failed', exitCode: 1 } });
  rig.write('in.txt', 'good');
  expect(rig.snapshot()).toEqual(before);
  expect((await rig.repro()).summary.fresh).toEqual(['make']);
});

test('a declared out that was not written fails the stage; the others are put back too', async () => {
  const rig = createRig({
    ...COPY,
    'pipeline.yaml': 'stages: {copy: {cmd: cat in.txt > out.txt, deps: [in.txt], outs: [out.txt, other.txt]}}',
  });
  const { of } = await rig.repro();
  expect(of('copy')).toMatchObject({ kind: 'failed', failure: { code: 'out-missing', path: 'other.txt' } });
  expect(rig.exists('out.txt')).toBe(false);
});

test('an object whose bytes do not match its name is set aside, and the stage runs again', async () => {
  const rig = createRig(COPY);
  await rig.repro();
  for (const file of objectsOf(rig)) {
    chmodSync(file, 0o644);
    writeFileSync(file, 'rotten');
  }
  rig.remove('out.txt');
  expect((await rig.repro()).of('copy')).toMatchObject({ kind: 'ran' });
  expect(rig.read('out.txt')).toBe('one');
});

test('a file made by hand where an out goes is kept under .pipe/saved, and named', async () => {
  const rig = createRig({ ...COPY, 'out.txt': 'precious' });
  const { warnings, summary } = await rig.repro();
  expect(summary.ran).toEqual(['copy']);
  const saved = /\.pipe\/saved\/\S+/.exec(warnings.join('\n'))?.[0] ?? '';
  expect(rig.read(saved)).toBe('precious');
});

test('an edited out is kept under .pipe/saved when it is replaced', async () => {
  const rig = createRig(COPY);
  await rig.repro();
  rig.write('out.txt', 'edited');
  const { warnings, of } = await rig.repro();
  expect(of('copy')).toMatchObject({ kind: 'restored' });
  expect(rig.read(/\.pipe\/saved\/\S+/.exec(warnings.join('\n'))?.[0] ?? '')).toBe('edited');
  expect(rig.read('out.txt')).toBe('one');
});

test('an out that git tracks is refused before anything is touched', async () => {
  const rig = createRig({ ...COPY, 'out.txt': 'committed' });
  rig.git('init', '-q');
  rig.git('add', 'out.txt');
  const { of } = await rig.repro();
  expect(of('copy')).toMatchObject({ kind: 'failed', failure: { code: 'out-unsafe', path: 'out.txt' } });
  expect(rig.read('out.txt')).toBe('committed');
});

test('an uncached out may be a file that git tracks', async () => {
  const rig = createRig({
    ...COPY,
    'pipeline.yaml':
      'stages: {copy: {cmd: cat in.txt > out.txt, deps: [in.txt], metrics: [{out.txt: {cache: false}}]}}',
    'out.txt': 'one',
  });
  rig.git('init', '-q');
  rig.git('add', 'out.txt');
  expect((await rig.repro()).summary.ran).toEqual(['copy']);
});

test('a persist out stays in place, and is not put back after a failure', async () => {
  const rig = createRig({
    'pipeline.yaml':
      'stages: {grow: {cmd: "cat in.txt >> log.txt; test $(cat in.txt) = good", deps: [in.txt], outs: [{log.txt: {persist: true}}]}}',
    'in.txt': 'good',
  });
  await rig.repro();
  rig.write('in.txt', 'bad');
  await rig.repro();
  expect(rig.read('log.txt')).toBe('goodbad');
  rig.write('in.txt', 'good');
  expect((await rig.repro()).summary.fresh).toEqual(['grow']);
});

test('.gitignore holds one sorted block for cached outs, also after a failure', async () => {
  const rig = createRig({ ...COPY, '.gitignore': 'mine\n' });
  rig.write(
    'pipeline.yaml',
    'stages: {b: {cmd: exit 1, outs: [z, a b], deps: [in.txt]}, c: {cmd: touch m, metrics: [{m: {cache: false}}], deps: [in.txt]}}',
  );
  rig.git('init', '-q');
  await rig.repro();
  expect(rig.read('.gitignore')).toBe(
    'mine\n# pipe: outs and model state, kept by pipe (do not edit this block)\n/a b\n/z\n# pipe: end\n',
  );
});

test('what is left running in the background is stopped before outs are digested', async () => {
  const rig = createRig({
    ...COPY,
    'pipeline.yaml':
      'stages: {copy: {cmd: "cat in.txt > out.txt; (sleep 60; echo late > out.txt) & touch bg", deps: [in.txt], outs: [out.txt]}}',
  });
  const { warnings, summary } = await rig.repro();
  expect(summary.ran).toEqual(['copy']);
  expect(warnings.join()).toContain('background');
});

const objectsOf = (rig: Rig): readonly string[] =>
  readdirSync(join(rig.root, '.pipe/cache/objects'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\/[0-9a-f]{62}$/.test(name))
    .map((name) => join(rig.root, '.pipe/cache/objects', name));

test('a dep that git does not track is worth a warning: nobody else could do this again', async () => {
  const rig = createRig({ ...COPY, 'known.txt': '' });
  rig.write('pipeline.yaml', 'stages: {copy: {cmd: cat in.txt > out.txt, deps: [in.txt, known.txt], outs: [out.txt]}}');
  rig.git('init', '-q');
  rig.git('add', 'known.txt');
  const { warnings } = await rig.repro();
  expect(warnings).toEqual(['git does not track its dep in.txt: nobody else can reproduce this']);
  expect((await rig.repro()).warnings).toEqual([]);
});
