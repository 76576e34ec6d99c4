/** A pipeline with templates, from outside: it follows the files its values come from, and groups are targets. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRig, type Rig } from '../support/workspace.ts';

const PIPELINE = `
vars: [sizes.yaml]
stages:
  train:
    matrix: {model: "\${models}"}
    cmd: echo \${item.model} \${size} > \${key}.bin
    deps: [sizes.yaml]
    outs: ["\${key}.bin"]
  report:
    cmd: cat *.bin > report.txt
    deps: [a.bin]
    outs: [report.txt]
`;

const create = (): Rig =>
  createRig({ 'pipeline.yaml': PIPELINE, 'params.yaml': 'models: [a, b]\nother: 1\n', 'sizes.yaml': 'size: 8\n' });

test('the stages of a matrix run, each under its own name', async () => {
  const rig = create();
  const { summary } = await rig.repro();
  expect(summary).toMatchObject({ ok: true, ran: ['train@a', 'train@b', 'report'] });
  expect(rig.read('b.bin')).toBe('b 8\n');
  expect(readdirSync(join(rig.root, 'locks')).sort()).toEqual(['report.json', 'train@a.json', 'train@b.json']);
});

test('a value that changed in any file is seen, and makes stale what it is inserted in', async () => {
  const rig = create();
  await rig.repro();
  rig.write('sizes.yaml', 'size: 9\n');
  const { reasons, summary } = await rig.repro();
  expect(summary).toMatchObject({ ran: ['train@a', 'train@b', 'report'] });
  expect(reasons('train@a')).toMatchObject([
    { kind: 'cmd-changed', was: 'echo a 8 > a.bin', now: 'echo a 9 > a.bin' },
    { kind: 'dep-changed' },
  ]);
});

test('a member that is added runs alone; one that is removed is gone', async () => {
  const rig = create();
  await rig.repro();
  rig.write('params.yaml', 'models: [b, c]\nother: 1\n');
  const { summary } = await rig.repro({ targets: ['train'] });
  expect(summary).toMatchObject({ ran: ['train@c'], fresh: ['train@b'] });
});

test('a value set back is answered from the run cache', async () => {
  const rig = create();
  await rig.repro();
  rig.write('sizes.yaml', 'size: 9\n');
  await rig.repro();
  rig.write('sizes.yaml', 'size: 8\n');
  const { summary } = await rig.repro();
  expect(summary).toMatchObject({ ran: [], restored: ['train@a', 'train@b', 'report'] });
});

test('params that no template names change nothing', async () => {
  const rig = create();
  await rig.repro();
  rig.write('params.yaml', 'models: [a, b]\nother: 2\n');
  expect((await rig.repro()).summary).toMatchObject({ ran: [], fresh: ['train@a', 'train@b', 'report'] });
});

test('a file that vars names and that goes away is an error, not the values of yesterday', async () => {
  const rig = create();
  await rig.repro();
  rig.remove('sizes.yaml');
  const { result } = await rig.repro();
  expect(result).toMatchObject({
    ok: false,
    error: { code: 'pipeline-invalid', problems: [{ message: 'there is no file `sizes.yaml`' }] },
  });
});

test('params.yaml that appears later is read', async () => {
  const rig = createRig({ 'pipeline.yaml': 'vars: [{size: 1}]\nstages: {s: {cmd: "echo ${size} > o", outs: [o]}}\n' });
  await rig.repro();
  rig.write('params.yaml', 'size: 2\n');
  const { result } = await rig.repro();
  expect(result).toMatchObject({
    ok: false,
    error: { problems: [{ message: 'cannot redefine `size`: it stands in params.yaml:1:7 already' }] },
  });
});

test.each([
  [['train'], ['train@a', 'train@b']],
  [['train@b'], ['train@b']],
  [['report'], ['train@a', 'report']],
  [['train@*'], ['train@a', 'train@b']],
])('the targets %j select %j', async (targets, stages) => {
  const { events } = await create().repro({ targets, dry: true });
  expect(events[0]).toMatchObject({ type: 'run-started', stages });
});

test('a target that is nearly the name of a group is told so', async () => {
  const { result } = await create().repro({ targets: ['trian'] });
  expect(result).toMatchObject({ ok: false, error: { code: 'unknown-target', suggestion: 'train' } });
});
