/** `gc` and git: what branches, tags, commits and experiments name stays when that was asked for, and is whole. */
import { readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startPipe } from '../support/pipe-command.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createRig, type Rig } from '../support/workspace.ts';
import { type } from './fake-io.ts';

const PIPELINE = 'stages: {make: {cmd: mkdir -p d; cp in.txt d/out, deps: [in.txt], outs: [d]}}';

const json = async (line: string, rig: Rig) => JSON.parse((await type(`${line} --json`, rig.root)).stdout);

async function state(rig: Rig, text: string): Promise<void> {
  rig.write('in.txt', text);
  await rig.repro();
  rig.git('add', '-A');
  rig.git('commit', '-qm', text);
}

/** Two objects each: `old` is an earlier commit, `tagged` a tag, `side` a branch, `merged` came by a merge, `now` stands here. */
async function history(): Promise<Rig> {
  const rig = createRig({ 'pipeline.yaml': PIPELINE });
  rig.git('init', '-q');
  await state(rig, 'old');
  await state(rig, 'tagged');
  rig.git('tag', '-a', 'v1', '-m', 'one');
  rig.git('tag', 'of-a-file', 'HEAD:in.txt');
  rig.git('switch', '-qc', 'side');
  await state(rig, 'side');
  rig.git('switch', '-qc', 'lost', 'main');
  await state(rig, 'merged');
  rig.git('switch', '-q', 'main');
  await state(rig, 'now');
  rig.git('merge', '-q', '-s', 'ours', 'lost', '-m', 'merge');
  rig.git('branch', '-qD', 'lost');
  age(join(rig.root, '.pipe/cache'));
  return rig;
}

function age(cache: string): void {
  const then = new Date(Date.now() - 40 * 24 * 3600 * 1000);
  for (const name of readdirSync(cache, { recursive: true, encoding: 'utf8' }))
    if (statSync(join(cache, name)).isFile()) utimesSync(join(cache, name), then, then);
}

test.each([
  ['--workspace', ['now']],
  ['--all-tags', ['now', 'tagged']],
  ['--all-branches', ['now', 'side']],
  ['--all-commits', ['merged', 'now', 'old', 'side', 'tagged']],
  ['--keep-days 1', ['merged', 'now', 'old', 'side', 'tagged']],
])('gc %s keeps %j', async (scope, kept) => {
  const rig = await history();
  const dry = (await json(`gc ${scope} --dry`, rig)).cache;
  expect(dry.objects.kept.files).toBe(kept.length * 2);
  expect(dry.objects.removed.files).toBe((5 - kept.length) * 2);
  expect((await json(`gc ${scope}`, rig)).cache).toEqual({ ...dry, dry: false });
  for (const [name, commit] of Object.entries({
    now: 'main',
    side: 'side',
    tagged: 'v1',
    old: 'v1~1',
    merged: 'main^2',
  })) {
    rig.git('checkout', '-q', commit);
    rig.remove('d');
    const { missing } = await json('checkout', rig);
    expect([name, missing]).toEqual([name, kept.includes(name) ? [] : ['d']]);
  }
});

test('what is left of downloads and of killed writers goes when it is older than a day, and --dry says how large it is', async () => {
  const rig = await history();
  const cache = join(rig.root, '.pipe/cache');
  rig.write('.pipe/cache/partial/aa.bb.1.2.cc', 'x'.repeat(1000));
  rig.write('.pipe/cache/objects/ab/.tmp-0123456789abcdef', 'half');
  age(cache);
  rig.write('.pipe/cache/partial/dd.bb.1.2.ee', 'being written');
  const dry = (await json('gc --all-commits --dry', rig)).cache;
  expect(dry.temporaries).toEqual({ files: 2, bytes: 1004 });
  expect((await json('gc --all-commits', rig)).cache.temporaries).toEqual(dry.temporaries);
  expect(readdirSync(join(cache, 'partial'))).toEqual(['dd.bb.1.2.ee']);
});

test('what an experiment names stays, whatever was asked for', async () => {
  const rig = await history();
  rig.git('update-ref', 'refs/pipe/exps/mine', 'side');
  rig.git('branch', '-qD', 'side');
  expect((await json('gc --workspace', rig)).cache.objects.kept.files).toBe(4);
});

test('commits of another checkout that shares the cache count as well', async () => {
  const cache = tempFolder();
  const config = `cache: {dir: ${JSON.stringify(cache)}}`;
  const [one, other] = ['a', 'b'].map(() => createRig({ 'pipeline.yaml': PIPELINE, '.pipe/config.yaml': config }));
  if (one === undefined || other === undefined) return expect.unreachable();
  for (const rig of [one, other]) rig.git('init', '-q');
  await state(one, 'one');
  await state(other, 'before');
  await state(other, 'after');
  age(cache);
  expect((await json('gc --all-commits --dry', one)).cache.objects.removed.files).toBe(0);
  expect((await json('gc --workspace --dry', one)).cache.objects.removed.files).toBe(2);
});

test('while a stage runs, what the run cache can restore stays; afterwards it goes', async () => {
  const rig = createRig({ 'pipeline.yaml': PIPELINE, 'in.txt': 'one' });
  await rig.repro();
  rig.write('in.txt', 'two');
  await rig.repro();
  age(join(rig.root, '.pipe/cache'));
  const wait = 'touch started; while [ ! -e go ]; do sleep 0.05; done; echo 1 > s';
  rig.write('pipeline.yaml', `stages: {slow: {cmd: ${JSON.stringify(wait)}, outs: [s]}}`);
  const running = startPipe(rig.root, ['repro']);
  await rig.appears('started');
  const during = (await json('gc --workspace', rig)).cache;
  expect(during).toMatchObject({
    busy: [rig.root],
    records: { removed: { files: 0 } },
    objects: { removed: { files: 0 } },
  });
  rig.write('go', '');
  expect((await running.ended).code).toBe(0);
  expect((await json('gc --workspace', rig)).cache).toMatchObject({ busy: [], records: { removed: { files: 1 } } });
});

test('a repository that git refuses to read ends it: nothing is removed', async () => {
  const rig = await history();
  rig.write('.git/HEAD', 'broken');
  expect(await type('gc --workspace', rig.root)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/nothing was removed/),
  });
});

test('scopes of git without git: refused', async () => {
  const rig = createRig({ 'pipeline.yaml': PIPELINE });
  expect(await type('gc --all-commits', rig.root)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/no git repository/),
  });
});
