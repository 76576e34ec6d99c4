/** `trace`: from bytes back to command, params, code, data and commit; also when they are from long ago. */
import { expect, test } from 'vitest';
import { createRig, type Rig } from '../support/workspace.ts';
import { type } from './fake-io.ts';

const FILES = {
  'pipeline.yaml': `stages:
  clean: {cmd: mkdir data; cat raw.csv > data/rows, deps: [raw.csv], outs: [data]}
  train: {cmd: cat code.py data/rows > model, deps: [code.py, data/rows], params: [lr, n], outs: [model]}
  report: {cmd: cat model data/rows > report, deps: [model, data], outs: [report]}
`,
  'params.yaml': 'lr: 2.0\nn: 3\n',
  'raw.csv': 'rows',
  'code.py': 'code',
};

const json = async (line: string, rig: Rig) => JSON.parse((await type(`${line} --json`, rig.root)).stdout);

function committed(files: Readonly<Record<string, string>>): Rig {
  const rig = createRig(files);
  rig.git('init', '-q');
  return rig;
}

function commit(rig: Rig, message: string): string {
  rig.git('add', '.');
  rig.git('commit', '-q', '-m', message);
  return rig.git('rev-parse', 'HEAD').trim();
}

test('an out leads to its command, params, deps, and the commits they stand in', async () => {
  const rig = committed(FILES);
  const first = commit(rig, 'code');
  await type('add raw.csv', rig.root).then(({ exitCode }) => expect(exitCode).toBe(2)); // git has it
  await rig.repro();
  const second = commit(rig, 'locks');
  const traced = await json('trace report', rig);
  expect(traced).toMatchObject({
    stage: 'report',
    commit: { hash: second, subject: 'locks' },
    lockFile: 'locks/report.json',
  });
  const [data, model] = traced.deps;
  expect(data).toMatchObject({
    kind: 'made',
    path: 'data',
    by: { stage: 'clean', deps: [{ kind: 'file', path: 'raw.csv', commit: { hash: first } }] },
  });
  expect(model).toMatchObject({
    kind: 'made',
    by: {
      stage: 'train',
      params: { 'params.yaml:lr': { float: '2.0' }, 'params.yaml:n': 3 },
      deps: [
        { kind: 'file', path: 'code.py', commit: { hash: first } },
        { kind: 'made-above', path: 'data/rows', stage: 'clean' },
      ],
    },
  });
  const { stdout } = await type('trace data/rows', rig.root);
  expect(stdout).toMatch(/^data [0-9a-f]{12}\n {2}made by {2}clean: mkdir data; cat raw\.csv > data\/rows\n/);
  expect(stdout).toContain(`commit ${second.slice(0, 10)}`);
});

test('a digest from long ago is found in history, with the code of that time', async () => {
  const rig = committed(FILES);
  await rig.repro();
  const old = commit(rig, 'first');
  const { digest } = await json('trace model', rig);
  rig.write('code.py', 'better');
  await rig.repro();
  commit(rig, 'second');
  rig.remove('locks/train.json');
  const traced = await json(`trace ${digest.slice(0, 10)}`, rig);
  expect(traced).toMatchObject({ stage: 'train', commit: { hash: expect.any(String) } });
  expect(traced.deps).toContainEqual(
    expect.objectContaining({ path: 'code.py', commit: expect.objectContaining({ hash: old }) }),
  );
});

test('what is in no commit, and sources, are said to be so', async () => {
  const rig = createRig(FILES);
  await type('add raw.csv', rig.root);
  await rig.repro();
  const { stdout } = await type('trace model', rig.root);
  expect(stdout).toContain('locks/train.json, in no commit');
  expect(stdout).toMatch(/dep {6}raw\.csv [0-9a-f]{12}, a source/);
  expect(stdout).toMatch(/dep {6}code\.py [0-9a-f]{12}, in no commit/);
  expect(stdout).toContain('param    lr = 2.0');
});

test.each([
  ['code.py', 'is nothing that a stage has made'],
  ['0123456789abcdef', 'stands in no lock entry that git or a registry knows'],
  ['model', 'was changed after it was made'],
])('trace %s: exit 1 and why', async (target, problem) => {
  const rig = createRig(FILES);
  await rig.repro();
  rig.write('model', 'edited');
  expect(await type(`trace ${target}`, rig.root)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(problem),
  });
});

test('a small dep that no commit has as it was is kept, and trace says where', async () => {
  const rig = committed(FILES);
  commit(rig, 'code');
  rig.write('code.py', 'code of an afternoon');
  await rig.repro();
  rig.write('code.py', 'code of the evening');
  const { deps } = await json('trace model', rig);
  const dep = deps.find(({ path }: { readonly path: string }) => path === 'code.py');
  expect(dep).toMatchObject({ kind: 'file', commit: null, kept: expect.stringMatching(/^\.pipe\/cache\/objects\//) });
  expect(rig.read(dep.kept)).toBe('code of an afternoon');
  expect((await type('trace model', rig.root)).stdout).toContain(`in no commit; its bytes are ${dep.kept}`);
});

test('what git has is not kept a second time, nor is what is large', async () => {
  const rig = committed({
    'pipeline.yaml': 'stages: {count: {cmd: wc -c code.py raw.csv > n, deps: [code.py, raw.csv], outs: [n]}}',
    'code.py': 'code',
    'raw.csv': 'x'.repeat(1024 * 1024 + 1),
  });
  rig.git('add', 'code.py');
  rig.git('commit', '-q', '-m', 'code');
  await rig.repro();
  const { deps } = await json('trace n', rig);
  expect(deps).toMatchObject([
    { path: 'code.py', kept: null },
    { path: 'raw.csv', commit: null, kept: null },
  ]);
});

test('code of many files is told by its folders; with -v file by file', async () => {
  const sources = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`src/f${n}.py`, `${n}`]));
  const rig = committed({
    ...sources,
    'pipeline.yaml': 'stages: {all: {cmd: cat src/*.py > out, deps: ["src/*.py"], outs: [out]}}',
  });
  const hash = commit(rig, 'code');
  await rig.repro();
  const { stdout } = await type('trace out', rig.root);
  expect(stdout).toContain(`deps     src/ 8 files; the last to change in commit ${hash.slice(0, 10)}`);
  expect(stdout).not.toContain('src/f3.py');
  expect((await type('trace out -v', rig.root)).stdout).toMatch(/dep {6}src\/f3\.py [0-9a-f]{12}, commit/);
});

test('a dep without line ends is found in a commit that has them; what a command printed is shown, and sought in none', async () => {
  const rig = committed({
    'pipeline.yaml':
      'stages: {s: {cmd: cat notes.txt > out, deps: [{path: notes.txt, eol: lf}, {run: echo 7}], outs: [out]}}\n',
    'notes.txt': 'a\r\nb\r\n',
  });
  rig.git('config', 'core.autocrlf', 'false');
  const first = commit(rig, 'code');
  await rig.repro();
  expect((await json('trace out', rig)).deps).toMatchObject([
    { kind: 'file', path: 'notes.txt', commit: { hash: first } },
    { kind: 'outside', path: 'run://echo 7', shown: '7' },
  ]);
  const { stdout } = await type('trace out', rig.root);
  expect(stdout).toContain('dep      `echo 7` 7\n');
});
