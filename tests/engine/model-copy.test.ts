import { expect, test } from 'vitest';
import { commitChange } from '../../src/store/registry-commit.ts';
import { promote } from '../../src/core/registry.ts';
import { ok } from '../../src/lib/result.ts';
import { openRegistry } from '../../src/store/registry.ts';
import { additionOf, model, MODELS } from '../store/registry-parts.ts';
import { createRig, type Rig } from '../support/workspace.ts';

const PIPELINE = `stages:
  train:
    cmd: cp data model
    deps: [data]
    outs: [model]
  evaluate:
    cmd: echo measured > metrics
    deps: [model]
    outs: [metrics]
  predict:
    cmd: cp ${model.path} predictions
    deps: [${model.path}]
    outs: [predictions]
${MODELS}`;

test('a copy that was lost is made again by a repro in which nothing runs', async () => {
  const rig = await settled();
  rig.remove(model.path);
  const ran = await rig.repro();
  expect(ran.summary).toMatchObject({ ok: true, ran: [] });
  expect(rig.read(model.path)).toBe('first');
});

test('after another version was put in production only what reads the copy runs', async () => {
  const rig = await settled();
  await promoteBytes(rig, 'second');
  const ran = await rig.repro();
  expect(ran.summary).toMatchObject({ ok: true, ran: ['predict'] });
  expect(rig.read('predictions')).toBe('second');
});

test('a copy that nobody registered is not predicted with', async () => {
  const rig = await settled();
  rig.write(model.path, 'by hand');
  const ran = await rig.repro();
  expect(ran.of('evaluate')).toMatchObject({
    kind: 'failed',
    failure: { code: 'registry', hint: 'run `pipe model repair`' },
  });
  expect(ran.of('predict')).toEqual({ kind: 'blocked', by: 'evaluate' });
  expect(rig.read(model.path)).toBe('by hand');
});

test('a production version that was changed makes its stage run again', async () => {
  const rig = await settled();
  rig.write(`${model.registry}/${folderOf(rig)}/model.json`, 'tampered');
  const ran = await rig.repro();
  expect(ran.reasons('evaluate')).toMatchObject([{ kind: 'production-broken' }]);
});

/** Everything fresh, and version 1 in production. */
async function settled(): Promise<Rig> {
  const rig = createRig({ 'pipeline.yaml': PIPELINE, data: 'rows' });
  await promoteBytes(rig, 'first');
  expect((await rig.repro()).summary.ok).toBe(true);
  return rig;
}

async function promoteBytes({ root }: Rig, text: string): Promise<void> {
  const commit = await commitChange(openRegistry({ root, model }), {
    addition: additionOf(text),
    transition: (state, added) => ok(promote(state, added?.n ?? 0)),
  });
  expect(commit.ok).toBe(true);
}

function folderOf(rig: Rig): string {
  const [version] = JSON.parse(rig.read(`${model.registry}/registry.json`)).versions;
  return `${version.n}-${version.sha.slice(0, 12)}`;
}
