import { expect, test } from 'vitest';
import { createCellReader } from '../../stages/accidents/cells.ts';
import { buildRows } from '../../stages/accidents/feature-rows.ts';
import { FEATURE_NAMES } from '../../stages/accidents/features.ts';
import { findVictims } from '../../stages/accidents/victims.ts';
import { parseYear } from '../../stages/accidents/year-tables.ts';
import { renderProblem } from '../../stages/lib/problem.ts';
import { renderTables } from './raw-tables.ts';
import type { RawRows } from './raw-tables.ts';

/** The base accident of raw-tables.ts by the original's rules. */
const BASE = {
  place: 1,
  catu: 1,
  sexe: 1,
  secu1: 1,
  year_acc: 2024,
  victim_age: 34,
  catv: 2,
  obsm: 2,
  motor: 1,
  catr: 4,
  circ: 2,
  surf: 1,
  situ: 1,
  vma: 50,
  jour: 5,
  mois: 3,
  lum: 1,
  dep: 75,
  com: 75101,
  agg_: 2,
  int: 1,
  atm: 0,
  col: 3,
  lat: 48.86,
  long: 2.34,
  hour: 7,
  nb_victim: 1,
  nb_vehicules: 1,
}; // prettier-ignore

function rowsOf(raw: RawRows) {
  const texts = renderTables(raw);
  const file = (table: 'caracteristiques' | 'lieux' | 'usagers' | 'vehicules') => ({
    file: `${table}.csv`,
    bytes: Buffer.from(texts.get(table) ?? ''),
  });
  const tables = parseYear(2024, {
    caracteristiques: file('caracteristiques'),
    lieux: file('lieux'),
    usagers: file('usagers'),
    vehicules: file('vehicules'),
  });
  if (!tables.ok) return expect.unreachable(tables.error.map(renderProblem).join());
  const cells = createCellReader();
  const { victims, withoutUser } = findVictims(tables.value, cells);
  const { rows, dropped } = buildRows(tables.value, victims, cells);
  return {
    rows: rows.map(({ values }) => Object.fromEntries(FEATURE_NAMES.map((name, i) => [name, values[i]]))),
    targets: rows.map(({ target }) => target),
    dropped: { ...Object.fromEntries(dropped), ...(withoutUser > 0 ? { withoutUser } : {}) },
    problems: cells.problems.map(renderProblem),
  };
}

test('an accident is one row of the 28 features in the order of the original', () => {
  expect(rowsOf({})).toEqual({ rows: [BASE], targets: [0], dropped: {}, problems: [] });
  expect(FEATURE_NAMES).toEqual(Object.keys(BASE));
});

test('a hospitalised user stands for the accident before a killed one, with his own vehicle; all users and vehicles count', () => {
  const { rows, targets } = rowsOf({
    usagers: [
      { grav: '1' },
      { id_vehicule: '201\u00a0765', num_veh: 'B01', grav: '2' },
      { id_vehicule: '201\u00a0765', num_veh: 'B01', grav: '3', place: '2', catu: '2', sexe: '2', an_nais: '2001' },
    ],
    vehicules: [{}, { id_vehicule: '201\u00a0765', num_veh: 'B01', catv: '33', motor: '3' }],
  });
  const victim = { place: 2, catu: 2, sexe: 2, victim_age: 23, catv: 1, motor: 3, nb_victim: 3, nb_vehicules: 2 };
  expect(rows).toEqual([{ ...BASE, ...victim }]);
  expect(targets).toEqual([1]);
});

test('of users hurt alike the first in the file stands for the accident', () => {
  const { rows } = rowsOf({ usagers: [{ grav: '1' }, { an_nais: '1950', sexe: '2' }, { an_nais: '1999' }] });
  expect(rows).toEqual([{ ...BASE, victim_age: 74, sexe: 2, nb_victim: 3 }]);
});

test('a killed or hospitalised user is a positive row, a lightly hurt one is not', () => {
  expect(['2', '3', '4'].map((grav) => rowsOf({ usagers: [{ grav }] }).targets)).toEqual([[1], [1], [0]]);
});

test('an accident nobody is known to be hurt in makes no row', () => {
  expect(rowsOf({ usagers: [{ grav: '1' }, { grav: ' -1' }] })).toMatchObject({
    rows: [],
    dropped: { 'nobody known to be hurt': 1 },
  });
});

test.each([
  ['catv', { vehicules: [{ catv: '80' }] }],
  ['vma', { lieux: [{ vma: ' -1' }] }],
  ['secu1', { usagers: [{ secu1: ' -1' }] }],
  ['obsm', { vehicules: [{ obsm: ' -1' }] }],
  ['atm', { caracteristiques: [{ atm: ' -1' }] }],
] satisfies [string, RawRows][])('an accident whose %s is not given makes no row', (feature, raw) => {
  expect(rowsOf(raw)).toMatchObject({ rows: [], dropped: { [`${feature} missing`]: 1 } });
});

test('an accident without a row in lieux makes no row, one with several has the first', () => {
  const other = { Num_Acc: '202400000002' };
  expect(rowsOf({ lieux: [other] })).toMatchObject({ rows: [], dropped: { 'vma missing': 1 } });
  expect(rowsOf({ lieux: [{ catr: '3' }, { catr: '1' }] }).rows).toEqual([{ ...BASE, catr: 3 }]);
});

test('a user without vehicle is nobody: an accident with no other makes no row', () => {
  expect(rowsOf({ usagers: [{ num_veh: 'Z01' }] })).toMatchObject({ rows: [], dropped: { withoutUser: 1 } });
});

test('what is not given elsewhere stays missing', () => {
  const { rows } = rowsOf({
    caracteristiques: [{ col: ' -1', lat: '', long: '' }],
    lieux: [{ circ: ' -1', surf: ' -1', situ: ' -1' }],
    usagers: [{ an_nais: '' }],
    vehicules: [{ motor: '0' }],
  });
  const gone = ['col', 'lat', 'long', 'circ', 'surf', 'situ', 'victim_age', 'motor'];
  expect(rows).toEqual([{ ...BASE, ...Object.fromEntries(gone.map((name) => [name, Number.NaN])) }]);
});

test.each([
  ['Corsica has letters', { dep: '2A', com: '2A004' }, { dep: 201, com: 201004 }],
  ['upper Corsica too', { dep: '2B', com: '2B033' }, { dep: 202, com: 202033 }],
  ['codes begin with zero', { dep: '01', com: '01001' }, { dep: 1, com: 1001 }],
  [
    'overseas is far away',
    { dep: '974', com: '97411', lat: '-21,1000000000', long: '55,5000000000' },
    { dep: 974, com: 97411, lat: -21.1, long: 55.5 },
  ],
  ['bad weather is one class', { atm: '7' }, { atm: 1 }],
  ['other weather counts as normal', { atm: '9' }, { atm: 0 }],
  ['midnight is hour 0', { hrmn: '00:05' }, { hour: 0 }],
])('%s', (_what, fields, expected) => {
  expect(rowsOf({ caracteristiques: [fields] }).rows).toEqual([{ ...BASE, ...expected }]);
});

test('blanks around a value change nothing', () => {
  const raw = { lieux: [{ vma: '50 ', catr: '  4' }], caracteristiques: [{ hrmn: ' 07:32 ', dep: '75 ', mois: '3 ' }] };
  expect(rowsOf(raw)).toMatchObject({ rows: [BASE], problems: [] });
});

test('a mistyped speed limit is kept, as the original kept it', () => {
  expect(rowsOf({ lieux: [{ vma: '500' }] }).rows).toEqual([{ ...BASE, vma: 500 }]);
});

test('what is no number is refused with file, line and column', () => {
  expect(rowsOf({ caracteristiques: [{ lum: 'x', hrmn: '7h40' }] }).problems).toEqual([
    'caracteristiques.csv:2:41: "x" is not a whole number',
    'caracteristiques.csv:2:34: "7h40" is not a time like 07:32',
  ]);
});

test('a table of another year and an accident listed twice are refused', () => {
  const place = (raw: RawRows) => () => rowsOf(raw);
  expect(place({ lieux: [{ Num_Acc: '202300000001' }] })).toThrow(
    'lieux.csv:2:2: Num_Acc "202300000001" is not 2024 and eight digits',
  );
  expect(place({ caracteristiques: [{}, {}] })).toThrow(
    'caracteristiques.csv:3:2: accident 202400000001 stands in line 2 already',
  );
});
