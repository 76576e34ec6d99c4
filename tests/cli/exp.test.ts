/** Experiments against real git repositories: the workspace stays as it is, whatever happens. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startPipe } from '../support/pipe-command.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createRig, type Rig } from '../support/workspace.ts';
import { createFakeIo } from './fake-io.ts';
import { main } from '../../src/cli/main.ts';

const FILES = {
  'pipeline.yaml': `stages:
  prepare:
    cmd: mkdir -p data; cat raw/* > data/rows; echo ran >> "$COUNT"
    deps: [raw]
    outs: [data/rows]
    pass_env: [COUNT]
  train:
    cmd: sh train.sh
    deps: [data/rows, train.sh]
    params: [train]
    outs: [model.txt, {log.txt: {persist: true}}]
    metrics: [metrics.json: {cache: false}]
sources: [raw]
`,
  'params.yaml': '# values\ntrain:\n  lr: 1 # learning rate\n  depth: 3\n',
  'train.sh': `lr=$(sed -n 's/.* lr: \\([0-9]*\\).*/\\1/p' params.yaml); d=$(sed -n 's/.*depth: \\([0-9]*\\).*/\\1/p' params.yaml)
if [ "$d" = 9 ]; then echo too deep; exit 3; fi
if [ "$d" = 7 ]; then touch "$COUNT.slow"; while [ ! -e "$COUNT.go" ]; do sleep 0.05; done; fi
echo "$lr $d" >> log.txt; echo "model $lr $d" > model.txt; echo "{\\"score\\": $((lr * d))}" > metrics.json
`,
  'raw/a': 'rows\n',
};

/** Of some JSON that was printed. */
interface Row {
  readonly kind?: string;
  readonly name?: string;
  readonly path?: string;
  readonly isStarted?: boolean;
  readonly params: Readonly<Record<string, unknown>>;
  readonly metrics: Readonly<Record<string, unknown>>;
}

interface Told {
  readonly rows: readonly Row[];
  readonly queued: readonly Row[];
  readonly changes: readonly Row[];
}

interface Lab extends Rig {
  readonly pipe: (...args: readonly string[]) => Promise<{ exitCode: number; stdout: string; stderr: string }>;
  readonly json: (...args: readonly string[]) => Promise<Told>;
  readonly env: Readonly<Record<string, string>>;
}

async function lab(files: Readonly<Record<string, string>> = FILES): Promise<Lab> {
  const rig = createRig(files);
  const env = { COUNT: join(tempFolder(), 'count'), HOME: tempFolder(), GIT_CONFIG_NOSYSTEM: '1' };
  const pipe: Lab['pipe'] = async (...args) => {
    const fake = createFakeIo(rig.root, env);
    return { exitCode: await main([...args], fake.io), stdout: fake.stdout(), stderr: fake.stderr() };
  };
  rig.git('init', '-q');
  await pipe('add', 'raw');
  await pipe('repro');
  rig.git('add', '-A');
  rig.git('commit', '-qm', 'one');
  return { ...rig, env, pipe, json: async (...args) => JSON.parse((await pipe(...args, '--json')).stdout) };
}

const names = ({ git }: Lab) =>
  git('for-each-ref', '--format=%(refname:lstrip=3)', 'refs/pipe/exps')
    .split('\n')
    .filter((name) => name !== '');
const worktrees = ({ git }: Lab) => git('worktree', 'list').trim().split('\n').length;
const status = ({ git }: Lab) => git('status', '--porcelain', '-uall');

test('a grid: every combination, its figures compared; the workspace, index and HEAD stay as they are', async () => {
  const rig = await lab();
  rig.write('train.sh', `${FILES['train.sh']}# edited\n`);
  rig.write('note.md', 'untracked');
  const before = [rig.snapshot(), status(rig), rig.git('rev-parse', 'HEAD')];
  const ran = await rig.pipe('exp', 'run', '-S', 'train.lr=1,2', '-S', 'train.depth=range(4,6)', '-j', '2');
  expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
  expect(ran.stdout).toContain('4 ran');
  expect([rig.snapshot(), status(rig), rig.git('rev-parse', 'HEAD')]).toEqual(before);
  expect([
    worktrees(rig),
    existsSync(join(rig.root, '.pipe/exps')) ? readdirSync(join(rig.root, '.pipe/exps')) : [],
  ]).toEqual([1, []]);
  const { rows } = await rig.json('exp', 'show', '--sort-by', 'score', '--sort-order', 'desc');
  expect(
    rows.map(({ kind, params, metrics }: Row) => [kind, params['train.lr'], params['train.depth'], metrics['score']]),
  ).toEqual([
    ['workspace', 1, 3, 3],
    ['baseline', 1, 3, 3],
    ['experiment', 2, 5, 10],
    ['experiment', 2, 4, 8],
    ['experiment', 1, 5, 5],
    ['experiment', 1, 4, 4],
  ]);
  // What stood in the workspace went along; prepare was restored, never run again.
  const [first = ''] = names(rig);
  expect(rig.git('show', `refs/pipe/exps/${first}:train.sh`)).toContain('# edited');
  expect(rig.git('show', `refs/pipe/exps/${first}:note.md`)).toBe('untracked');
  expect(rig.git('show', `refs/pipe/exps/${first}:params.yaml`)).toContain('# learning rate');
  const { stdout } = await rig.pipe('exp', 'show', '--filter', 'score>5', '--filter', 'train.lr==2', '--md');
  expect(stdout.match(/exp-/g)).toHaveLength(2);
  expect(stdout).toContain('| EXPERIMENT | CREATED (UTC) | score | train.depth | train.lr |');
});

test('a stale stage that the points share is run by one of them; the others wait, and restore what it made', async () => {
  const rig = await lab();
  rig.write('pipeline.yaml', FILES['pipeline.yaml'].replace('mkdir -p data;', 'sleep 0.5; mkdir -p data;'));
  const count = () => readFileSync(rig.env['COUNT'] ?? '', 'utf8').split('\n').length - 1;
  const before = count();
  const ran = await rig.pipe('exp', 'run', '-v', '-S', 'train.depth=4,5,6', '-j', '3');
  expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('3 ran') });
  expect(count()).toBe(before + 1);
});

test('staged changes and a submodule stay as they are, and go along', async () => {
  const rig = await lab();
  const library = createRig({ 'lib.sh': 'echo 1\n' });
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    ['commit', '-qm', 'one'],
  ])
    library.git(...args);
  rig.git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', library.root, 'library');
  rig.git('commit', '-qm', 'library');
  rig.write('pipeline.yaml', FILES['pipeline.yaml'].replace('sh train.sh', 'sh train.sh && sh library/lib.sh'));
  rig.write('staged.txt', 'staged');
  rig.git('add', 'staged.txt');
  rig.write('staged.txt', 'staged, then edited');
  const before = [rig.snapshot(), status(rig), rig.git('ls-files', '--stage')];
  expect(await rig.pipe('exp', 'run', '-n', 'e', '-S', 'train.depth=4')).toMatchObject({ exitCode: 0, stderr: '' });
  expect([rig.snapshot(), status(rig), rig.git('ls-files', '--stage')]).toEqual(before);
  expect(rig.git('show', 'refs/pipe/exps/e:staged.txt')).toBe('staged, then edited');
  expect(rig.git('ls-tree', 'refs/pipe/exps/e', 'library')).toContain('160000 commit');
  expect((await rig.pipe('exp', 'apply', 'e')).exitCode).toBe(0);
  expect(rig.read('library/lib.sh')).toBe('echo 1\n');
});

test('the same command again makes nothing again; a name that is taken by another is refused', async () => {
  const rig = await lab();
  await rig.pipe('exp', 'run', '-n', 'mine', '-S', 'train.depth=4');
  const commit = rig.git('rev-parse', 'refs/pipe/exps/mine');
  expect((await rig.pipe('exp', 'run', '-n', 'mine', '-S', 'train.depth=4')).stdout).toContain('1 made before');
  const other = await rig.pipe('exp', 'run', '-n', 'mine', '-S', 'train.depth=5');
  expect(other).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/there is another experiment called mine/),
  });
  expect(rig.git('rev-parse', 'refs/pipe/exps/mine')).toBe(commit);
  expect((await rig.pipe('exp', 'run', '-f', '-n', 'mine', '-S', 'train.depth=5')).exitCode).toBe(0);
  expect(rig.git('rev-parse', 'refs/pipe/exps/mine')).not.toBe(commit);
});

test('one that fails is reported with its log and kept out; the others are made', async () => {
  const rig = await lab();
  const { exitCode, stdout, stderr } = await rig.pipe('exp', 'run', '-n', 'grid', '-S', 'train.depth=4,9,5');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('2 ran, 1 failed');
  expect(names(rig)).toEqual(['grid-1', 'grid-3']);
  const [, log = ''] = /log: (\.pipe\/exps\/grid-2\/logs\/\S+)/.exec(stderr) ?? [];
  expect(rig.read(log)).toContain('too deep');
  expect((await rig.json('exp', 'list')).queued).toEqual([]);
  expect(worktrees(rig)).toBe(1);
});

test('apply: files and outs as the experiment left them; persist outs stay the user’s own', async () => {
  const rig = await lab();
  await rig.pipe('exp', 'run', '-n', 'deep', '-S', 'train.depth=5');
  // The experiment went on from a copy of the log, and the copy is in its cache only.
  expect(rig.read('log.txt')).toBe('1 3\n');
  const { exitCode, stdout } = await rig.pipe('exp', 'apply', 'deep');
  expect([exitCode, stdout.split('\n').sort()]).toEqual([
    0,
    ['', 'changed locks/train.json', 'changed metrics.json', 'changed params.yaml', 'restored model.txt'],
  ]);
  expect([rig.read('model.txt'), rig.read('metrics.json'), rig.read('log.txt')]).toEqual([
    'model 1 5\n',
    '{"score": 5}\n',
    '1 3\n',
  ]);
  expect(rig.read('params.yaml')).toBe(FILES['params.yaml'].replace('depth: 3', 'depth: 5'));
  expect((await rig.pipe('repro')).stdout).toContain('fresh');
  expect((await rig.pipe('exp', 'apply', 'deep')).stdout).toBe('everything stands as deep left it\n');
});

test('apply over something that changed here since: refused as a whole; with --force that is kept', async () => {
  const rig = await lab();
  await rig.pipe('exp', 'run', '-n', 'deep', '-S', 'train.depth=5');
  rig.write('params.yaml', 'train: {lr: 8, depth: 8}\n');
  const before = rig.snapshot();
  const refused = await rig.pipe('exp', 'apply', 'deep');
  expect(refused).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/params\.yaml changed here since deep began/),
  });
  expect(rig.snapshot()).toEqual(before);
  const { stdout, exitCode } = await rig.pipe('exp', 'apply', 'deep', '--force');
  expect(exitCode).toBe(0);
  const [, kept = ''] =
    /kept what stood in the way as (.*params\.yaml)/.exec(stdout.replaceAll(`${rig.root}/`, '')) ?? [];
  expect(rig.read(kept)).toBe('train: {lr: 8, depth: 8}\n');
  expect(rig.read('model.txt')).toBe('model 1 5\n');
});

test('diff, branch, and the name as a revision', async () => {
  const rig = await lab();
  await rig.pipe('exp', 'run', '-n', 'deep', '-S', 'train.depth=5');
  expect((await rig.pipe('exp', 'diff', 'deep')).stdout).toMatch(
    /params\.yaml +train\.depth +3 +5\n[^]*metrics\.json +score +3 +5 +\+2\n/,
  );
  expect((await rig.pipe('metrics', 'diff', 'deep')).stdout).toMatch(/score +5 +3 +-2/);
  expect((await rig.json('diff', 'HEAD', 'deep')).changes.map(({ path }: Row) => path)).toEqual([
    'log.txt',
    'model.txt',
  ]);
  rig.git('branch', 'deep');
  expect((await rig.pipe('exp', 'diff', 'HEAD', 'deep')).stdout).toMatch(/PARAM +HEAD +deep\n.* train\.depth +3 +5\n/);
  expect((await rig.pipe('exp', 'branch', 'deep', 'deeper')).exitCode).toBe(0);
  expect(rig.git('rev-parse', 'deeper')).toBe(rig.git('rev-parse', 'refs/pipe/exps/deep'));
  rig.git('switch', '-q', 'deeper');
  await rig.pipe('checkout');
  expect(rig.read('model.txt')).toBe('model 1 5\n');
});

test('list and remove; a name that is nearly right is suggested', async () => {
  const rig = await lab();
  await rig.pipe('exp', 'run', '-n', 'deep', '-S', 'train.depth=4,5');
  expect((await rig.pipe('exp', 'list')).stdout).toBe('deep-1  train.depth=4\ndeep-2  train.depth=5\n');
  expect(await rig.pipe('exp', 'remove', 'deep-3')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/did you mean `deep-/),
  });
  expect((await rig.pipe('exp', 'remove', 'deep-1')).stdout).toBe('removed deep-1\n');
  expect((await rig.pipe('exp', 'remove')).exitCode).toBe(2);
  expect((await rig.pipe('exp', 'remove', '--all')).stdout).toBe('removed deep-2\n');
  expect(names(rig)).toEqual([]);
});

test('push and pull: a clone has the experiments, and figures that git keeps', async () => {
  const rig = await lab();
  await rig.pipe('exp', 'run', '-n', 'deep', '-S', 'train.depth=5');
  const bare = join(tempFolder(), 'bare.git');
  rig.git('init', '-q', '--bare', bare);
  rig.git('remote', 'add', 'origin', bare);
  rig.git('push', '-q', 'origin', 'main');
  expect((await rig.pipe('exp', 'push', 'origin')).stdout).toMatch(/^sent deep\nwithout outs: no remote for data/);
  const clone = createRig({});
  clone.git('clone', '-q', bare, '.');
  const fake = createFakeIo(clone.root, rig.env);
  expect(await main(['exp', 'pull', 'origin'], fake.io)).toBe(0);
  expect(fake.stdout()).toMatch(/^brought deep\nwithout outs: /);
  expect(await main(['exp', 'diff', 'deep'], fake.io)).toBe(0);
  expect(fake.stdout()).toMatch(/score +3 +5 +\+2/);
});

test('kill -9 leaves a work tree that the next command clears, nothing running, and what was not done is resumed', async () => {
  const rig = await lab();
  const before = rig.snapshot();
  const killed = startPipe(rig.root, ['exp', 'run', '-n', 'g', '-S', 'train.depth=4,7,5'], rig.env);
  await vi.waitUntil(() => existsSync(`${rig.env['COUNT']}.slow`), { timeout: 30_000 });
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect(rig.snapshot()).toEqual(before);
  expect([names(rig), worktrees(rig)]).toEqual([['g-1'], 2]);
  expect((await rig.json('exp', 'list')).queued.map(({ name, isStarted }: Row) => [name, isStarted])).toEqual([
    ['g-2', true],
    ['g-3', false],
  ]);
  writeFileSync(`${rig.env['COUNT']}.go`, '');
  const resumed = await rig.pipe('exp', 'run', '--resume');
  expect(resumed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('2 ran') });
  expect([names(rig), worktrees(rig)]).toEqual([['g-1', 'g-2', 'g-3'], 1]);
  expect((await rig.json('exp', 'list')).queued).toEqual([]);
  expect(rig.snapshot()).toEqual(before);
});

test('Ctrl-C: exit 130, no work tree is left, the rest is queued', async () => {
  const rig = await lab();
  const stopped = startPipe(rig.root, ['exp', 'run', '-n', 'g', '-S', 'train.depth=7,5'], rig.env);
  await vi.waitUntil(() => existsSync(`${rig.env['COUNT']}.slow`), { timeout: 30_000 });
  stopped.child.kill('SIGINT');
  expect(await stopped.ended).toMatchObject({ code: 130, stderr: expect.stringContaining('pipe exp run --resume') });
  expect([names(rig), worktrees(rig)]).toEqual([[], 1]);
  expect((await rig.json('exp', 'list')).queued).toHaveLength(2);
});

/** How often a stage's command was run, by what it wrote down. */
const ranCount = ({ env }: Lab) => readFileSync(env['COUNT'] ?? '', 'utf8').split('\n').length - 1;
const made = (stdout: string) => stdout.match(/^made /gm)?.length ?? 0;

test('two commands at once with the same grid: each experiment is made by one of them, and both end well', async () => {
  const rig = await lab();
  rig.write('pipeline.yaml', FILES['pipeline.yaml'].replace('mkdir -p data;', 'mkdir -p data; true;'));
  const [before, count] = [rig.snapshot(), ranCount(rig)];
  const args = ['exp', 'run', '-S', 'train.depth=4,5,6', '-j', '2'];
  const ended = await Promise.all([startPipe(rig.root, args, rig.env).ended, startPipe(rig.root, args, rig.env).ended]);
  expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual([
    [0, ''],
    [0, ''],
  ]);
  expect(ended.reduce((sum, { stdout }) => sum + made(stdout), 0)).toBe(3);
  expect([names(rig).length, worktrees(rig), ranCount(rig)]).toEqual([3, 1, count + 1]);
  expect([rig.snapshot(), (await rig.json('exp', 'list')).queued]).toEqual([before, []]);
});

test('another command meanwhile leaves a running experiment alone', async () => {
  const rig = await lab();
  const slow = startPipe(rig.root, ['exp', 'run', '-n', 'slow', '-S', 'train.depth=7'], rig.env);
  await vi.waitUntil(() => existsSync(`${rig.env['COUNT']}.slow`), { timeout: 30_000 });
  const other = await rig.pipe('exp', 'run', '-n', 'quick', '-S', 'train.depth=5');
  expect(other).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('1 ran') });
  expect([names(rig), worktrees(rig)]).toEqual([['quick'], 2]);
  writeFileSync(`${rig.env['COUNT']}.go`, '');
  expect(await slow.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('1 ran') });
  expect([names(rig), worktrees(rig)]).toEqual([['quick', 'slow'], 1]);
});

const gitItself = () => execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();

test('git adds and removes one work tree at a time, whoever asks: of two at once one may fail', async () => {
  const rig = await lab();
  const bin = tempFolder();
  const git = gitItself();
  // Fails as git does when it meets an entry that another is writing, and always, not now and then.
  writeFileSync(
    join(bin, 'git'),
    `#!/bin/sh
case "$*" in *" worktree "*) ;; *) exec '${git}' "$@" ;; esac
mkdir '${bin}/busy' || { echo "failed to read commondir" >&2; exit 128; }
'${git}' "$@"; code=$?; sleep 0.2; rmdir '${bin}/busy'; exit $code
`,
    { mode: 0o755 },
  );
  const env = { ...rig.env, PATH: `${bin}:${process.env['PATH']}` };
  const run = (depths: string) =>
    startPipe(rig.root, ['exp', 'run', '-S', `train.depth=${depths}`, '-j', '2'], env).ended;
  const ended = await Promise.all([run('3,4'), run('5,6')]);
  expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual([
    [0, ''],
    [0, ''],
  ]);
  expect([names(rig).length, worktrees(rig)]).toEqual([4, 1]);
});

/** A `git` that does something of the test's own when it is asked about work trees, and then what git does. */
function gitThat(before: string): string {
  const bin = tempFolder();
  writeFileSync(join(bin, 'git'), `#!/bin/sh\n${before}\nexec '${gitItself()}' "$@"\n`, { mode: 0o755 });
  return `${bin}:${process.env['PATH']}`;
}

test('a work tree that was left is cleared under the claim of its experiment, so that none can begin in it meanwhile', async () => {
  const rig = await lab();
  rig.git('worktree', 'add', '-q', '--detach', '.pipe/exps/left/tree');
  const PATH = gitThat('case "$*" in *"worktree remove"*left/tree*) cat .pipe/claims/* > "$COUNT.claims" ;; esac');
  const run = startPipe(rig.root, ['exp', 'run', '-n', 'deep', '-S', 'train.depth=5'], { ...rig.env, PATH });
  expect(await run.ended).toMatchObject({ code: 0 });
  expect(readFileSync(`${rig.env['COUNT']}.claims`, 'utf8')).toContain('.pipe/exps/left"');
  expect([names(rig), worktrees(rig)]).toEqual([['deep'], 1]);
});

test('Ctrl-C that reaches git too: the experiment did not fail, it is queued', async () => {
  const rig = await lab();
  const PATH = gitThat('case "$*" in *"worktree add"*) kill -INT "$PPID"; exit 130 ;; esac');
  const run = startPipe(rig.root, ['exp', 'run', '-n', 'deep', '-S', 'train.depth=5'], { ...rig.env, PATH });
  expect(await run.ended).toMatchObject({ code: 130, stderr: expect.stringContaining('pipe exp run --resume') });
  expect((await rig.json('exp', 'list')).queued.map(({ name }: Row) => name)).toEqual(['deep']);
  expect(worktrees(rig)).toBe(1);
});

test('kill -9 of several at a time: the same command again makes what is missing, and no more', async () => {
  const rig = await lab();
  const before = rig.snapshot();
  const args = ['exp', 'run', '-n', 'g', '-S', 'train.lr=1,2', '-S', 'train.depth=5,7', '-j', '2'];
  const killed = startPipe(rig.root, args, rig.env);
  await vi.waitUntil(() => existsSync(`${rig.env['COUNT']}.slow`), { timeout: 30_000 });
  await vi.waitUntil(() => names(rig).includes('g-1'), { timeout: 30_000 });
  killed.child.kill('SIGKILL');
  await killed.ended;
  const done = names(rig).length;
  writeFileSync(`${rig.env['COUNT']}.go`, '');
  const again = await rig.pipe(...args);
  expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`${4 - done} ran`) });
  expect([names(rig), worktrees(rig)]).toEqual([['g-1', 'g-2', 'g-3', 'g-4'], 1]);
  expect([rig.snapshot(), (await rig.json('exp', 'list')).queued]).toEqual([before, []]);
});

test('a pipeline in a folder of the repository, and linked environments: neither is in the way', async () => {
  const rig = createRig({
    'ml/pipeline.yaml':
      'stages: {s: {cmd: cat env/lib/x > out; cp out m.json, params: [a], deps: [code], outs: [out], metrics: [{m.json: {cache: false}}]}}\nenvironment: [env]\n',
    'ml/params.yaml': 'a: 1\n',
    'ml/code': 'x',
    'ml/env/lib/x': '{"v": 1}',
    '.gitignore': 'env/\n',
    'other/file': 'y',
  });
  rig.git('init', '-q');
  rig.git('add', '-A');
  rig.git('commit', '-qm', 'one');
  const fake = createFakeIo(join(rig.root, 'ml'), { HOME: tempFolder() });
  expect(await main(['exp', 'run', '-n', 'e', '-S', 'a=2'], fake.io)).toBe(0);
  expect(rig.git('ls-tree', '-r', '--name-only', 'refs/pipe/exps/e').split('\n').sort()).toEqual([
    '',
    '.gitignore',
    'ml/.gitignore',
    'ml/code',
    'ml/locks/s.json',
    'ml/m.json',
    'ml/params.yaml',
    'ml/pipeline.yaml',
    'other/file',
  ]);
  expect(await main(['exp', 'apply', 'e'], fake.io)).toBe(0);
  expect(rig.read('ml/params.yaml')).toBe('a: 2\n');
  expect(rig.read('ml/out')).toBe('{"v": 1}');
});

test.each<[readonly string[], number, RegExp]>([
  [['-S', 'train.nosuch=1'], 2, /has no train\.nosuch/],
  [['-S', 'train.lr'], 2, /write key=value/],
  [['-n', 'a b'], 2, /cannot be the name/],
])('exp run %j: exit %i, nothing is queued', async (args, code, message) => {
  const rig = await lab();
  expect(await rig.pipe('exp', 'run', ...args)).toMatchObject({
    exitCode: code,
    stderr: expect.stringMatching(message),
  });
  expect((await rig.json('exp', 'list')).queued).toEqual([]);
});

test('without a commit, or without git: said so', async () => {
  const rig = createRig({ 'pipeline.yaml': 'stages: {}' });
  const fake = createFakeIo(rig.root);
  expect(await main(['exp', 'run'], fake.io)).toBe(2);
  rig.git('init', '-q');
  expect(await main(['exp', 'run'], fake.io)).toBe(2);
  expect(fake.stderr()).toMatch(/no git repository[^]*there is no commit yet/);
});
