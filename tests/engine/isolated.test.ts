/** `isolated: true`, `repro --isolated` and `verify`: one private folder, in which only what is declared is there. */
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRig, type Rig } from '../support/workspace.ts';
import { type } from '../cli/fake-io.ts';

const verify = async (rig: Rig, line = 'verify') => JSON.parse((await type(`${line} --json`, rig.root)).stdout).stages;
const leftFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('pipe-isolated-'));

test('an isolated stage has its deps, its params and its environment, and nothing else; its outs come back', async () => {
  const rig = createRig({
    'pipeline.yaml': `stages:
  look:
    isolated: true
    cmd: |
      find . -type f -o -type l | grep -v seen | sort > seen
      cat params.yaml >> seen
      echo "$HOME" | grep -q /pipe-isolated-; test -z "$SECRET"; test "$TZ" = UTC; test "$DECLARED" = yes
      mkdir -p out/deep; ls -a "$HOME" "$TMPDIR" > out/deep/homes; chmod +x seen
    deps: [data, code/*.py]
    params: [train.lr]
    env: [{DECLARED: "yes"}]
    outs: [seen, out]
environment: [lib]
`,
    'params.yaml': 'train: {lr: 1.0, other: 2}\nmore: 1\n',
    'data/a': '1',
    'data/sub/b': '2',
    'data/.DS_Store': 'x',
    'code/x.py': '',
    'code/x.txt': '',
    'lib/l': '',
    hidden: '',
  });
  const before = leftFolders();
  const { of } = await rig.repro({ env: { PATH: process.env['PATH'], SECRET: 's' } });
  expect(of('look')).toMatchObject({ kind: 'ran' });
  expect(rig.read('seen')).toBe('./code/x.py\n./data/a\n./data/sub/b\n./lib\n./params.yaml\n{"train": {"lr": 1.0}}\n');
  expect(rig.exists('out/deep/homes')).toBe(true);
  expect((await rig.repro()).summary.fresh).toEqual(['look']);
  expect(leftFolders()).toEqual(before);
});

test('an undeclared input fails an isolated stage and is named; the old out stands', async () => {
  const rig = createRig({
    'pipeline.yaml': 'stages: {a: {cmd: cat in more > out, deps: [in, more], outs: [out]}}',
    in: '1',
    more: '2',
  });
  await rig.repro();
  rig.write('pipeline.yaml', 'stages: {a: {cmd: cat in more > out, deps: [in], outs: [out]}}');
  const { of, warnings } = await rig.repro({ isolated: true });
  expect(of('a')).toMatchObject({ kind: 'failed', failure: { code: 'stage-failed' } });
  expect(warnings).toEqual(['it may have missed more: not declared, so not in its private folder']);
  expect(rig.read('out')).toBe('12');
});

test('a persist out is copied in and comes back when the stage succeeds, and only then', async () => {
  const rig = createRig({
    'pipeline.yaml':
      'stages: {grow: {isolated: true, cmd: "cat in >> log; test $(cat in) != bad", deps: [in], outs: [{log: {persist: true}}]}}',
    in: 'a',
  });
  await rig.repro();
  rig.write('in', 'b');
  await rig.repro();
  rig.write('in', 'bad');
  expect((await rig.repro()).of('grow')).toMatchObject({ kind: 'failed' });
  expect(rig.read('log')).toBe('ab');
});

test('verify: reproducible stages are, and nothing anywhere is touched', async () => {
  const rig = createRig({
    'pipeline.yaml': `stages:
  copy: {cmd: cat in > out, deps: [in], outs: [out]}
  grow: {cmd: cat out >> log, deps: [out], outs: [{log: {persist: true}}]}
`,
    in: '1',
  });
  await rig.repro();
  rig.write('in', '2');
  await rig.repro();
  const before = [rig.snapshot(), readdirSync(join(rig.root, '.pipe/cache'), { recursive: true })];
  expect(await type('verify', rig.root)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/copy {2}reproducible.*\n(.*\n)*.*✓ 2 reproducible\n$/),
  });
  expect([rig.snapshot(), readdirSync(join(rig.root, '.pipe/cache'), { recursive: true })]).toEqual(before);
});

test('verify: what comes out otherwise is named, with the first differing line of a text', async () => {
  const rig = createRig({
    'pipeline.yaml': `stages:
  chance:
    cmd: mkdir d; printf 'same\\n%s\\n' "$(od -An -N4 -x /dev/urandom)" > d/text; head -c 99 /dev/urandom > binary; echo 1 > fine
    outs: [d, binary, fine]
    deps: [in]
`,
    in: '',
  });
  await rig.repro();
  const { exitCode, stdout } = await type('verify', rig.root);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/chance {2}not reproducible\n/);
  expect(stdout).toMatch(/different {2}d\/text:2\n {4}- +[0-9a-f ]+\n {4}\+ +[0-9a-f ]+\n/);
  expect(stdout).toMatch(/different {2}binary\n/);
  expect(stdout).toMatch(/same {7}fine\n/);
  const [verdict] = await verify(rig);
  expect(verdict).toMatchObject({
    state: 'different',
    outs: [
      { path: 'binary', isSame: false, difference: { kind: 'changed' } },
      { path: 'd', isSame: false, difference: { file: 'text', text: { line: 2 } } },
      { path: 'fine', isSame: true },
    ],
  });
});

test.each([
  ['relative, by a shell', 'echo in is there, and now; cat lib/more > out', 'lib/more'],
  ['absolute, by Node', `node -e "fs.copyFileSync(process.cwd() + '/lib/more', 'out')"`, 'lib/more'],
  ['a module of Python', 'python3 -c "import lib.code" && touch out', undefined],
  ['below a wdir', 'cd lib && cat more > ../out', undefined],
])('verify: a file that was not declared is missed and named (%s)', async (_, cmd, named) => {
  const rig = createRig({
    'pipeline.yaml': `stages:\n  s:\n    cmd: |\n      ${cmd}\n    deps: [in]\n    outs: [out]\n`,
    in: '',
    'lib/more': '1',
    'lib/code.py': '',
  });
  expect((await rig.repro()).of('s')).toMatchObject({ kind: 'ran' });
  const [verdict] = await verify(rig);
  expect(verdict).toMatchObject({ state: 'failed', undeclared: named === undefined ? expect.anything() : [named] });
});

test('verify: what is not fresh, owns state or has no outs is not looked at, and said so', async () => {
  const rig = createRig({
    'pipeline.yaml': `stages:
  stale: {cmd: cat in > a, deps: [in], outs: [a]}
  never: {cmd: touch b, outs: [b]}
  phony: {cmd: cat c, deps: [c]}
`,
    in: '1',
    c: '',
  });
  await rig.repro({ targets: ['stale', 'phony'] });
  rig.write('in', '2');
  expect((await verify(rig)).map(({ stage, because }: Record<string, unknown>) => [stage, because])).toEqual([
    ['stale', 'not-fresh'],
    ['never', 'not-fresh'],
    ['phony', 'no-outs'],
  ]);
});

test('links in deps: those inside stay links, those that lead out are what they lead to', async () => {
  const rig = createRig({
    'pipeline.yaml': 'stages: {s: {cmd: "cat data/out data/in > all; test -L data/in", deps: [data], outs: [all]}}',
    'data/real': 'r',
    'elsewhere/x': 'e',
  });
  symlinkSync('real', join(rig.root, 'data/in'));
  symlinkSync('../elsewhere/x', join(rig.root, 'data/out'));
  await rig.repro();
  expect(await verify(rig)).toMatchObject([{ state: 'reproducible' }]);
});

test('what environment lists is linked, not copied: what it installs is found as in the workspace', async () => {
  const rig = createRig({
    'pipeline.yaml': 'stages: {s: {isolated: true, cmd: hello > out, outs: [out]}}\nenvironment: [node_modules]\n',
  });
  mkdirSync(join(rig.root, 'node_modules/.bin'), { recursive: true });
  writeFileSync(join(rig.root, 'node_modules/.bin/hello'), '#!/bin/sh\necho hello\n', { mode: 0o755 });
  expect((await rig.repro()).of('s')).toMatchObject({ kind: 'ran' });
  expect(rig.read('out')).toBe('hello\n');
});
