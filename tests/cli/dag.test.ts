/** `dag` in its forms: stages or files, with or without their state, for people and for tools. */
import { expect, test } from 'vitest';
import { createRig } from '../support/workspace.ts';
import { type } from './fake-io.ts';

const FILES = {
  'pipeline.yaml': `stages:
  clean: {cmd: cat raw > rows, deps: [raw], outs: [rows], desc: tidy}
  train: {cmd: mkdir m; cat rows > m/model, deps: [rows, "code/*.py"], outs: [m]}
  say: {cmd: cat m/model > said, deps: [m/model], outs: [said]}
`,
  raw: '1',
  'code/a.py': '',
};

test('--outs: files, each below what it was made from', async () => {
  expect((await type('dag --outs', createRig(FILES).root)).stdout).toBe(
    ['●    raw', '│', '●    rows', '│', '│ ●  code/*.py', '│ │', '●─╯  m', '│', '●    said', ''].join('\n'),
  );
});

test('--status: what is fresh, in words, in Mermaid and in DOT', async () => {
  const rig = createRig(FILES);
  await rig.repro();
  rig.write('code/a.py', 'x');
  expect((await type('dag --status', rig.root)).stdout).toMatch(
    /clean {2}fresh {2}tidy\n(.*\n)*.*train {2}stale\n(.*\n)*.*say {4}unknown\n/,
  );
  const { stdout: mermaid } = await type('dag --status --mermaid', rig.root);
  expect(mermaid).toContain('s0["clean"]:::fresh');
  expect(mermaid).toContain('classDef stale fill:');
  expect((await type('dag --status --dot', rig.root)).stdout).toContain('s1 [label="train", fillcolor="#ffe0b2"];');
  const { stages } = JSON.parse((await type('dag --status --json', rig.root)).stdout);
  expect(stages).toMatchObject([{ state: 'fresh' }, { state: 'stale' }, { state: 'unknown' }]);
});

test('--dot: what Graphviz reads', async () => {
  expect((await type('dag --dot train', createRig(FILES).root)).stdout).toBe(`digraph pipeline {
  node [shape=box, style="rounded,filled", fillcolor=white];
  s0 [label="clean"];
  s1 [label="train"];
  s0 -> s1;
}
`);
});

test('--outs --json: who makes what from what', async () => {
  const { outs } = JSON.parse((await type('dag --outs --json train', createRig(FILES).root)).stdout);
  expect(outs).toEqual([
    { out: 'raw', stage: null, upstream: [] },
    { out: 'rows', stage: 'clean', upstream: ['raw'] },
    { out: 'code/*.py', stage: null, upstream: [] },
    { out: 'm', stage: 'train', upstream: ['rows', 'code/*.py'] },
  ]);
});

test('Mermaid and DOT exclude each other; a pipeline without stages is no picture', async () => {
  const rig = createRig({ 'pipeline.yaml': 'stages: {}' });
  expect((await type('dag --mermaid --dot', rig.root)).exitCode).toBe(2);
  expect((await type('dag --outs', rig.root)).stdout).toBe('the pipeline has no stages\n');
});
