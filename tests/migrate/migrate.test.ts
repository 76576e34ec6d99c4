/** `pipe migrate` on repositories that a real DVC made: nothing runs, everything that can be is fresh, DVC's files stay. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrate } from '../../src/engine/migrate/migrate.ts';
import { parseLock } from '../../src/core/lock-file.ts';
import { checkout } from '../../src/engine/checkout.ts';
import { type } from '../cli/fake-io.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createRig } from '../support/workspace.ts';
import { goldenRepo, md5s, migrated, states } from './golden-repo.ts';

const TIMEOUT = 60_000;

test.each(['stages', 'groups', 'folders', 'changed', 'remote', 'legacy', 'oldest'])(
  '%s: every file that was there keeps its MD5, and nothing is run',
  async (name) => {
    const rig = goldenRepo(name);
    const before = md5s(rig.root);
    await migrated(rig);
    expect(md5s(rig.root)).toEqual(before);
    expect(rig.exists('.pipe/logs')).toBe(false);
  },
  TIMEOUT,
);

test.each(['stages', 'groups', 'folders', 'legacy'])(
  '%s: all stages are fresh afterwards, and stay so through a repro',
  async (name) => {
    const rig = goldenRepo(name);
    const report = await migrated(rig);
    expect(report.stages.filter(({ hasLock, changed }) => !hasLock || changed.length > 0)).toEqual([]);
    expect(new Set(Object.values(await states(rig)))).toEqual(
      new Set(name === 'stages' ? ['fresh', 'frozen'] : ['fresh']),
    );
    expect((await type('status -q', rig.root)).exitCode).toBe(0);
    const again = await rig.repro();
    expect(again.summary.ran).toEqual([]);
    expect(again.summary.restored).toEqual([]);
  },
  TIMEOUT,
);

test('comments, templates and order stay; lines of a command become a list; a shell is named where the default would differ', async () => {
  const rig = goldenRepo('stages');
  await migrated(rig);
  const text = rig.read('pipeline.yaml');
  expect(text).not.toContain('yaml-language-server');
  expect(text).toContain('# a pipeline\n');
  expect(text).toContain(
    '  # copies\n  copy:\n    cmd: mkdir -p ${where} && cat in.txt > ${where}/copy.txt # simple\n',
  );
  expect(text).toContain('    # counts lines\n');
  expect(text).toMatch(
    / {4}cmd:\n\s+# counts lines\n\s+- wc -l < made\/copy\.txt > lines\.txt\n\s+- echo \$\{count\} >> lines\.txt\n/,
  );
  expect(text).toContain('    cmd: cp ../in.txt out.txt; chmod +x out.txt\n    shell: [sh, -c]\n');
});

test('an executable stays one, a persist out has no before, and what was not to be pushed is not', async () => {
  const rig = goldenRepo('stages');
  await migrated(rig);
  expect(statSync(join(rig.root, 'sub/out.txt')).mode & 0o100).toBe(0o100);
  expect(rig.read('locks/below.json')).toContain('"type":"exec"');
  expect(rig.read('locks/kept.json')).toContain('"before":null');
});

test('a changed dep, param or out makes its stage stale and no other; 1 that became 1.0 does not', async () => {
  const rig = goldenRepo('changed');
  const report = await migrated(rig);
  const of = (name: string) => report.stages.find(({ stage }) => stage === name);
  expect(await states(rig)).toEqual({
    same: 'fresh',
    param: 'stale',
    dep: 'stale',
    command: 'stale',
    fewer: 'stale',
    deleted: 'stale',
    added: 'stale',
  });
  expect(of('param')?.changed).toEqual(['param four: 4 → 5']);
  expect(of('dep')?.changed).toEqual(['dep changed since: other.txt']);
  expect(of('command')?.reasons).toEqual(['dvc.lock has another command']);
  expect(of('fewer')?.reasons).toEqual(['dvc.lock has a dep other.txt that dvc.yaml does not have']);
  expect(of('added')?.reasons[0]).toContain('dvc.lock has no record of it');
  const lock = parseLock(rig.read('locks/same.json'));
  expect(lock.kind === 'entry' && lock.entry.inputs.params).toEqual({ 'params.yaml:one': 1, 'params.yaml:two': 1n });
  const { summary } = await rig.repro();
  expect(summary.restored).toEqual(['deleted']);
  expect([...summary.ran].sort()).toEqual(['added', 'command', 'dep', 'fewer', 'param']);
});

test('folders: one graph of several files, one .pipeignore, sources with what was said of them', async () => {
  const rig = goldenRepo('folders');
  const report = await migrated(rig);
  expect(Object.keys(await states(rig))).toEqual(['a/pipeline.yaml:tree', 'a/b/pipeline.yaml:join']);
  expect(rig.read('.pipeignore')).toBe('# ours\n*.tmp\n!keep.tmp\n\n# from a/.dvcignore\n/a/**/skip.me\n');
  expect(rig.read('pipeline.yaml')).toContain(
    'sources:\n  # told by hand\n  # imported from ../given.txt\n  - data/imported.txt\n  - data/raw\n',
  );
  expect(report.sources.map(({ path, hasLock }) => [path, hasLock])).toEqual([
    ['data/imported.txt', true],
    ['data/raw', true],
  ]);
  expect(rig.read('.pipe/config.yaml')).toBe(
    'cache:\n  link: [hardlink, copy]\nremote: store\nremotes:\n  store:\n    url: s3://bucket/prefix/pipe\n    endpoint: http://127.0.0.1:9\n',
  );
  expect(report.notes.map(({ path }) => path)).toEqual(['core.autostage', 'remote.store.access_key_id']);
  expect(JSON.stringify(report)).not.toContain('not-a-key');
});

test('data that lies only in a remote that is a folder comes from there; checkout brings all of it back', async () => {
  const rig = goldenRepo('remote');
  const report = await migrated(rig);
  expect(report.stages[0]?.hasLock).toBe(true);
  const brought = await checkout({ cwd: rig.root, env: {} });
  expect(brought.ok && brought.value.missing).toEqual([]);
  expect(rig.read('data/two')).toBe('two');
  expect(await states(rig)).toEqual({ cat: 'fresh' });
});

test('a broken object of DVC is not believed, wherever it lies', async () => {
  const rig = goldenRepo('remote');
  rig.write('store/files/md5/b8/a9f715dbb64fd5c56e7783c6820a61', 'TWO');
  rig.write('store/files/md5/ab/fc455553b1944a48f5e4dbe7f0d898', 'something else');
  const report = await migrated(rig);
  expect(report.stages[0]?.hasLock).toBe(false);
  expect(report.stages[0]?.reasons).toEqual([
    "1 of 2 files neither in the workspace nor in DVC's cache: data",
    "neither in the workspace nor in DVC's cache: out.txt",
  ]);
  expect(rig.exists('locks/cat.json')).toBe(false);
});

test('DVC 2: texts count with LF for every CRLF, and keep their own bytes', async () => {
  const rig = goldenRepo('oldest');
  const report = await migrated(rig);
  expect(report.stages.map(({ stage, hasLock }) => [stage, hasLock])).toEqual([
    ['copy', true],
    ['old', true],
  ]);
  await checkout({ cwd: rig.root, env: {} });
  expect(rig.read('copy.txt')).toBe('one\r\ntwo\r\n');
  expect(rig.read('folder/crlf')).toBe('x\r\n');
  expect(await states(rig)).toEqual({ copy: 'fresh', old: 'fresh' });
});

test('no cache and no data: the pipeline is there, lock entries are not, and the report says why', async () => {
  const rig = goldenRepo('legacy');
  for (const path of ['.dvc/cache', 'folder', 'copy.txt', 'old.txt']) rig.remove(path);
  const report = await migrated(rig);
  expect(report.stages.map(({ hasLock, reasons }) => [hasLock, reasons])).toEqual([
    [false, ["neither in the workspace nor in DVC's cache: folder, copy.txt"]],
    [false, ["neither in the workspace nor in DVC's cache: old.txt"]],
  ]);
  expect(report.sources[0]).toMatchObject({ path: 'folder', hasLock: false });
  expect(rig.exists('locks')).toBe(false);
});

test('a cache elsewhere is read, and links into it become content', async () => {
  const rig = goldenRepo('folders');
  renameSync(join(rig.root, '.dvc/cache'), join(rig.root, 'far'));
  rig.write('.dvc/config', `[cache]\n    dir = ../far\n`);
  rig.remove('a/tree');
  const report = await migrated(rig);
  expect(report.stages.every(({ hasLock }) => hasLock)).toBe(true);
  expect(report.notes.find(({ path }) => path === 'cache.dir')?.message).toContain('was read');
});

test('--check writes nothing at all', async () => {
  const rig = goldenRepo('changed');
  const before = rig.snapshot();
  const report = await migrated(rig, { check: true });
  expect(report.stages.filter(({ hasLock }) => hasLock)).toHaveLength(4);
  expect(rig.snapshot()).toEqual(before);
  expect(rig.exists('.pipe')).toBe(false);
  expect((await type('migrate --check -q', rig.root)).exitCode).toBe(1);
  expect((await type('migrate --check', rig.root)).exitCode).toBe(0);
});

test('a second time is refused; --force reads DVC once more, and keeps what it replaces', async () => {
  const rig = goldenRepo('legacy');
  rig.remove('old.txt');
  renameSync(join(rig.root, '.dvc/cache'), join(rig.root, 'away'));
  expect((await migrated(rig)).stages.map(({ hasLock }) => hasLock)).toEqual([true, false]);
  const again = await type('migrate', rig.root);
  expect(again.exitCode).toBe(2);
  expect(again.stderr).toContain('has a pipeline.yaml already');
  renameSync(join(rig.root, 'away'), join(rig.root, '.dvc/cache'));
  rig.write('pipeline.yaml', `${rig.read('pipeline.yaml')}# mine\n`);
  expect((await migrated(rig, { force: true })).stages.map(({ hasLock }) => hasLock)).toEqual([true, true]);
  const [run = ''] = readdirSync(join(rig.root, '.pipe/saved'));
  expect(rig.read(`.pipe/saved/${run}/pipeline.yaml`)).toContain('# mine');
});

test('stopped in the middle: no pipeline, and the same command does it all', async () => {
  const rig = goldenRepo('folders');
  const stop = new AbortController();
  const onProgress = () => stop.abort('SIGINT');
  const result = await migrate({ cwd: rig.root, env: { HOME: rig.root }, signal: stop.signal, onProgress });
  expect(!result.ok && result.error).toEqual({ code: 'interrupted', signal: 'SIGINT' });
  expect(rig.exists('pipeline.yaml') || rig.exists('a/pipeline.yaml') || rig.exists('locks')).toBe(false);
  // As a kill between two files would leave it.
  await migrated(rig);
  rmSync(join(rig.root, 'pipeline.yaml'));
  expect((await migrated(rig)).stages.every(({ hasLock }) => hasLock)).toBe(true);
});

test('no DVC here: said so', async () => {
  const refused = await type('migrate', tempFolder());
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('there is no DVC repository');
});

test('from a folder below the root, itself a folder of a git checkout, with CRLF in every file of DVC', async () => {
  const rig = goldenRepo('changed');
  const outer = tempFolder();
  const root = join(outer, 'project');
  for (const file of ['dvc.yaml', 'dvc.lock', '.dvc/config']) rig.write(file, rig.read(file).replaceAll('\n', '\r\n'));
  mkdirSync(join(rig.root, 'below'));
  cpSync(rig.root, root, { recursive: true });
  execFileSync('git', ['init', '-q', outer]);
  const result = await migrate({ cwd: join(root, 'below'), env: { HOME: outer } });
  expect(result.ok && result.value.stages.filter(({ hasLock }) => hasLock).map(({ stage }) => stage)).toEqual([
    'same',
    'param',
    'dep',
    'deleted',
  ]);
  expect(readFileSync(join(root, 'pipeline.yaml'), 'utf8')).not.toContain('\r');
  expect(readdirSync(outer).sort()).toEqual(['.git', 'project']);
});

test('files of DVC in tracked data or in an out are data, as they are to DVC', async () => {
  const rig = goldenRepo('remote');
  for (const folder of ['data', 'made']) {
    rig.write(`${folder}/dvc.yaml`, 'stages: {inner: {cmd: x}}');
    rig.write(`${folder}/in.dvc`, 'outs:\n- {md5: 22a1a2931c8370d3aeedd7183606fd7f, path: q}\n');
  }
  rig.write('dvc.yaml', `${rig.read('dvc.yaml')}  make: {cmd: x, outs: [made]}\n`);
  const report = await migrated(rig);
  expect(report.stages.map(({ stage }) => stage)).toEqual(['cat', 'make']);
  expect(report.notes.map(({ file }) => file)).toEqual([
    'data/in.dvc',
    'data/dvc.yaml',
    'made/dvc.yaml',
    'made/in.dvc',
  ]);
  expect(report.sources.map(({ path }) => path)).toEqual(['data', 'in.txt']);
  expect(rig.exists('data/pipeline.yaml') || rig.exists('made/pipeline.yaml')).toBe(false);
});

test('a repository of DVC before 1.0: stages in .dvc files alone, and a file that only names others', async () => {
  const rig = createRig({
    'train.dvc':
      'cmd: sh train.sh\ndeps:\n- {md5: 0cc175b9c0f1b6a831c399e269772661, path: train.sh}\nouts: [{path: m}]\n',
    Dvcfile: 'cmd: cat m\ndeps: [{path: m}]\n',
    'all.dvc': 'deps: [{path: m}]\n',
  });
  const report = await migrated(rig);
  expect(report.stages.map(({ stage }) => stage)).toEqual(['Dvcfile', 'train']);
  expect(report.notes.map(({ file, message }) => [file, message.slice(0, 34)])).toEqual([
    ['all.dvc', 'has neither a command nor data: it'],
  ]);
  const { stdout } = await type('migrate --check', rig.root);
  expect(stdout).toContain('- Dvcfile has no lock entry');
});

test('runs in DVC’s run cache whose deps and outs are at hand are restored afterwards; the report counts the others', async () => {
  const rig = goldenRepo('stages');
  const runs = readdirSync(join(rig.root, '.dvc/cache/runs'), { recursive: true, encoding: 'utf8' });
  const known = runs.filter((path) => path.split('/').length === 3).length;
  expect(known).toBeGreaterThan(2);
  const first = readFileSync(
    join(rig.root, '.dvc/cache/runs', runs.find((path) => path.split('/').length === 3) ?? ''),
    'utf8',
  );
  rig.write('.dvc/cache/runs/aa/aaaa/bbbb', 'no run');
  rig.write('.dvc/cache/runs/aa/aaab/bbbb', first.replace(/md5: \w{32}/, `md5: ${'0'.repeat(32)}`));
  const { runs: counted } = await migrated(rig);
  expect(counted).toEqual({ known: known + 1, carried: known });
  rig.remove('locks/copy.json');
  rig.remove('made/copy.txt');
  const again = await rig.repro({ targets: ['copy'] });
  expect(again.summary).toMatchObject({ ran: [], restored: ['copy'] });
});

test('deps outside the project are compared and counted as others are', async () => {
  const rig = createRig({
    'p/dvc.yaml': 'stages: {s: {cmd: cat ../code.sh > out, deps: [../code.sh, ../lib], outs: [out]}}\n',
    'p/out': 'x',
    'code.sh': 'x',
    'lib/a': 'x',
  });
  const md5 = '9dd4e461268c8034f5c8564e155c67a6';
  const lib = createHash('md5').update(`[{"md5": "${md5}", "relpath": "a"}]`).digest('hex');
  rig.write(
    'p/dvc.lock',
    `schema: '2.0'\nstages:\n  s:\n    cmd: cat ../code.sh > out\n    deps:\n    - {path: ../code.sh, hash: md5, md5: ${md5}}\n    - {path: ../lib, hash: md5, md5: ${lib}.dir}\n    outs:\n    - {path: out, hash: md5, md5: ${md5}}\n`,
  );
  const root = join(rig.root, 'p');
  expect((await type('migrate', root)).stdout).toContain('1 stage, 1 with a lock entry');
  expect((await type('status -q', root)).exitCode).toBe(0);
});

test('a template that becomes another path here than in DVC gives no lock entry', async () => {
  const rig = goldenRepo('groups');
  rig.write(
    'dvc.yaml',
    'stages:\n  one:\n    vars: [{r: 0.10}]\n    cmd: echo 0.1 > rate-0.1.txt\n    outs: ["rate-${r}.txt"]\n',
  );
  rig.write('dvc.lock', rig.read('dvc.lock').replace('rate@0.1:', 'one:'));
  const report = await migrated(rig);
  expect(report.stages).toMatchObject([
    { stage: 'one', hasLock: false, reasons: ['DVC knows no out rate-0.10.txt of it'] },
  ]);
});

test.each([
  ['alone', 'stages:\n  a: {cmd: x}\n', 'dvc.yaml'],
  ['in a folder', 'stages:\n  a: {cmd: x}\n', 'sub/with space/dvc.yaml'],
])(
  'the `git add` that it ends with takes all that was written: %s',
  async (_, text, file) => {
    const rig = createRig({});
    rig.git('init', '-q', '.');
    rig.write(file, text);
    rig.write('.dvcignore', '*.tmp\n');
    rig.write('.dvc/config', '[cache]\n    type = hardlink\n');
    rig.git('add', '.');
    const { stdout } = await type('migrate', rig.root);
    const [, command = ''] = /^ {2}(git add .*?) {2}/m.exec(stdout) ?? [];
    execFileSync('/bin/sh', ['-c', command], { cwd: rig.root });
    expect(rig.git('ls-files', '--others', '--exclude-standard').trim()).toBe('');
    expect(rig.git('ls-files')).toContain('.pipe/config.yaml');
  },
  TIMEOUT,
);

test('values in a JSON file that are null are what DVC prints of them', async () => {
  const rig = createRig({});
  rig.write('.dvc/config', '');
  rig.write('more.json', '{"name": null, "rate": 0.10}');
  rig.write('dvc.yaml', 'vars: [more.json]\nstages:\n  a: {cmd: "x ${name} ${rate}"}\n');
  await migrated(rig);
  expect(readFileSync(join(rig.root, 'pipeline.yaml'), 'utf8')).toContain('x None 0.1');
});
