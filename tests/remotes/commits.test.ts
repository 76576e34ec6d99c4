/** What belongs to commits and experiments, and not to the workspace: sent, brought, kept and taken away. */
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { announceGc, isPushing } from '../../src/engine/announce.ts';
import { loadPipeline } from '../../src/engine/load.ts';
import { createWorkspace } from '../../src/engine/workspace.ts';
import { startPipe } from '../support/pipe-command.ts';
import { makeHistory, type Pair, startPair } from './two-clones.ts';

let folder: string;
let pair: Pair;
let states: Awaited<ReturnType<typeof makeHistory>>;
let remote: string;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'pipe commits ')));
  pair = startPair(folder);
  remote = join(folder, 'remote');
  states = await makeHistory(pair, remote);
}, 240_000);

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

function age(root: string): void {
  const then = new Date(Date.now() - 40 * 24 * 3600 * 1000);
  for (const name of filesIn(root)) utimesSync(join(root, name), then, then);
}

const filesIn = (root: string) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(root, name)).isFile());

test('push --all-commits sends what any commit names, fetch --all-commits brings it: every commit without the remote', async () => {
  const { here, clone } = pair;
  const count = filesIn(remote).length;
  rmSync(remote, { recursive: true });
  await here.done('push');
  expect(filesIn(remote).length).toBeLessThan(count);
  expect(await here.done('push', '--all-commits')).toMatch(/^pushed \d+ objects/);
  expect(filesIn(remote).length).toBe(count);
  expect(await here.done('push', '--all-commits')).toBe('default has everything\n');
  const there = clone('all');
  await there.done('pull', '--all-commits');
  expect(there.state()).toEqual(here.state());
  renameSync(remote, `${remote} away`);
  for (const [commit, state] of states) {
    there.git('checkout', '--quiet', commit);
    await there.done('checkout');
    expect(there.state()).toEqual(state);
    expect((await there.pipe('status', '-q')).code).toBe(0);
  }
  renameSync(`${remote} away`, remote);
}, 120_000);

test('push -a and -T send what branches and tags name; a target limits it; what is nowhere is named with its commit', async () => {
  const { here } = pair;
  const [first = '', second = ''] = states.keys();
  here.git('tag', 'v1', first);
  here.git('branch', 'side', second);
  const sizeOf = () => filesIn(remote).filter((name) => name.startsWith('objects')).length;
  rmSync(remote, { recursive: true });
  await here.done('push', 'model.bin');
  expect(sizeOf()).toBe(1);
  await here.done('push', 'model.bin', '-T');
  expect(sizeOf()).toBe(2);
  await here.done('push', 'model.bin', '-a');
  expect(sizeOf()).toBe(3);
  const cache = join(here.root, '.pipe/cache');
  renameSync(cache, `${cache} away`);
  rmSync(remote, { recursive: true });
  const pushed = await here.pipe('push', 'model.bin', '-T');
  rmSync(cache, { recursive: true, force: true });
  renameSync(`${cache} away`, cache);
  await here.done('push', '--all-commits');
  expect(pushed.code).toBe(1);
  expect(pushed.stderr).toMatch(new RegExp(`missing model.bin at ${first.slice(0, 8)}`));
}, 120_000);

test('gc --remote keeps what the scope names, never what is young, and says what it would do', async () => {
  const { here, clone } = pair;
  const gc = async (...args: readonly string[]) => JSON.parse(await here.done('gc', ...args, '--json')).remote;
  expect(await here.pipe('gc', '--remote', '--yes')).toMatchObject({ code: 2 });
  expect(await here.pipe('gc', '--workspace', '--remote')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/look with --dry, then say --yes/),
  });
  const before = filesIn(remote);
  expect((await gc('--workspace', '--remote', '--yes')).objects.removed.files).toBe(0);
  age(remote);
  expect((await gc('--all-commits', '--remote', '--yes')).objects.removed.files).toBe(0);
  const dry = await gc('--workspace', '--remote', '--dry');
  expect(dry.objects.removed.files).toBeGreaterThan(5);
  expect(filesIn(remote)).toEqual(before);
  expect(await gc('--workspace', '--remote', 'default', '--yes')).toEqual({ ...dry, dry: false });
  expect(filesIn(remote).length).toBe(before.length - dry.objects.removed.files - dry.records.removed.files);
  const there = clone('kept');
  await there.done('pull');
  expect(there.state()).toEqual(here.state());
  // What went is still in the cache here, and can be sent again.
  await here.done('push', '--all-commits');
  expect(filesIn(remote)).toEqual(before);
  await here.done('remote', 'add', 'public', 'http://127.0.0.1:1/x');
  expect(await here.pipe('gc', '--workspace', '--remote', 'public', '--yes')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/the remote public is only read/),
  });
}, 120_000);

test('experiments travel with their outs: apply elsewhere runs nothing', async () => {
  const { here, clone } = pair;
  await here.done('exp', 'run', '-n', 'deep', '-S', 'depth=7');
  expect(await here.done('exp', 'push', 'origin')).toMatch(/^sent deep\npushed \d+ objects/);
  const there = clone('lab');
  expect(await there.done('exp', 'pull', 'origin')).toMatch(/^brought deep\nfetched \d+ objects/);
  expect(await there.done('exp', 'apply', 'deep')).toMatch(/restored model.bin/);
  const summary = JSON.parse((await there.done('repro', '--json')).trim().split('\n').at(-1) ?? '').summary;
  expect(summary).toMatchObject({ ran: [], restored: [], failed: [] });
  // Its data was lost in between: asked for once more, it comes, though the ref is here.
  rmSync(join(there.root, '.pipe/cache'), { recursive: true });
  const again = JSON.parse(await there.done('exp', 'pull', 'origin', 'deep', '--json'));
  expect(again).toMatchObject({ experiments: [], data: { missing: [] } });
  expect(again.data.objects).toBeGreaterThan(0);
}, 120_000);

test('an object that a power cut tore is found when it is put in place, and comes again in the same pull', async () => {
  const there = pair.clone('torn');
  await there.done('fetch');
  const objects = join(there.root, '.pipe/cache/objects');
  for (const name of filesIn(objects)) {
    const file = join(objects, name);
    const { size } = statSync(file);
    if (size < 1000) continue;
    chmodSync(file, 0o644);
    writeFileSync(file, Buffer.alloc(size)); // as ext4 may leave it: the length, and zeros
  }
  await there.done('pull');
  expect(there.state()).toEqual(pair.here.state());
}, 120_000);

test('while something is pushed, gc takes no object out of the cache', async () => {
  const { here } = pair;
  const cache = join(here.root, '.pipe/cache');
  age(cache);
  here.write('wait.sh', `#!/bin/sh\necho started > ${JSON.stringify(join(here.root, 'started'))}\nsleep 60\n`);
  chmodSync(join(here.root, 'wait.sh'), 0o755);
  await here.done('remote', 'add', 'slow', 'ssh://nowhere/x');
  await here.done('remote', 'modify', 'slow', 'command', `exec ${JSON.stringify(join(here.root, 'wait.sh'))}`);
  const push = startPipe(here.root, ['push', '--all-commits', '-r', 'slow']);
  await expect.poll(() => filesIn(here.root).includes('started'), { timeout: 30_000 }).toBe(true);
  const told = await here.done('gc', '--workspace');
  expect(told).toMatch(/removed 0 objects/);
  expect(told).toMatch(/something is pushed from .*: every object stays this time/);
  push.child.kill('SIGKILL');
  await push.ended;
  expect(await here.done('gc', '--workspace')).toMatch(/removed [1-9]\d* objects/);
}, 120_000);

test('a push that begins while gc removes objects waits for its end, and looks at what is there then', async () => {
  const { here } = pair;
  const loaded = await loadPipeline(here.root);
  if (!loaded.ok) return expect.unreachable(loaded.error.code);
  const ended = announceGc(createWorkspace(loaded.value, { env: {} }));
  const objects = join(here.root, '.pipe/cache/objects');
  renameSync(objects, `${objects}.away`);
  const push = startPipe(here.root, ['push', '--all-commits', '-r', join(here.root, '../late')]);
  await expect.poll(() => isPushing(here.root), { timeout: 30_000 }).toBe(true);
  renameSync(`${objects}.away`, objects);
  ended();
  expect((await push.ended).stdout).toMatch(/pushed [1-9]\d* objects/);
}, 120_000);
