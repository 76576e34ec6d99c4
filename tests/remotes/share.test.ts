/** Data that travels with git: what one person pushes another one has, at every commit, byte for byte. */
import { join } from 'node:path';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { makeHistory, type Pair, PIPELINE, startPair } from './two-clones.ts';

/** Nobody changes what is `here`: a clone a test. */
let folder: string;
let pair: Pair;
let states: Awaited<ReturnType<typeof makeHistory>>;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'pipe shared ')));
  pair = startPair(folder);
  states = await makeHistory(pair, join(folder, 'remote'));
}, 240_000);

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

test('pull in a fresh clone brings everything, and repro there runs nothing; every earlier commit comes back', async () => {
  const there = pair.clone('all');
  await there.done('pull');
  expect(there.state()).toEqual(pair.here.state());
  const summary = JSON.parse((await there.done('repro', '--json')).trim().split('\n').at(-1) ?? '').summary;
  expect(summary).toMatchObject({ ran: [], restored: [], failed: [] });
  expect(there.git('status', '--porcelain')).toBe('');
  for (const [commit, state] of states) {
    there.git('checkout', '--quiet', commit);
    await there.done('pull');
    expect(there.state()).toEqual(state);
    expect((await there.pipe('status', '-q')).code).toBe(0);
    expect(there.git('status', '--porcelain')).toBe('');
  }
  // From its own cache, without the remote.
  for (const [commit, state] of [...states].reverse()) {
    there.git('checkout', '--quiet', commit);
    await there.done('checkout');
    expect(there.state()).toEqual(state);
  }
});

test('what an earlier run made is restored elsewhere once its record was pushed', async () => {
  const pushed = await pair.here.done('push', '--all-records', '--json');
  expect(JSON.parse(pushed)).toMatchObject({ missing: [], differing: [] });
  expect(await pair.here.done('push', '--all-records')).toMatch(/default has everything/);
});

test('what is nowhere is named, and the exit code says so', async () => {
  const folder = tempFolder();
  const pair = startPair(folder);
  const { here } = pair;
  here.write('pipeline.yaml', `${PIPELINE}remotes: {default: ../remote}\n`);
  here.write('params.yaml', 'depth: 1\n');
  here.write('data/raw.csv', '1\n2\n3\n');
  await here.done('add', 'data/raw.csv');
  await here.done('repro');
  here.git('add', '-A');
  here.git('commit', '--quiet', '-m', 'one');
  here.git('push', '--quiet', 'origin', 'HEAD:main');
  const there = pair.clone('records');
  const pulled = await there.pipe('pull');
  expect(pulled.code).toBe(1);
  expect(pulled.stderr).toMatch(/missing parts: not in default/);
  const pushed = await there.pipe('push');
  expect(pushed.code).toBe(1);
  expect(pushed.stderr).toMatch(/missing data\/raw.csv: neither in the cache nor in default/);
});

test('status -c says what is new, what is only there, and what is nowhere', async () => {
  expect(await pair.here.done('status', '-c')).toBe('the cache and default have the same\n');
  const statesOf = async (clone: typeof pair.here) => {
    const { paths } = JSON.parse(await clone.done('status', '-c', '--json'));
    return Object.fromEntries(paths.map(({ path, state }: { path: string; state: string }) => [path, state]));
  };
  expect(await statesOf(pair.clone('missing'))).toMatchObject({ 'data/raw.csv': 'deleted', 'model.bin': 'deleted' });
  const changed = pair.clone('changed too');
  changed.write('params.yaml', 'depth: 8\n');
  await changed.done('repro', '--pull');
  expect(await statesOf(changed)).toMatchObject({ parts: 'same', 'model.bin': 'new' });
  expect((await changed.pipe('status', '-c', '-q')).code).toBe(1);
});

test('targets: one out, one source', async () => {
  const there = pair.clone('state');
  await there.done('pull', 'model.bin');
  expect(Object.keys(there.state())).toContain('model.bin');
  expect(Object.keys(there.state())).not.toContain('data/raw.csv');
  await there.done('pull', 'data/raw.csv');
  expect(Object.keys(there.state())).toContain('data/raw.csv');
  expect(Object.keys(there.state()).filter((path) => path.startsWith('parts/'))).toEqual([]);
});

test.each([
  ['no remote is set up', {}, ['push'], 2, /no remote is meant[^]*pipe remote add/],
  [
    'an unknown remote',
    { remotes: { a: '/x', b: '/y' } },
    ['pull', '-r', 'c'],
    2,
    /no remote `c`\n {2}hint: there are a, b/,
  ],
  [
    'a remote that is only read',
    { remotes: { a: { url: '/x', read_only: true } } },
    ['push'],
    2,
    /the remote a is only read/,
  ],
  ['a web server', { remotes: { a: 'http://127.0.0.1:1/x' } }, ['push'], 2, /the remote a is only read/],
  ['a kind that is none', { remotes: { a: 'ftp://x/y' } }, ['push'], 3, /ftp:\/\/ is no kind of remote/],
  [
    'a secret in a committed file',
    { remotes: { a: { url: 's3://x', secret_access_key: 'k' } } },
    ['push'],
    2,
    /`secret_access_key` must not stand in a file that is committed/,
  ],
  ['a key that is none', { remotes: { a: { url: 's3://x', endpont: 'k' } } }, ['push'], 2, /did you mean `endpoint`/],
])('%s: said clearly', async (_, top, args, code, words) => {
  const { here } = startPair(tempFolder());
  here.write('pipeline.yaml', JSON.stringify({ stages: { a: { cmd: 'true' } }, ...top }));
  const ended = await here.pipe(...args);
  expect(ended.code).toBe(code);
  expect(ended.stderr).toMatch(words);
});

test('repro --pull on a fresh clone brings final outs alone, and for a stage that runs what it reads', async () => {
  const there = pair.clone('changed');
  const dry = await there.done('repro', '--pull', '--dry');
  expect(dry).toMatch(/restore/);
  expect(Object.keys(there.state())).not.toContain('model.bin');
  const first = JSON.parse((await there.done('repro', '--pull', '--json')).trim().split('\n').at(-1) ?? '').summary;
  expect(first).toMatchObject({ ran: [], restored: ['fit'], fresh: ['split'] });
  expect(Object.keys(there.state()).filter((path) => path.startsWith('parts/') || path.startsWith('data/'))).toEqual(
    [],
  );
  there.write('params.yaml', 'depth: 9\n');
  const second = JSON.parse((await there.done('repro', '--pull', '--json')).trim().split('\n').at(-1) ?? '').summary;
  expect(second).toMatchObject({ ran: ['fit'], fresh: ['split'] });
  expect(Object.keys(there.state())).toContain('parts/paaa');
  expect(Object.keys(there.state()).filter((path) => path.startsWith('data/'))).toEqual([]);
});

test('repro --pull restores what was run elsewhere with the same inputs, though no lock entry says so', async () => {
  const first = pair.clone('elsewhere first');
  first.write('params.yaml', 'depth: 7\n');
  await first.done('repro', '--pull');
  await first.done('push', 'fit');
  const there = pair.clone('one');
  there.write('params.yaml', 'depth: 7\n');
  const summary = JSON.parse((await there.done('repro', '--pull', '--json')).trim().split('\n').at(-1) ?? '').summary;
  expect(summary).toMatchObject({ ran: [], restored: ['fit'], fresh: ['split'] });
});

test('remotes are added, changed and taken away; what is secret goes into the file that git ignores', async () => {
  const { here } = startPair(tempFolder());
  here.write('pipeline.yaml', 'stages: {a: {cmd: "true"}}\n');
  await here.done('remote', 'add', 'main', 's3://bucket/prefix');
  await here.done('remote', 'add', 'lab', '../lab');
  await here.done('remote', 'modify', 'main', 'secret_access_key', '12345');
  await here.done('remote', 'modify', 'lab', 'read_only', 'true');
  expect(JSON.parse(await here.done('remote', 'list', '--json'))).toEqual({
    remotes: [
      { name: 'lab', url: '../lab', isUsual: false, isReadOnly: true },
      { name: 'main', url: 's3://bucket/prefix', isUsual: true, isReadOnly: false },
    ],
  });
  await here.done('remote', 'default', 'lab', '--local');
  await here.done('remote', 'remove', 'main');
  expect(await here.done('remote', 'list')).toBe('*  lab  ../lab  read only\n');
  here.git('add', '-A');
  expect(here.git('ls-files').split('\n')).not.toContain('.pipe/config.local.yaml');
});

test.each([
  ['s3:/bucket/x', 'two slashes come after it: s3://…'],
  ['gs://bucket/x', 'gs:// is no kind of remote'],
  ['htp://host/x', 'htp:// is no kind of remote'],
])('%s is no address of a remote: said when it is added, not when it is used', async (url, told) => {
  const { here } = startPair(tempFolder());
  here.write('pipeline.yaml', 'stages: {}\n');
  expect(await here.pipe('remote', 'add', 'main', url)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(told),
  });
  await here.done('remote', 'add', 'main', 'C:/data');
  expect(await here.pipe('remote', 'modify', 'main', 'url', url)).toMatchObject({ code: 2 });
});
