import { expect, test } from 'vitest';
import { digestOf } from '../../src/lib/digest.ts';
import { FEATURE_NAMES } from '../../stages/accidents/features.ts';
import { rawFiles, renderTable } from './raw-tables.ts';
import type { RawRows, Row } from './raw-tables.ts';
import { createStageFolder } from './stage-folder.ts';
import type { StageFolder } from './stage-folder.ts';

const accident = (n: number, fields: Row = {}): Row => ({ Num_Acc: `2024${String(n).padStart(8, '0')}`, ...fields });
const numbers = Array.from({ length: 20 }, (_, i) => i + 1);

/** Twenty accidents; the last has no surface, which the training rows must lend it. */
const TWENTY: RawRows = {
  caracteristiques: numbers.map((n) => accident(n, { jour: String(n) })),
  lieux: numbers.map((n) => accident(n, { surf: n === 20 ? ' -1' : n % 4 === 0 ? '1' : '2' })),
  usagers: numbers.map((n) => accident(n, { grav: n % 2 === 0 ? '3' : '4' })),
  vehicules: numbers.map((n) => accident(n)),
};

function writeAll(folder: StageFolder, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) folder.write(path, text);
}

const lines = (text: string): readonly string[] => text.trimEnd().split('\n');

test('preprocess puts every accident on one side, fills from training rows and reports', async () => {
  const folder = createStageFolder();
  writeAll(folder, rawFiles(TWENTY));
  expect(await folder.run('preprocess')).toMatchObject({ code: 0 });
  const [header, ...train] = lines(folder.read('data/preprocessed/X_train.csv'));
  const [, ...test] = lines(folder.read('data/preprocessed/X_test.csv'));
  expect(header).toBe(FEATURE_NAMES.join(','));
  const day = FEATURE_NAMES.indexOf('jour');
  const days = [...train, ...test].map((line) => Number(line.split(',')[day]));
  expect(days.sort((a, b) => a - b)).toEqual(numbers);
  const last = [...train, ...test].find((line) => line.split(',')[day] === '20');
  expect(last).toBe('1,1,1,1,2024,34,2,2,1,4,2,2,1,50,20,3,1,75,75101,2,1,0,3,48.86,2.34,7,1,1');
  expect(lines(folder.read('data/preprocessed/y_train.csv'))).toHaveLength(train.length + 1);
  const held = ['X_test.csv', 'y_test.csv'].map((name) => digestOf(folder.read(`data/preprocessed/${name}`)));
  expect(JSON.parse(folder.read('data/preprocessed/split.json'))).toEqual({
    holdout: digestOf(`${held.join('\n')}\n`),
    method: 'hash',
    origin: 'tables put into data/raw by hand, or changed since import_data ran',
    salt: 'accidents-1',
    fraction: 0.3,
    key: 'accident number',
  });
  expect(JSON.parse(folder.read('artifacts/data_report.json'))).toMatchObject({
    tables: [{ year: 2024, caracteristiques: 20, lieux: 20, usagers: 20, vehicules: 20 }],
    rows: { train: { rows: train.length }, test: { rows: test.length } },
    imputed: [{ feature: 'surf', value: 2 }, { feature: 'circ', value: 2 }, { feature: 'col' }, { feature: 'motor' }],
  });
});

test('rows stay on their side when data grows', async () => {
  const folder = createStageFolder();
  const some = Object.fromEntries(Object.entries(TWENTY).map(([table, rows]) => [table, rows?.slice(0, 12)]));
  writeAll(folder, rawFiles(some));
  await folder.run('preprocess');
  const before = lines(folder.read('data/preprocessed/X_test.csv'));
  writeAll(folder, rawFiles(TWENTY));
  await folder.run('preprocess');
  expect(lines(folder.read('data/preprocessed/X_test.csv')).slice(0, before.length)).toEqual(before);
});

test('a damaged table stops preprocess with its place and leaves the outputs as they were', async () => {
  const folder = createStageFolder();
  writeAll(folder, rawFiles(TWENTY));
  folder.write('data/preprocessed/X_train.csv', 'as it was');
  folder.write('data/raw/usagers-2024.csv', renderTable('usagers', [accident(1)]).slice(0, -3));
  const end = await folder.run('preprocess');
  expect(end).toMatchObject({
    code: 1,
    stderr: 'preprocess: data/raw/usagers-2024.csv:2:87: the last line is cut off\n',
  });
  expect(folder.read('data/preprocessed/X_train.csv')).toBe('as it was');
});

test('directory takes files under any official spelling and files them byte for byte', async () => {
  const folder = createStageFolder({
    'source: synthetic': 'source: directory',
    'directory: null': 'directory: data/incoming',
  });
  const table = (name: 'caracteristiques' | 'lieux' | 'usagers' | 'vehicules') => renderTable(name, [{}]);
  folder.write('data/incoming/carcteristiques-2024.csv', table('caracteristiques'));
  folder.write('data/incoming/Lieux_2024.csv', table('lieux'));
  folder.write('data/incoming/usagers-2024.csv', table('usagers'));
  folder.write('data/incoming/vehicules-2024.csv', table('vehicules'));
  folder.write('data/incoming/vehicules-immatricules-2024.csv', 'something else');
  folder.write('data/raw/lieux-2023.csv', 'of a year no longer wanted');
  expect(await folder.run('import_data')).toMatchObject({ code: 0 });
  expect(folder.read('data/raw/caracteristiques-2024.csv')).toBe(table('caracteristiques'));
  expect(folder.read('data/raw/lieux-2024.csv')).toBe(table('lieux'));
  expect(folder.exists('data/raw/lieux-2023.csv')).toBe(false);
});

test('files outside data/incoming are taken with a warning, until their digests are pinned', async () => {
  const folder = createStageFolder({
    'source: synthetic': 'source: directory',
    'directory: null': 'directory: elsewhere',
  });
  for (const table of ['caracteristiques', 'lieux', 'usagers', 'vehicules'] as const) {
    folder.write(`elsewhere/${table}-2024.csv`, renderTable(table, [{}]));
  }
  const taken = await folder.run('import_data');
  expect(taken).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(
      'warning: elsewhere is no dependency of this stage, later changes there go unnoticed',
    ),
  });
  const [pins = ''] = /sha256: \{.+\}/.exec(taken.stderr) ?? [];
  folder.write('params.yaml', folder.read('params.yaml').replace('sha256: {}', pins));
  const pinned = await folder.run('import_data');
  expect(pinned.code).toBe(0);
  expect(pinned.stderr).not.toContain('warning');
  folder.write('elsewhere/lieux-2024.csv', renderTable('lieux', [{ vma: '30' }]));
  expect((await folder.run('import_data')).stderr).toMatch(
    /^import_data: elsewhere\/lieux-2024\.csv: SHA-256 is [0-9a-f]{64}, but params\.yaml pins/,
  );
});

test('a failed import leaves the tables as they were', async () => {
  const folder = createStageFolder({
    'source: synthetic': 'source: directory',
    'directory: null': 'directory: data/incoming',
  });
  folder.write('data/raw/lieux-2024.csv', 'as it was');
  folder.write('data/incoming/lieux-2024.csv', '<html>');
  folder.write('data/incoming/usagers-2024.csv', renderTable('usagers', [{}]));
  const end = await folder.run('import_data');
  expect(lines(end.stderr)).toEqual([
    'import_data: data/incoming: no caracteristiques file for 2024: there are lieux-2024.csv, usagers-2024.csv',
    'import_data: data/incoming: no vehicules file for 2024: there are lieux-2024.csv, usagers-2024.csv',
  ]);
  expect(folder.read('data/raw/lieux-2024.csv')).toBe('as it was');
});

test.each<[stage: string, from: string, to: string, message: string]>([
  [
    'import_data',
    'accidents: 20000',
    'accidents: many',
    'params.yaml:6:14: import_data.accidents: a whole number from 100 to 1000000 is expected, not "many"',
  ],
  [
    'import_data',
    'years: [2024]',
    'years: [2004]',
    'params.yaml:5:10: import_data.years: a list of different whole numbers from 2005 to 2100 is expected, not [2004]',
  ],
  [
    'import_data',
    'accidents: 20000',
    'acidents: 20000',
    'params.yaml:6:13: import_data.acidents: unknown setting; known are source, years, accidents, seed, directory, url, sha256\nimport_data: params.yaml:4:3: import_data.accidents: missing; a whole number from 100 to 1000000 is expected',
  ],
  [
    'preprocess',
    'test_size: 0.3',
    'test_size: 1.0',
    'params.yaml:14:14: preprocess.test_size: a number between 0 and 1 (both excluded) is expected, not 1',
  ],
  [
    'preprocess',
    'split: hash',
    'split: none',
    'params.yaml:13:10: preprocess.split: one of hash, random is expected, not "none"',
  ],
  [
    'import_data',
    'years: [2024]',
    'years: [2024',
    'params.yaml:6:3: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
])('%s refuses nonsense in params.yaml by key, place and range: %s to %s', async (stage, from, to, message) => {
  const end = await createStageFolder({ [from]: to }).run(stage);
  expect(end).toMatchObject({ code: 1, stderr: `${stage}: ${message}\n` });
});

test.each([
  ['import_data', 'accidents: 20000', 'data/raw/lieux-2024.csv'],
  ['preprocess', 'test_size: 0.3', 'data/preprocessed/X_train.csv'],
  ['train', 'learning_rate: 0.05', 'artifacts/model.json'],
])('%s that refuses a setting (%s) leaves what it wrote before', async (stage, setting, output) => {
  const folder = createStageFolder({ [setting]: setting.replace(/ .*/, ' nonsense') });
  folder.write(output, 'as it was');
  const end = await folder.run(stage);
  expect(end).toMatchObject({ code: 1, stderr: expect.stringMatching(/: params\.yaml:\d+:\d+: /) });
  expect(folder.read(output)).toBe('as it was');
});

test.each([
  [
    'preprocess',
    'preprocess: data/raw: no such file or folder (made by an earlier stage: npx pipe repro runs what is needed)\n',
  ],
  [
    'train',
    'train: data/preprocessed/X_train.csv: no such file or folder (made by an earlier stage: npx pipe repro runs what is needed)\n',
  ],
  [
    'predict',
    'predict: artifacts/prod_model.json: no such file or folder (made by an earlier stage: npx pipe repro runs what is needed)\n',
  ],
])('%s without its inputs says which is missing and who makes it', async (stage, stderr) => {
  expect(await createStageFolder().run(stage)).toMatchObject({ code: 1, stderr });
});

test.each(['import_data', 'preprocess', 'train', 'evaluate', 'predict'])(
  '%s has --help and refuses other arguments',
  async (stage) => {
    const folder = createStageFolder();
    const help = await folder.run(stage, '--help');
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(new RegExp(`^Usage: tsx stages/${stage}\\.ts\n[^]*Reads [^]*Writes `));
    const end = await folder.run(stage, '--force');
    expect(end).toMatchObject({
      code: 2,
      stderr: `${stage}: unexpected argument "--force": settings stand in params.yaml (see --help)\n`,
    });
  },
);
