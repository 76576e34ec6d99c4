import { expect, test } from 'vitest';
import { diffVersions } from '../../src/index.ts';
import { rollBackVersion } from '../../src/engine/model.ts';
import { expectOk } from '../store/registry-fixture.ts';
import { evaluationText, model } from '../store/registry-parts.ts';
import { writeTwoVersions } from './two-versions.ts';
import { type } from './fake-io.ts';

test('without versions the one before is compared with the one in production', async () => {
  const { registry } = await writeTwoVersions();
  const diff = expectOk(await diffVersions(registry));
  expect([diff.from, diff.to]).toMatchObject([
    { n: 1, status: 'retired' },
    { n: 2, status: 'production' },
  ]);
});

test('with one version, and when none came before, production is compared with it', async () => {
  const { registry } = await writeTwoVersions();
  expect(expectOk(await diffVersions(registry, { from: '1' }))).toMatchObject({ from: { n: 2 }, to: { n: 1 } });
  expectOk(await rollBackVersion(registry));
  expect(expectOk(await diffVersions(registry))).toMatchObject({ from: { n: 1 }, to: { n: 2 } });
});

test('it tells facts, inputs, scores, parameters and stages apart, and leaves out what is the same', async () => {
  const { registry } = await writeTwoVersions();
  const diff = expectOk(await diffVersions(registry));
  expect(diff.facts.map(({ fact }) => fact)).toEqual(['threshold', 'commit']);
  expect(diff.inputs).toMatchObject([{ change: 'modified' }]);
  expect(diff.metrics).toMatchObject([
    { metric: 'f1', diff: 0 },
    { metric: 'roc_auc', was: 0.8, now: 0.85 },
  ]);
  expect(diff.holdout).toBe('unknown');
  expect(diff.params).toEqual([{ kind: 'param-changed', name: 'params.yaml:train.trees', was: 100n, now: 200n }]);
  expect(diff.upstream).toMatchObject([
    { stage: 'import', change: 'removed' },
    { stage: 'load', change: 'added' },
    { stage: 'train', change: 'modified', reasons: [{ kind: 'dep-changed', name: 'train.py' }] },
  ]);
});

test.each([
  ['same', 'x', 'x', /^(?!.*holdouts)/s],
  ['different', 'x', 'y', /scores were taken on different holdouts: they do not compare/],
] as const)('scores of the %s holdout are told apart by its digest', async (holdout, was, now, words) => {
  const { registry, root, write } = await writeTwoVersions();
  for (const [n, x] of [
    [1, was],
    [2, now],
  ] as const) {
    const { sha } = expectOk(registry.readVersion(String(n)));
    const id = `01900000-0000-7000-8000-00000000000${n}`;
    write(`${model.registry}/evaluations/${id}.json`, evaluationText({ id, sha, digests: { x_test: x, y_test: 'z' } }));
  }
  expect(expectOk(await diffVersions(registry)).holdout).toBe(holdout);
  expect((await type('model diff', root)).stdout).toMatch(words);
});

test('a version beside itself differs in nothing', async () => {
  const { registry } = await writeTwoVersions();
  const same = expectOk(await diffVersions(registry, { from: '2', to: 'latest' }));
  expect(same).toMatchObject({ facts: [], inputs: [], params: [], upstream: [] });
});

test('the command shows one table, then what they were made from', async () => {
  const { root } = await writeTwoVersions();
  const { stdout, exitCode } = await type('model diff', root);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^demo: 1-\w{12} \(retired\) → 2-\w{12} \(production\)\nWHAT +1-/);
  expect(stdout).toMatch(/^roc_auc +0\.8 +0\.85 +\+0\.05$/m);
  expect(stdout).toMatch(/^threshold +\S+ +0\.4$/m);
  expect(stdout).toContain('scores may have been taken on different holdouts');
  expect(stdout).toContain('  param train.trees: 100 → 200\n  import: removed\n  load: added\n  train: dep train.py');
});

test('--json keeps the types of parameters', async () => {
  const { root } = await writeTwoVersions();
  expect(JSON.parse((await type('model diff 2 1 --json', root)).stdout)).toMatchObject({
    model: 'demo',
    params: [{ name: 'params.yaml:train.trees', was: 200, now: 100 }],
    metrics: [{ metric: 'f1' }, { metric: 'roc_auc', was: 0.85, now: 0.8 }],
  });
});

test('a version that is not there fails with what there is', async () => {
  const { root } = await writeTwoVersions();
  expect(await type('model diff 9', root)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('there are 1, 2'),
  });
});
