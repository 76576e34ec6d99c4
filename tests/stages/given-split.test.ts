/** Rows that somebody else preprocessed: put into data/preprocessed by hand, the later stages take them. */
import { expect, test } from 'vitest';
import { createRandom } from '../../src/lib/random.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { FEATURES } from '../../stages/accidents/features.ts';
import { createEvaluateProject, SPLIT, train } from './evaluate-project.ts';
import { createStageFolder } from './stage-folder.ts';
import type { StageFolder } from './stage-folder.ts';

/** As pandas writes them. */
function writeRows(folder: StageFolder, side: 'train' | 'test', count: number): void {
  const random = createRandom(count);
  const rows = Array.from({ length: count }, () =>
    FEATURES.map(({ codes, range: [low, high] = [0, 1] }) =>
      codes === undefined ? low + random.integer(high - low + 1) : `${codes[random.integer(codes.length)] ?? 1}.0`,
    ).join(','),
  );
  folder.write(
    `data/preprocessed/X_${side}.csv`,
    `${FEATURES.map(({ name }) => name).join(',')}\n${rows.join('\n')}\n`,
  );
  const labels = rows.map((row) => (row.startsWith('1') ? 1 : 0));
  folder.write(`data/preprocessed/y_${side}.csv`, `grav\n${labels.join('\n')}\n`);
}

function createFolder(): StageFolder {
  const folder = createStageFolder({ 'model: gbdt': 'model: logistic' });
  writeRows(folder, 'train', 400);
  writeRows(folder, 'test', 200);
  return folder;
}

const splitOf = (folder: StageFolder): unknown => JSON.parse(folder.read('artifacts/model.json')).split;
const holdoutOf = (folder: StageFolder): string =>
  digestOf(['X_test', 'y_test'].map((name) => `${digestOf(folder.read(`data/preprocessed/${name}.csv`))}\n`).join(''));

test('without split.json the model names the holdout that it was trained beside', async () => {
  const folder = createFolder();
  expect(await folder.run('train')).toMatchObject({ code: 0, stderr: expect.stringContaining('split by hand') });
  expect(splitOf(folder)).toEqual({ method: 'given', holdout: holdoutOf(folder) });
});

test('a split.json of another holdout counts for nothing, one without a holdout is taken at its word', async () => {
  const folder = createFolder();
  folder.write('data/preprocessed/split.json', JSON.stringify({ ...SPLIT, holdout: digestOf('other rows') }));
  await folder.run('train');
  expect(splitOf(folder)).toEqual({ method: 'given', holdout: holdoutOf(folder) });
  folder.write('data/preprocessed/split.json', JSON.stringify({ ...SPLIT, holdout: holdoutOf(folder) }));
  await folder.run('train');
  expect(splitOf(folder)).toEqual(SPLIT);
  folder.write('data/preprocessed/split.json', JSON.stringify(SPLIT));
  await folder.run('train');
  expect(splitOf(folder)).toEqual(SPLIT);
});

test('what preprocess writes holds until a row of the holdout is changed', async () => {
  const folder = createStageFolder({ 'accidents: 20000': 'accidents: 400', 'model: gbdt': 'model: logistic' });
  await folder.run('import_data');
  await folder.run('preprocess');
  await folder.run('train');
  expect(splitOf(folder)).toEqual(SPLIT);
  const labels = folder.read('data/preprocessed/y_test.csv');
  folder.write('data/preprocessed/y_test.csv', labels.replace('\n0\n', '\n1\n'));
  await folder.run('train');
  expect(splitOf(folder)).toMatchObject({ method: 'given' });
});

test('evaluate measures rows split by hand, makes a first model of theirs, and compares models of the same holdout', async () => {
  const project = createEvaluateProject();
  const holdout = digestOf(
    ['X_test', 'y_test'].map((name) => `${digestOf(project.read(`data/preprocessed/${name}.csv`))}\n`).join(''),
  );
  const split = { method: 'given', holdout } as const;
  project.write('data/preprocessed/split.json', JSON.stringify({ ...SPLIT, holdout: digestOf('other rows') }));
  expect(await project.evaluate(train({ trees: 2, split }))).toMatchObject({ code: 0 });
  expect(project.verdict()).toMatchObject({ decision: 'bootstrap', split });
  expect(await project.evaluate(train({ split }))).toMatchObject({ code: 0 });
  expect(project.verdict().decision).toBe('promote');
});

test('over a champion that may have seen these rows, the candidate is measured and rejected', async () => {
  const project = createEvaluateProject();
  await project.evaluate(train({ trees: 2 }));
  project.write('data/preprocessed/split.json', JSON.stringify({ ...SPLIT, holdout: digestOf('other rows') }));
  const holdout = digestOf(
    ['X_test', 'y_test'].map((name) => `${digestOf(project.read(`data/preprocessed/${name}.csv`))}\n`).join(''),
  );
  expect(await project.evaluate(train({ split: { method: 'given', holdout } }))).toMatchObject({ code: 0 });
  expect(project.verdict()).toMatchObject({ decision: 'reject', reasons: [{ code: 'given_split' }] });
  expect(project.read('artifacts/report.html')).toContain('The rows were split by hand.');
});

test('a byte order mark, the index of pandas, another order and another header of labels change nothing; labels without header are named', async () => {
  const folder = createFolder();
  expect(await folder.run('train')).toMatchObject({ code: 0 });
  const score = (): unknown => JSON.parse(folder.read('artifacts/model.json')).terms;
  const before = score();
  const [features = '', labels = ''] = ['X_train', 'y_train'].map((name) =>
    folder.read(`data/preprocessed/${name}.csv`),
  );
  const reversed = features.replaceAll(/^.+$/gm, (line) => line.split(',').toReversed().join());
  folder.write('data/preprocessed/X_train.csv', `\ufeff${reversed.replaceAll(/^(?=.)/gm, '1,').replace('1,', ',')}`);
  folder.write('data/preprocessed/y_train.csv', `\ufeff${labels.replace('grav', '0')}`);
  expect(await folder.run('train')).toMatchObject({ code: 0 });
  expect(score()).toEqual(before);
  folder.write('data/preprocessed/y_train.csv', labels.replace('grav\n', ''));
  expect((await folder.run('train')).stderr).toContain(
    'y_train.csv:1: the first line is a label: put a header above it, "grav"',
  );
});
