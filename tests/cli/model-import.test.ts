/** `pipe model import` and `export`: models of other programs in the registry, and ours out of it. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileModel } from '../../src/ml/evaluator.ts';
import { parseTableModel, renderModel } from '../../src/ml/model-file.ts';
import type { TableModel } from '../../src/ml/model.ts';
import { trainModel } from '../../src/ml/train.ts';
import { options, PARAMS, toy } from '../ml/support/toy.ts';
import { GOLDEN, largestDifference, readGolden } from '../ml/support/xgboost-golden.ts';
import { createRegistryRig, type RegistryRig } from '../store/registry-fixture.ts';
import { model } from '../store/registry-parts.ts';
import { type, type Typed } from './fake-io.ts';

const PIPELINE = `stages:
  evaluate: {cmd: "true", deps: [data], outs: [metrics]}
models:
  demo: {stage: evaluate, registry: ${model.registry}, path: ${model.path}, verdict: ${model.verdict}, candidate: model, holdout: data}
`;

const IMPORT = 'model import xgboost.json --signature signature.json --rows rows.csv';
const NAMES = ['age', 'speed', 'light', 'lat', 'lon'];
const SIGNATURE = {
  name: 'accidents',
  inputs: NAMES.map((name) => ({ name, type: 'number', nullable: true })),
  threshold: 0.4,
  classes: [0, 1],
  split: { method: 'hash', salt: 'other-1', fraction: 0.3, key: 'row' },
};
const ROWS = `${NAMES.join()}\n${readGolden('missing-3.2')
  .rows.map((row) => row.map((value) => (Number.isNaN(value) ? '' : value)).join())
  .join('\n')}\n`;

test.each(['plain-3.2', 'missing-3.2', 'pruned-1.7', 'early-3.2'])(
  'the %s model, imported and promoted, answers as XGBoost itself',
  async (name) => {
    const { pipe, production } = foreignRig(name);
    const imported = await pipe(IMPORT);
    expect(imported).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^demo: version 1 \(gbdt, xgboost \d/),
    });
    expect((await pipe('model promote 1 --force')).exitCode).toBe(0);
    const { rows, probabilities } = readGolden(name);
    const { probability } = compileModel(production());
    expect(largestDifference(rows.map(probability), probabilities)).toBeLessThan(1e-6);
  },
);

test('an import is a candidate like any other: without --force the gate stands before it', async () => {
  const { pipe } = foreignRig('plain-3.2');
  await pipe(IMPORT);
  expect(await pipe('model promote 1')).toMatchObject({ exitCode: 1, stderr: contains('did not pass the gate') });
  expect(JSON.parse((await pipe('model show 1 --json')).stdout)).toMatchObject({
    n: 1,
    status: 'candidate',
    card: { kind: 'gbdt', label: '1.0.0', git: null },
  });
});

test('the model file has the signature, the histograms and example rows of the CSV, and its own answers', async () => {
  const { pipe, production } = foreignRig('missing-3.2');
  await pipe(IMPORT);
  await pipe('model promote 1 --force');
  const file = production();
  expect(file).toMatchObject({ ...SIGNATURE, label: '1.0.0', framework: 'xgboost 3.2.0' });
  expect(file.examples.rows).toHaveLength(32);
  const { rows } = readGolden('missing-3.2');
  const missing = rows.filter((row) => Number.isNaN(row[0])).length;
  expect(missing).toBeGreaterThan(0);
  expect(file.reference[0]).toMatchObject({ missing });
  expect(file.reference[0]?.counts.reduce((a, b) => a + b, 0)).toBe(rows.length - missing);
});

test('a model file is a signature, and stands in for the CSV', async () => {
  const { pipe, write, production } = foreignRig('plain-3.2');
  await pipe(IMPORT);
  await pipe('model promote 1 --force');
  const first = production();
  write('like.json', renderModel({ ...first, threshold: 0.25, label: '2.0.0' }));
  await pipe('model import missing.json --signature like.json');
  await pipe('model promote 2 --force');
  const second = production();
  expect(second).toMatchObject({ threshold: 0.25, label: '2.0.0', reference: first.reference });
  expect(second.examples.rows).toEqual(first.examples.rows);
  expect(second.examples.probabilities).not.toEqual(first.examples.probabilities);
});

test('the same file twice is one version', async () => {
  const { pipe } = foreignRig('plain-3.2');
  await pipe(IMPORT);
  expect((await pipe(IMPORT)).stdout).toContain('version 1 (gbdt, xgboost 3.2.0) had these bytes already');
});

test('a model file of ours needs no signature', async () => {
  const { pipe, write } = foreignRig('plain-3.2');
  write('own.json', renderModel(trainModel(options(toy(200, 1)))));
  expect((await pipe('model import own.json')).stdout).toContain('version 1 (gbdt, reprod) is a candidate');
  expect(await pipe('model import own.json --signature signature.json')).toMatchObject({
    exitCode: 1,
    stderr: contains('leave out'),
  });
});

const change = (key: string, value: unknown) => JSON.stringify({ ...SIGNATURE, [key]: value });

const FOUR = {
  'signature.json': change('inputs', SIGNATURE.inputs.slice(0, 4)),
  'rows.csv': 'age,speed,light,lat\n1,2,3,4\n',
};
const TURNED = {
  'signature.json': change('inputs', SIGNATURE.inputs.toReversed()),
  'rows.csv': 'lon,lat,light,speed,age\n1,2,3,4,5\n',
};

test.each<[string, string, Readonly<Record<string, string>>, string]>([
  ['a model that is not there', 'model import nothing.json', {}, 'nothing.json does not exist'],
  ['a model without a signature', 'model import xgboost.json', {}, 'give --signature'],
  ['a signature without rows', 'model import xgboost.json --signature signature.json', {}, 'give --rows'],
  ['a signature that is not there', 'model import xgboost.json --signature none.json', {}, 'none.json does not exist'],
  ["XGBoost's binary format", 'model import binary.ubj --signature signature.json', {}, 'save_model("model.json")'],
  ['another booster', 'model import dart.json --signature signature.json', {}, 'booster dart cannot be imported'],
  ['what is no model', 'model import rows.csv', {}, 'cannot be imported: not JSON'],
  ['a signature that is no JSON', IMPORT, { 'signature.json': '{' }, 'signature.json is no signature: not JSON'],
  [
    'a threshold beyond 1',
    IMPORT,
    { 'signature.json': change('threshold', 2) },
    'threshold: expected a number from 0 to 1',
  ],
  ['a key that means nothing', IMPORT, { 'signature.json': change('extra', 2) }, 'extra is not a key'],
  ['too few inputs', IMPORT, FOUR, 'the model has 5 inputs, the signature 4'],
  ['inputs in another order', IMPORT, TURNED, 'input 1 of the model is age, of the signature lon'],
  [
    'rows that lack a column',
    IMPORT,
    { 'rows.csv': 'age,speed\n1,2\n' },
    'rows.csv:1: column 3 is missing, expected light',
  ],
  [
    'rows with a column too many',
    IMPORT,
    { 'rows.csv': `${NAMES.join()},more\n1,2,3,4,5,6\n` },
    'column more is no input',
  ],
  [
    'rows that are no numbers',
    IMPORT,
    { 'rows.csv': `${NAMES.join()}\n1,2,x,4,5\n` },
    'rows.csv:2: "x" is not a number',
  ],
  ['no rows', IMPORT, { 'rows.csv': `${NAMES.join()}\n` }, 'rows.csv has no rows'],
])('%s: says what is wrong and registers nothing', async (_, line, files, message) => {
  const { pipe, write } = foreignRig('plain-3.2');
  for (const [path, text] of Object.entries(files)) write(path, text);
  expect(await pipe(line)).toMatchObject({ exitCode: 1, stdout: '', stderr: contains(message) });
  expect(JSON.parse((await pipe('model list --json')).stdout).models[0].versions).toEqual([]);
});

test('export writes what XGBoost reads, to a file or to standard output', async () => {
  const { pipe, write, read } = foreignRig('plain-3.2');
  write('own.json', renderModel(trainModel(options(toy(200, 1)))));
  await pipe('model import own.json');
  expect(await pipe('model export 1 --format xgboost -o out.json')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^demo: version 1 written to .*out\.json\n$/),
  });
  expect(JSON.parse(read('out.json')).learner.objective.name).toBe('binary:logistic');
  expect((await pipe('model export 1 --format xgboost')).stdout).toBe(read('out.json'));
});

test('what XGBoost cannot hold is not exported, and the format must be named', async () => {
  const { pipe, write } = foreignRig('plain-3.2');
  write('own.json', renderModel(trainModel(options(toy(200, 1), { ...PARAMS, model: 'logistic' }))));
  await pipe('model import own.json');
  expect(await pipe('model export 1 --format xgboost')).toMatchObject({
    exitCode: 1,
    stderr: contains('holds trees only'),
  });
  expect(await pipe('model export 1')).toMatchObject({ exitCode: 2, stderr: contains('--format') });
});

const contains = (text: string) => expect.stringContaining(text);

interface ForeignRig extends RegistryRig {
  readonly pipe: (line: string) => Promise<Typed>;
  /** The production model as people and the daemon read it. */
  readonly production: () => TableModel;
}

function foreignRig(name: string): ForeignRig {
  const rig = createRegistryRig();
  rig.write('pipeline.yaml', PIPELINE);
  rig.write('data', 'rows');
  copyFileSync(join(GOLDEN, `${name}.json`), join(rig.root, 'xgboost.json'));
  copyFileSync(join(GOLDEN, 'missing-3.2.json'), join(rig.root, 'missing.json'));
  for (const file of ['binary.ubj', 'dart.json']) copyFileSync(join(GOLDEN, 'refused', file), join(rig.root, file));
  writeFileSync(join(rig.root, 'signature.json'), JSON.stringify(SIGNATURE));
  writeFileSync(join(rig.root, 'rows.csv'), ROWS);
  const production = (): TableModel => {
    const parsed = parseTableModel(rig.read(model.path));
    return parsed.ok ? parsed.value : expect.unreachable(parsed.error.message);
  };
  return { ...rig, pipe: (line) => type(line, rig.root), production };
}
