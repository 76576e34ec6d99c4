import { expect, test } from 'vitest';
import { createStageFolder } from './stage-folder.ts';

/** A table of the years before 2019, as names and one row. */
const OLD = {
  'caracteristiques_2009.csv':
    'Num_Acc\tan\tmois\tjour\thrmn\tlum\tagg\tint\tatm\tcol\tcom\tadr\tgps\tlat\tlong\tdep\n200900000001\t9\t3\t5\t740\t1\t2\t1\t1\t3\t101\tAllée "X"\tM\t4886000\t0234000\t750\n',
  'lieux_2009.csv':
    'Num_Acc,catr,voie,v1,v2,circ,nbv,pr,pr1,vosp,prof,plan,lartpc,larrout,surf,infra,situ,env1\n200900000001,4,55,,,2,2,,,0,1,1,0,70,1,0,1,0\n',
  'usagers_2009.csv':
    'Num_Acc,place,catu,grav,sexe,trajet,secu,locp,actp,etatp,an_nais,num_veh\n200900000001,1,1,3,2,1,11,0,0,0,1979,A01\n',
  'vehicules_2009.csv': 'Num_Acc,senc,catv,occutc,obs,obsm,choc,manv,num_veh\n200900000001,0,7,0,0,2,1,1,A01\n',
};

test('tables before 2019 are imported as they are, and preprocess names the columns they lack', async () => {
  const folder = createStageFolder({
    'source: synthetic': 'source: directory',
    'directory: null': 'directory: data/incoming',
    'years: [2024]': 'years: [2009]',
  });
  for (const [name, text] of Object.entries(OLD)) folder.write(`data/incoming/${name}`, Buffer.from(text, 'latin1'));
  expect(await folder.run('import_data')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('preprocess makes no rows of 2009: too few columns before 2019'),
  });
  expect((await folder.run('preprocess')).stderr.trimEnd().split('\n')).toEqual([
    'preprocess: data/raw/lieux-2009.csv:1:1: 2009 has no vma: rows can be made of years from 2019 on',
    'preprocess: data/raw/usagers-2009.csv:1:1: 2009 has no id_vehicule, secu1: rows can be made of years from 2019 on',
    'preprocess: data/raw/vehicules-2009.csv:1:1: 2009 has no id_vehicule, motor: rows can be made of years from 2019 on',
  ]);
});

test('several years of different layouts become one set of rows, each with its year', async () => {
  const folder = createStageFolder({
    'years: [2024]': 'years: [2022, 2019, 2023]',
    'accidents: 20000': 'accidents: 100',
  });
  expect(await folder.run('import_data')).toMatchObject({ code: 0 });
  expect(await folder.run('preprocess')).toMatchObject({ code: 0 });
  const rows = ['train', 'test'].flatMap((side) =>
    folder.read(`data/preprocessed/X_${side}.csv`).trimEnd().split('\n').slice(1),
  );
  const years = rows.map((row) => row.split(',')[4]);
  expect([...new Set(years)].sort()).toEqual(['2019', '2022', '2023']);
  const report = JSON.parse(folder.read('artifacts/data_report.json'));
  expect(report.tables.map(({ year }: { year: number }) => year)).toEqual([2019, 2022, 2023]);
  expect(report.source.kind).toBe('synthetic');
});

test('invented tables begin with 2019', async () => {
  const end = await createStageFolder({ 'years: [2024]': 'years: [2018]' }).run('import_data');
  expect(end).toMatchObject({
    code: 1,
    stderr: 'import_data: params.yaml:5:10: import_data.years: invented tables begin with 2019\n',
  });
});

test('synthetic data is called so on every page, until a table is changed by hand', async () => {
  const folder = createStageFolder({ 'accidents: 20000': 'accidents: 100' });
  expect((await folder.run('import_data')).stderr).toContain('synthetic: every accident is invented');
  expect((await folder.run('preprocess')).stderr).toContain('synthetic: every accident is invented');
  const page = folder.read('artifacts/data_report.html');
  expect(page).toContain('<p class="source synthetic">Synthetic: every accident is invented');
  expect(page).not.toMatch(/<script|https?:|src=|@import/);
  expect(page.match(/<svg /g)).toHaveLength(28);
  const lieux = folder.read('data/raw/lieux-2024.csv');
  folder.write('data/raw/lieux-2024.csv', `${lieux.trimEnd()}\n${lieux.trimEnd().split('\n').at(-1)}\n`);
  await folder.run('preprocess');
  expect(JSON.parse(folder.read('artifacts/data_report.json')).source.kind).toBe('unknown');
});
