import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pinVersion, promoteVersion, rollBackVersion } from '../../src/engine/model.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { createEvaluateProject, SPLIT, train } from './evaluate-project.ts';

const good = train();
const weak = train({ trees: 2 });
const otherSeed = train({ seed: 7 });
const PRODUCTION = 'artifacts/prod_model.json';
const codes = (reasons: readonly { readonly code: string }[]) => reasons.map(({ code }) => code);

test('the first model becomes the production model, and its outs are there', async () => {
  const project = createEvaluateProject();
  expect(await project.evaluate(weak)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^version 1 is the first in production: AUC 0\.\d{4}, F1 0\.\d{4}\n$/),
  });
  expect(project.read(PRODUCTION)).toBe(weak);
  expect(project.verdict()).toMatchObject({
    decision: 'bootstrap',
    run: null,
    candidate: { version: 1, sha: digestOf(weak) },
    champion: null,
    n: 4000,
    split: SPLIT,
  });
  const metrics = JSON.parse(project.read('artifacts/metrics.json'));
  expect(Object.keys(metrics)).toEqual(Object.keys(metrics).sort());
  expect(metrics).toMatchObject({
    n: 4000,
    roc_auc: expect.any(Number),
    f1: expect.any(Number),
    f1_at_half: expect.any(Number),
  });
  expect(readdirSync(join(project.root, 'artifacts/plots')).sort()).toEqual([
    'calibration.csv',
    'confusion.csv',
    'importance.csv',
    'precision_recall.csv',
    'roc.csv',
  ]);
  expect(project.read('artifacts/report.html')).toContain('<svg');
});

test('the inputs are ranked by gain, beside what the AUC loses without them', async () => {
  const project = createEvaluateProject();
  await project.evaluate(good);
  const [header, ...rows] = project.read('artifacts/plots/importance.csv').trimEnd().split('\n');
  expect(header).toBe('input,gain,permutation');
  const cells = rows.map((row) => row.split(','));
  expect(cells.map(([input]) => input).toSorted()).toEqual(['a', 'b', 'c']);
  const gains = cells.map(([, gain]) => Number(gain));
  expect(gains).toEqual(gains.toSorted((a, b) => b - a));
  expect(gains.reduce((sum, gain) => sum + gain, 0)).toBeCloseTo(1, 9);
  expect(Number(cells[0]?.[2])).toBeGreaterThan(Number(cells[2]?.[2]));
  expect(project.read('artifacts/report.html')).toContain('Inputs that matter most');
});

test('a better model is promoted, and what was gained is said in points', async () => {
  const project = createEvaluateProject();
  await project.evaluate(weak);
  const end = await project.evaluate(good);
  expect(end.code).toBe(0);
  expect(end.stdout).toMatch(/^promoted version 2: AUC \+\d\.\d\d points \(0\.\d{4} → 0\.\d{4}\).*\n$/);
  expect(project.read(PRODUCTION)).toBe(good);
  expect(project.state()).toMatchObject({ production: 2, previous: 1 });
});

test('every verdict has a page and figures with champion beside candidate; the ordinary outs know no champion', async () => {
  const project = createEvaluateProject();
  await project.evaluate(good);
  const alone = ['report.html', 'report.json'].map((name) => project.read(`artifacts/${name}`));
  await project.evaluate(weak);
  await project.evaluate(good);
  expect(['report.html', 'report.json'].map((name) => project.read(`artifacts/${name}`))).toEqual(alone);
  const folder = 'artifacts/models/demo/evaluations';
  const names = readdirSync(join(project.root, folder)).sort();
  expect(names.map((name) => name.slice(36))).toEqual(
    Array.from({ length: 3 }, () => ['.html', '.json', '.report.json']).flat(),
  );
  const id = names.at(-1)?.slice(0, 36);
  const { candidate, champion } = JSON.parse(project.read(`${folder}/${id}.report.json`));
  expect([candidate.sha, champion.sha]).toEqual([digestOf(good), digestOf(good)]);
  expect(project.read(`${folder}/${id}.html`)).toContain('class="line champion"');
});

test('evaluating the champion again leaves its bytes and the registry as they are', async () => {
  const project = createEvaluateProject();
  await project.evaluate(good);
  const before = project.state();
  expect(await project.evaluate()).toMatchObject({ code: 0 });
  expect(project.verdict()).toMatchObject({ decision: 'unchanged', candidate: { version: 1 } });
  expect(project.read(PRODUCTION)).toBe(good);
  expect(project.state()).toEqual(before);
});

test('a deliberately worse model is rejected with exit 0 and its reasons, and the champion stays', async () => {
  const project = createEvaluateProject();
  await project.evaluate(good);
  const end = await project.evaluate(weak);
  expect(end.code).toBe(0);
  expect(end.stdout).toMatch(/^rejected version 2: AUC −/);
  expect(project.verdict()).toMatchObject({
    decision: 'reject',
    champion: { version: 1 },
    deltas: { roc_auc: expect.any(Number) },
  });
  expect(codes(project.verdict().reasons)).toContain('regression');
  expect(await promoteVersion(project.registry, { version: '2', force: false })).toMatchObject({ ok: false });
  expect(project.read(PRODUCTION)).toBe(good);
});

test('another seed is not a better model', async () => {
  const project = createEvaluateProject();
  await project.evaluate(good);
  await project.evaluate(otherSeed);
  expect(project.verdict().decision).toBe('reject');
});

test('what is said of the candidate does not depend on the champion', async () => {
  const [alone, beaten] = [createEvaluateProject(), createEvaluateProject()];
  await alone.evaluate(weak);
  await beaten.evaluate(good);
  await beaten.evaluate(weak);
  expect(OUTS.map(beaten.read)).toEqual(OUTS.map(alone.read));
});

const OUTS = [
  'artifacts/metrics.json',
  'artifacts/report.html',
  'artifacts/plots/roc.csv',
  'artifacts/plots/calibration.csv',
];

test('a roll back is not undone by the next evaluation', async () => {
  const project = createEvaluateProject();
  await project.evaluate(weak);
  await project.evaluate(good);
  await rollBackVersion(project.registry);
  expect(project.read(PRODUCTION)).toBe(weak);

  expect(await project.evaluate(good)).toMatchObject({ code: 0 });
  expect(codes(project.verdict().reasons)).toEqual(['rejected_by_person']);
  expect(project.read(PRODUCTION)).toBe(weak);
  expect(await promoteVersion(project.registry, { version: '2', force: false })).toMatchObject({ ok: false });
  expect(await promoteVersion(project.registry, { version: '2', force: true })).toMatchObject({ ok: true });
  expect(project.read(PRODUCTION)).toBe(good);
});

test('a pinned champion is held against a better candidate, which a person may promote', async () => {
  const project = createEvaluateProject();
  await project.evaluate(weak);
  await pinVersion(project.registry, true);
  expect(await project.evaluate(good)).toMatchObject({ code: 0 });
  expect(project.verdict().decision).toBe('held');
  expect(project.read(PRODUCTION)).toBe(weak);
  await pinVersion(project.registry, false);
  expect(await promoteVersion(project.registry, { version: '2', force: false })).toMatchObject({
    ok: true,
    value: { production: { n: 2 } },
  });
});

test('with manual approval nothing goes live until a person says so', async () => {
  const project = createEvaluateProject({ 'approval: automatic': 'approval: manual' });
  expect(await project.evaluate(good)).toMatchObject({ code: 0 });
  expect(project.verdict().decision).toBe('awaiting_approval');
  expect(project.state().production).toBe(null);
  expect(await promoteVersion(project.registry, { version: '1', force: false })).toMatchObject({ ok: true });
  expect(project.read(PRODUCTION)).toBe(good);
});

describe('stops with exit 1 and promotes nothing when', () => {
  test('the production version was changed', async () => {
    const project = createEvaluateProject();
    await project.evaluate(weak);
    project.write(`artifacts/models/demo/1-${digestOf(weak).slice(0, 12)}/model.json`, `${weak} `);
    expect(await project.evaluate(good)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('nothing was promoted'),
    });
    expect(codes(project.verdict().reasons)).toEqual(['champion_broken']);
    expect(project.state().production).toBe(1);
    expect(project.read(PRODUCTION)).toBe(weak);
  });

  test('the copy of the production model holds something else', async () => {
    const project = createEvaluateProject();
    await project.evaluate(weak);
    project.write(PRODUCTION, 'broken');
    expect(await project.evaluate(good)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('pipe model repair'),
    });
    expect(project.verdict().decision).toBe('error');
    expect(project.state().production).toBe(1);
    expect(project.read(PRODUCTION)).toBe('broken');
  });

  test('the registry is gone, but not its versions', async () => {
    const project = createEvaluateProject();
    await project.evaluate(weak);
    rmSync(join(project.root, 'artifacts/models/demo/registry.json'));
    expect(await project.evaluate(good)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('pipe model repair'),
    });
    expect(project.read(PRODUCTION)).toBe(weak);
  });

  test('the candidate is no model', async () => {
    const project = createEvaluateProject();
    await project.evaluate(weak);
    expect(await project.evaluate(good.slice(0, -20))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('artifacts/model.json'),
    });
    expect(codes(project.verdict().reasons)).toEqual(['unusable_input']);
    expect(project.read(PRODUCTION)).toBe(weak);
  });

  test('the split is another one, and the way out is named', async () => {
    const project = createEvaluateProject();
    await project.evaluate(weak);
    const split = { ...SPLIT, salt: 'accidents-2' };
    project.write('data/preprocessed/split.json', JSON.stringify(split));
    expect(await project.evaluate(train({ split }))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('pipe model promote N --force'),
    });
    expect(codes(project.verdict().reasons)).toEqual(['holdout_mismatch']);
    expect(await promoteVersion(project.registry, { version: '2', force: true })).toMatchObject({
      ok: true,
      value: { production: { n: 2 } },
    });
  });

  test('a setting of the gate makes no sense, and its place is named', async () => {
    const project = createEvaluateProject({ 'rule: any': 'rule: most' });
    const end = await project.evaluate(good);
    expect(end.code).toBe(1);
    expect(end.stderr).toMatch(/params\.yaml:\d+:\d+: gate\.rule: must be any or all/);
    expect(project.verdict().decision).toBe('error');
  });
});

test('a model with other inputs is incompatible, which is no failure', async () => {
  const project = createEvaluateProject();
  await project.evaluate(good);
  const [header = '', ...rows] = project.read('data/preprocessed/X_test.csv').split('\n');
  project.write('data/preprocessed/X_test.csv', [header.replace('c', 'd'), ...rows].join('\n'));
  expect(await project.evaluate(train({ columns: ['a', 'b', 'd'] }))).toMatchObject({ code: 0 });
  expect(project.verdict()).toMatchObject({
    decision: 'incompatible',
    candidate: { version: 2 },
    champion: { version: 1, metrics: null },
  });
  expect(project.read(PRODUCTION)).toBe(good);
});
