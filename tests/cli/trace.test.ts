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
  ['0123456789abcdef', 'stands in no lock entry that git knows'],
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
