import { expect, test } from 'vitest';
import { generateYear } from '../../stages/accidents/generator/generate.ts';
import { layoutOf, TABLE_NAMES } from '../../stages/accidents/layout.ts';
import type { TableName } from '../../stages/accidents/layout.ts';
import { parseYear } from '../../stages/accidents/year-tables.ts';
import { digestOf } from '../../src/lib/digest.ts';

const year = (options: { year?: number; accidents?: number; seed?: number } = {}) =>
  generateYear({ year: 2024, accidents: 300, seed: 42, ...options });

const many = year({ accidents: 5000 });
const textOf = (table: TableName) => many.get(table) ?? '';

/** The values of one column, without quotes. */
function column(table: TableName, name: string): readonly string[] {
  const index = layoutOf(table, 2024).columns.indexOf(name);
  const rows = textOf(table).trimEnd().split('\n').slice(1);
  return rows.map((line) => line.slice(1, -1).split('";"')[index] ?? '');
}

const share = (values: readonly string[], value: string) =>
  values.filter((found) => found === value).length / values.length;

test('the bytes are these, on every machine and Node version', () => {
  expect(Object.fromEntries([...year()].map(([table, text]) => [table, digestOf(text)]))).toMatchInlineSnapshot(`
    {
      "caracteristiques": "63a6d2a5fa1321a25d2ff20616f470b82aa3cf7992bd78cfe03dd39ba79b7ab7",
      "lieux": "35335fe6d5af0d8bc0e1cc66be1e30dbecf9475ebbb846dfadc38acfce98efdc",
      "usagers": "88b19109bb0bb790ea0f2c3d321c979554e0571eefade0c9a7fbde080365cf6d",
      "vehicules": "f561d9fe66bcb945c1426a8c724292b3e37227be8280b1bec74daf6c3167213b",
    }
  `);
});

test('another seed gives other accidents', () => {
  expect(year({ seed: 43 })).not.toEqual(year());
});

test('a larger number begins with the same accidents', () => {
  const larger = year({ accidents: 301 });
  expect([...year()].map(([table, text]) => larger.get(table)?.startsWith(text))).toEqual([true, true, true, true]);
});

const EDITIONS = [2019, 2020, 2021, 2022, 2023, 2024];

test.each(EDITIONS)('the tables of %d pass the validator that downloaded files must pass', (edition) => {
  const texts = year({ year: edition });
  const file = (table: TableName) => ({ file: table, bytes: Buffer.from(texts.get(table) ?? '') });
  const [caracteristiques, lieux, usagers, vehicules] = TABLE_NAMES.map(file);
  if (!caracteristiques || !lieux || !usagers || !vehicules) return expect.unreachable();
  expect(parseYear(edition, { caracteristiques, lieux, usagers, vehicules })).toMatchObject({ ok: true });
});

test.each<[quirk: string, table: TableName, pattern: RegExp, years: readonly number[]]>([
  ['the accident number has another name', 'caracteristiques', /^"Accident_Id";"jour"/, [2022]],
  [
    'users have numbers',
    'usagers',
    /^"Num_Acc";"id_usager";[^]*^"\d{12}";"\d+\u00a0\d{3}";"\d+\u00a0\d{3}";"A01"/m,
    [2022, 2023, 2024],
  ],
  ['accidents have several roads', 'lieux', /^("\d{12}";).*\n\1/m, [2023, 2024]],
  ['unknown road markers are (1)', 'lieux', /"\(1\)";"\(1\)"/, [2019, 2020, 2021, 2022]],
  ['road numbers without a letter are N/A', 'lieux', /"N\/A"/, [2024]],
])('%s in the tables of some years only', (_quirk, table, pattern, years) => {
  expect(EDITIONS.filter((edition) => pattern.test(year({ year: edition }).get(table) ?? ''))).toEqual(years);
});

test.each<[quirk: string, table: TableName, pattern: RegExp]>([
  ['a code not given has a blank before it', 'usagers', /";" -1";"/],
  ['vehicle numbers have a no-break space', 'vehicules', /^"\d{12}";"\d+\u00a0\d{3}";"A01"/m],
  ['coordinates have decimal commas and ten decimals', 'caracteristiques', /;"4\d,\d{10}";"-?\d,\d{10}"$/m],
  [
    'overseas lies south of the equator or west of Greenwich',
    'caracteristiques',
    /"97[1-8]";"97\d{3}".*"-\d+,\d{10}"$/m,
  ],
  ['Corsica has letters', 'caracteristiques', /"2A";"2A\d{3}"/],
  ['codes begin with zero', 'caracteristiques', /"01";"01\d{3}"/],
  ['quotes in texts are doubled', 'lieux', /"Rue dite ""du Lavoir"""/],
  ['texts hold accents', 'caracteristiques', /Église/],
  ['drivers who fled have no sex, no birth year and no injury', 'usagers', /"A01";"1";"1";"1";" -1";"";/],
  ['speed limits are mistyped', 'lieux', /"(500|900|300|700|[125678])"$/m],
  ['speed limits are not given', 'lieux', /" -1"$/m],
  ['only buses count passengers', 'vehicules', /"(37|38)";.*"\d+"$/m],
])('%s', (_quirk, table, pattern) => {
  expect(textOf(table)).toMatch(pattern);
});

test('several users of one accident are hurt alike', () => {
  const hurt = new Map<string, number>();
  const accidents = column('usagers', 'Num_Acc');
  column('usagers', 'grav').forEach((grav, i) => {
    if (grav === '3') hurt.set(accidents[i] ?? '', (hurt.get(accidents[i] ?? '') ?? 0) + 1);
  });
  expect([...hurt.values()].filter((count) => count > 1).length).toBeGreaterThan(50);
});

test('coordinates repeat', () => {
  const latitudes = column('caracteristiques', 'lat');
  expect(new Set(latitudes).size).toBeLessThan(latitudes.length - 50);
});

test.each<[table: TableName, name: string, value: string, real: number]>([
  ['caracteristiques', 'agg', '2', 0.625],
  ['caracteristiques', 'lum', '1', 0.654],
  ['caracteristiques', 'dep', '75', 0.077],
  ['lieux', 'vma', '50', 0.441],
  ['lieux', 'catr', '3', 0.38],
  ['vehicules', 'catv', '7', 0.582],
  ['usagers', 'catu', '3', 0.075],
  ['usagers', 'grav', '1', 0.423],
  ['usagers', 'grav', '3', 0.153],
  ['usagers', 'locp', '0', 0.425],
  ['caracteristiques', 'col', '6', 0.294],
  ['caracteristiques', 'col', '7', 0.1],
])('%s.%s is %s as often as in the real tables (%d)', (table, name, value, real) => {
  expect(Math.abs(share(column(table, name), value) - real)).toBeLessThan(0.025);
});
