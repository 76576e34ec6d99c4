import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf } from '../../src/lib/digest.ts';
import { ok } from '../../src/lib/result.ts';
import { repairRegistry } from '../../src/store/registry-repair.ts';
import { createRegistryRig, expectOk, type RegistryRig } from './registry-fixture.ts';
import { model } from './registry-parts.ts';

const first = `1-${digestOf('first').slice(0, 12)}`;
const stateFile = 'artifacts/models/demo/registry.json';
const firstFile = `artifacts/models/demo/${first}/model.json`;

test('a registry that is whole needs nothing', async () => {
  const { registry, promote } = createRegistryRig();
  expect(await repairRegistry(registry)).toEqual(ok([]));
  await promote('first');
  expect(await repairRegistry(registry)).toEqual(ok([]));
});

test.each([
  ['lost', ({ root }: RegistryRig) => rmSync(join(root, stateFile))],
  ['torn', ({ write }: RegistryRig) => write(stateFile, '{"rev')],
])('a registry.json that is %s is made anew; the copy says who is in production', async (_, damage) => {
  const rig = createRegistryRig();
  await rig.promote('first');
  const before = await rig.reject('second');
  damage(rig);
  const actions = expectOk(await repairRegistry(rig.registry));
  expect(actions.at(-1)).toEqual({ kind: 'registry-rebuilt', versions: 2, production: 1 });
  const state = expectOk(rig.registry.read());
  expect(state.versions.map(({ n, sha }) => [n, sha])).toEqual([
    [1, digestOf('first')],
    [2, digestOf('second')],
  ]);
  expect(state.revision).toBeGreaterThan(before.revision);
});

test('never guesses who is in production', async () => {
  const { root, registry, promote } = createRegistryRig();
  await promote('first');
  rmSync(join(root, stateFile));
  rmSync(join(root, model.path));
  expect(await repairRegistry(registry)).toMatchObject({ ok: false, error: { code: 'registry' } });
});

test('a production version that was changed comes back from the copy, and the changed one is kept aside', async () => {
  const { registry, read, write, promote } = createRegistryRig();
  await promote('first');
  write(firstFile, 'tampered');
  const actions = expectOk(await repairRegistry(registry));
  expect(actions).toMatchObject([
    { kind: 'file-saved', from: firstFile },
    { kind: 'version-restored', from: model.path },
  ]);
  expect(read(firstFile)).toBe('first');
  expect(actions.map((action) => (action.kind === 'file-saved' ? read(action.to) : ''))).toContain('tampered');
  expect(registry.inspect()).toEqual([]);
});

test('a production version that is nowhere any more is a failure, not a silent loss', async () => {
  const { root, registry, promote } = createRegistryRig();
  await promote('first');
  rmSync(join(root, firstFile));
  rmSync(join(root, model.path));
  expect(await repairRegistry(registry)).toMatchObject({
    ok: false,
    error: { problem: expect.stringContaining('version 1 is lost') },
  });
});

test('a copy that nobody registered is moved aside, and made again', async () => {
  const { registry, read, write, promote } = createRegistryRig();
  await promote('first');
  write(model.path, 'by hand');
  const actions = expectOk(await repairRegistry(registry));
  expect(actions).toMatchObject([{ kind: 'file-saved', from: model.path }, { kind: 'copy-restored' }]);
  expect(read(model.path)).toBe('first');
  expect(actions.map((action) => (action.kind === 'file-saved' ? read(action.to) : ''))).toContain('by hand');
});
