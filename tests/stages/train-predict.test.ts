import { expect, test } from 'vitest';
import { digestOf } from '../../src/lib/digest.ts';
import { createStageFolder } from './stage-folder.ts';

/** A trained folder: 400 accidents, few trees, depth of (untrained) forests as given. */
async function trained({ forestDepth = 4 } = {}) {
  const folder = createStageFolder({ 'accidents: 20000': 'accidents: 400' });
  const params = folder.read('params.yaml').replace(/trees: \d+/, 'trees: 5');
  folder.write('params.yaml', params.replace(/max_depth: \d+/, `max_depth: ${forestDepth}`));
  await folder.run('import_data');
  await folder.run('preprocess');
  const end = await folder.run('train');
  expect(end).toMatchObject({ code: 0 });
  folder.write('artifacts/prod_model.json', folder.read('artifacts/model.json'));
  return folder;
}

const lines = (text: string) => text.trimEnd().split('\n');

test('the holdout is predicted with what was true beside it, versioned by the digest of the model file', async () => {
  const folder = await trained();
  expect(await folder.run('predict')).toMatchObject({ code: 0 });
  const [header, first, ...rest] = lines(folder.read('artifacts/predictions.csv'));
  const version = digestOf(folder.read('artifacts/prod_model.json')).slice(0, 12);
  expect(header).toBe('row,actual,probability,prediction,model_version');
  expect(first).toMatch(new RegExp(`^1,[01],0\\.\\d+,[01],${version}$`));
  expect(rest.length + 1).toBe(lines(folder.read('data/preprocessed/y_test.csv')).length - 1);
});

test('rows of data/to_predict.csv are answered instead, missing ages allowed, other gaps and headers refused', async () => {
  const folder = await trained();
  const [header, row] = lines(folder.read('data/preprocessed/X_test.csv'));
  const cells = (row ?? '').split(',');
  folder.write('data/to_predict.csv', `${header}\n${row}\n${cells.with(5, '').join(',')}\n`);
  expect(await folder.run('predict')).toMatchObject({ code: 0 });
  expect(lines(folder.read('artifacts/predictions.csv'))).toHaveLength(3);
  expect(folder.read('artifacts/predictions.csv')).toMatch(/^row,probability,prediction,model_version\n/);
  folder.write('data/to_predict.csv', `${header}\n${cells.with(0, '').join(',')}\n`);
  expect((await folder.run('predict')).stderr).toBe('predict: data/to_predict.csv:2: place is missing\n');
  folder.write('data/to_predict.csv', 'place,sexe\n1,1\n');
  expect((await folder.run('predict')).stderr).toBe(
    'predict: data/to_predict.csv:1:7: column catu is missing before sexe\n',
  );
});

test('a production model that is broken is refused by name', async () => {
  const folder = createStageFolder();
  folder.write('artifacts/prod_model.json', '{"format": "reprod-model/1"');
  expect(await folder.run('predict')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^predict: artifacts\/prod_model\.json: [^\n]+\n$/),
  });
});

test('training twice gives the same bytes, and settings of other kinds have no say', async () => {
  const [one, other] = [await trained(), await trained({ forestDepth: 3 })];
  expect(other.read('artifacts/model.json')).toBe(one.read('artifacts/model.json'));
  expect(other.read('artifacts/train.json')).toBe(one.read('artifacts/train.json'));
});

test('training rows of one class are refused', async () => {
  const folder = await trained();
  const labels = lines(folder.read('data/preprocessed/y_train.csv')).length - 1;
  folder.write('data/preprocessed/y_train.csv', `grav\n${'1\n'.repeat(labels)}`);
  expect((await folder.run('train')).stderr).toBe(
    `train: data/preprocessed/y_train.csv: ${labels} rows, all of one class: there is nothing to learn\n`,
  );
});
