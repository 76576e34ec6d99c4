import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EMPTY_REGISTRY, rollBack, setPinned } from '../../src/core/registry.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { ok } from '../../src/lib/result.ts';
import { commitChange } from '../../src/store/registry-commit.ts';
import { openRegistry } from '../../src/store/registry.ts';
import { createRegistryRig, expectOk } from './registry-fixture.ts';
import { model } from './registry-parts.ts';

const first = `1-${digestOf('first').slice(0, 12)}`;

test('a registry that does not exist yet is empty, and makes its stage stale', () => {
  const { registry } = createRegistryRig();
  expect(registry.read()).toEqual(ok(EMPTY_REGISTRY));
  expect(registry.inspect()).toEqual([{ kind: 'registry-missing', path: 'artifacts/models/demo/registry.json' }]);
});

test('a promoted version stands in its folder, in registry.json and as the copy', async () => {
  const { registry, read, promote } = createRegistryRig();
  const state = await promote('first');
  expect(state).toMatchObject({
    revision: 1,
    production: 1,
    previous: null,
    versions: [{ n: 1, status: 'production' }],
  });
  expect(registry.read()).toEqual(ok(state));
  expect(read(`artifacts/models/demo/${first}/model.json`)).toBe('first');
  expect(JSON.parse(read(`artifacts/models/demo/${first}/card.json`))).toMatchObject({
    n: 1,
    sha: digestOf('first'),
    label: '1.0.0',
  });
  expect(read('artifacts/prod_model.json')).toBe('first');
  expect(registry.inspect()).toEqual([]);
});

test('the same bytes are one version, however often they come', async () => {
  const { registry, promote, reject } = createRegistryRig();
  await promote('first');
  await reject('second');
  const state = await reject('second');
  expect(state.versions.map(({ n, status }) => [n, status])).toEqual([
    [1, 'production'],
    [2, 'rejected'],
  ]);
  expect(registry.read()).toEqual(ok(state));
});

test('of the rejected versions the last twenty are kept, with their folders', async () => {
  const { root, registry, promote, reject } = createRegistryRig();
  await promote('first');
  for (let i = 0; i < 22; i++) await reject(`rejected ${i}`);
  const numbers = expectOk(registry.read()).versions.map(({ n }) => n);
  expect(numbers).toEqual([1, ...Array.from({ length: 20 }, (_, i) => i + 4)]);
  expect(readdirSync(join(root, model.registry)).filter((name) => /^\d/.test(name))).toHaveLength(21);
});

describe('a version is found by', () => {
  test.each([
    ['its number', '1', 'first'],
    ['number and sha', first, 'first'],
    ['production', 'production', 'second'],
    ['previous', 'previous', 'first'],
    ['latest', 'latest', 'third'],
    ['its label, production first', '1.0.0', 'second'],
  ])('%s', async (_, selector, text) => {
    const { registry, promote, reject } = createRegistryRig();
    await promote('first');
    await promote('second');
    await reject('third');
    expect(new TextDecoder().decode(expectOk(registry.readVersion(selector)).bytes)).toBe(text);
  });

  test.each(['0', '01', '3', 'newest', '2.0.0', '../1', ''])('nothing else: %j', async (selector) => {
    const { registry, promote } = createRegistryRig();
    await promote('first');
    expect(registry.readVersion(selector)).toMatchObject({ ok: false, error: { code: 'registry', model: 'demo' } });
  });
});

describe('the copy of the production version', () => {
  test('is made again when it is missing', async () => {
    const { root, registry, read, promote } = createRegistryRig();
    await promote('first');
    rmSync(join(root, model.path));
    expect(registry.restoreCopy()).toEqual(ok('restored'));
    expect(read(model.path)).toBe('first');
  });

  test('is made again when it holds another registered version', async () => {
    const { registry, read, write, promote } = createRegistryRig();
    await promote('first');
    await promote('second');
    write(model.path, 'first');
    expect(registry.restoreCopy()).toEqual(ok('restored'));
    expect(read(model.path)).toBe('second');
  });

  test('is never left behind when somebody promotes while it is being made', async () => {
    const { root, read, write, promote } = createRegistryRig();
    await promote('first');
    const before = read(`${model.registry}/registry.json`);
    await promote('second');
    const after = read(`${model.registry}/registry.json`);
    write(`${model.registry}/registry.json`, before);
    // Called between the reading of registry.json and the writing of the copy.
    const digestFile = () => {
      write(`${model.registry}/registry.json`, after);
      return undefined;
    };
    expect(openRegistry({ root, model, digestFile }).restoreCopy()).toEqual(ok('restored'));
    expect(read(model.path)).toBe('second');
  });

  test('is not overwritten when nobody registered what it holds', async () => {
    const { registry, read, write, promote } = createRegistryRig();
    await promote('first');
    write(model.path, 'by hand');
    expect(registry.restoreCopy()).toMatchObject({ ok: false, error: { hint: 'run `pipe model repair`' } });
    await expect(promote('second')).rejects.toThrow('not registered');
    expect(read(model.path)).toBe('by hand');
    expect(expectOk(registry.read()).production).toBe(1);
  });
});

test('a changed production version makes its stage stale, and is not handed out', async () => {
  const { registry, write, promote } = createRegistryRig();
  await promote('first');
  write(`artifacts/models/demo/${first}/model.json`, 'tampered');
  expect(registry.inspect()).toMatchObject([{ kind: 'production-broken' }]);
  expect(registry.readVersion('production')).toMatchObject({ ok: false, error: { hint: 'run `pipe model repair`' } });
});

test.each([
  ['torn', '{"revision": 3, "prod'],
  ['of another shape', '{"revision": 3}'],
  ['at odds with itself', '{"revision":1,"production":1,"previous":null,"pinned":false,"versions":[]}'],
])('a registry.json that is %s is refused', async (_, text) => {
  const { registry, write, promote } = createRegistryRig();
  await promote('first');
  write('artifacts/models/demo/registry.json', text);
  expect(registry.read()).toMatchObject({ ok: false, error: { hint: 'run `pipe model repair`' } });
  expect(registry.inspect()).toMatchObject([{ kind: 'registry-unreadable' }]);
});

test('versions without a registry.json are no empty registry', async () => {
  const { root, registry, promote } = createRegistryRig();
  await promote('first');
  rmSync(join(root, 'artifacts/models/demo/registry.json'));
  expect(registry.read()).toMatchObject({ ok: false, error: { hint: 'run `pipe model repair`' } });
});

test('a change that changes nothing writes nothing', async () => {
  const { registry, promote } = createRegistryRig();
  const before = await promote('first');
  const commit = await commitChange(registry, { transition: (state) => ok(setPinned(state, false)) });
  expect(commit).toEqual(ok({ before, state: before, added: undefined }));
});

test('a promotion over a champion that changed meanwhile is refused, and adds nothing', async () => {
  const { registry, promote } = createRegistryRig();
  await promote('first');
  await promote('second');
  const before = expectOk(registry.read());
  const commit = await commitChange(registry, {
    expected: { revision: 1, production: digestOf('first') },
    transition: (state) => ok(rollBack(state, 1)),
  });
  expect(commit).toMatchObject({ ok: false, error: { code: 'champion-changed' } });
  expect(registry.read()).toEqual(ok(before));
});
