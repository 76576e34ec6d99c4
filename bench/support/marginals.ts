/**
 * How often each code occurs in the four tables of a year, alone and given others: what the generator must imitate.
 *
 * Names, codes and groups are those of the recorded statistics (tests/stages/golden/marginals-2024.json), so that invented and
 * real years compare line by line. Knows nothing of where tables come from. Of several roads of an accident the first counts.
 */
import type { Table } from '../../stages/accidents/table.ts';
import type { Tables } from '../../stages/accidents/victims.ts';

/** Shares by condition, then by code; a marginal without a condition has the condition ''. */
export type Marginal = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface Marginals {
  readonly shares: ReadonlyMap<string, Marginal>;
  /** Rows behind each condition, by the same names. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

type Row = Readonly<Record<string, string>>;

export function marginalsOf(tables: Tables): Marginals {
  const counter = createCounter();
  const accidents = groupTables(tables);
  for (const accident of accidents) countAccident(counter, accident);
  return counter.finish();
}

interface AccidentRows {
  readonly facts: Row;
  readonly road: Row;
  readonly vehicles: readonly Row[];
  readonly users: readonly Row[];
}

function groupTables({ caracteristiques, lieux, vehicules, usagers }: Tables): readonly AccidentRows[] {
  const [roads, vehicles, users] = [lieux, vehicules, usagers].map(byAccident);
  return rowsOf(caracteristiques).map((facts) => {
    const key = facts['Num_Acc'] ?? '';
    return {
      facts,
      road: roads?.get(key)?.[0] ?? {},
      vehicles: vehicles?.get(key) ?? [],
      users: users?.get(key) ?? [],
    };
  });
}

function rowsOf(table: Table): readonly Row[] {
  return Array.from({ length: table.rows }, (_, row) =>
    Object.fromEntries(table.columns.map((name, column) => [name, table.cell(row, column).trim()])),
  );
}

function byAccident(table: Table): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rowsOf(table)) {
    const key = row['Num_Acc'] ?? '';
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

interface Counter {
  readonly add: (name: string, condition: string, code: string) => void;
  readonly finish: () => Marginals;
}

function createCounter(): Counter {
  const counts = new Map<string, Map<string, Map<string, number>>>();
  const add = (name: string, condition: string, code: string): void => {
    const conditions = counts.get(name) ?? new Map<string, Map<string, number>>();
    counts.set(name, conditions);
    const codes = conditions.get(condition) ?? new Map<string, number>();
    conditions.set(condition, codes);
    codes.set(code, (codes.get(code) ?? 0) + 1);
  };
  const total = (codes: ReadonlyMap<string, number>): number => [...codes.values()].reduce((a, b) => a + b, 0);
  const finish = (): Marginals => ({
    rows: mapValues(counts, (conditions) => mapValues(conditions, total)),
    shares: mapValues(counts, (conditions) =>
      mapValues(conditions, (codes) => {
        const n = total(codes);
        return mapValues(codes, (count) => count / n);
      }),
    ),
  });
  return { add, finish };
}

function mapValues<A, B>(map: ReadonlyMap<string, A>, change: (value: A) => B): ReadonlyMap<string, B> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}

const FACTS = ['jour', 'mois', 'lum', 'agg', 'int', 'atm', 'col', 'dep'];
const ROADS = ['v1', 'catr', 'circ', 'nbv', 'vosp', 'prof', 'plan', 'surf', 'infra', 'situ', 'vma'];
const VEHICLES = ['senc', 'catv', 'obs', 'obsm', 'choc', 'manv', 'motor'];
const USERS = ['place', 'catu', 'grav', 'sexe', 'trajet', 'secu1', 'secu2', 'secu3', 'locp', 'actp', 'etatp'];

function countAccident({ add }: Counter, accident: AccidentRows): void {
  const { facts, road, vehicles, users } = accident;
  const all: Row = { ...facts, ...road, ...derived(accident) };
  const of = (name: string): string => all[name] ?? '';
  for (const name of [...FACTS, 'hour', 'dow', 'minute', ...ROADS, 'nveh', 'nuser']) add(name, '', of(name));
  for (const [name, ...conditions] of GIVEN)
    add(`${name}|${conditions.join(',')}`, conditions.map(of).join('|'), of(name));
  for (const name of SEVERITY) add(`severe|${name}`, of(name), of('severity'));
  const groups = new Map(vehicles.map((vehicle) => [vehicle['num_veh'] ?? '', groupOf(vehicle['catv'] ?? '')]));
  for (const vehicle of vehicles) countVehicle(add, vehicle, of);
  for (const user of users) countUser(add, user, { of, group: groups.get(user['num_veh'] ?? '') ?? 'autre' });
}

/** The last of each pair is given: `catr|agg`. */
const GIVEN: readonly (readonly [string, ...string[]])[] = [
  ['catr', 'agg'],
  ['vma', 'agg', 'catr'],
  ['circ', 'catr'],
  ['nbv', 'catr'],
  ['int', 'agg'],
  ['lum', 'season', 'hour'],
  ['surf', 'atm'],
  ['col', 'nveh'],
  ['plan', 'agg'],
  ['situ', 'agg'],
  ['agg', 'hour'],
  ['ped', 'nveh', 'agg'],
];

const SEVERITY =
  'agg catr circ vma lum int atm col surf situ plan prof nbv infra hour mois dow nveh nuser ped 2rm velo edp pl'.split(
    ' ',
  );

function derived({ facts, vehicles, users }: AccidentRows): Row {
  const [hour = '', minute = ''] = (facts['hrmn'] ?? '').split(':');
  const month = Number(facts['mois']);
  const date = new Date(Date.UTC(Number(facts['an']), month - 1, Number(facts['jour'])));
  const grav = new Set(users.map((user) => user['grav']));
  const has = (group: string): string =>
    vehicles.some((vehicle) => groupOf(vehicle['catv'] ?? '') === group) ? '1' : '0';
  return {
    hour: String(Number(hour)),
    minute:
      minute === '00'
        ? '00'
        : ['15', '30', '45'].includes(minute)
          ? '15_30_45'
          : Number(minute) % 5 === 0
            ? 'other_fives'
            : 'other',
    dow: String((date.getUTCDay() + 6) % 7),
    mois: String(month),
    jour: String(Number(facts['jour'])),
    season: [11, 12, 1, 2].includes(month) ? 'winter' : month >= 5 && month <= 8 ? 'summer' : 'mid',
    nveh: String(vehicles.length),
    nuser: String(users.length),
    ped: users.some((user) => user['catu'] === '3') ? '1' : '0',
    '2rm': has('2rm'),
    velo: has('velo'),
    edp: has('edp'),
    pl: has('pl'),
    severity: grav.has('2') ? 'killed' : grav.has('3') ? 'hospital' : 'light',
  };
}

type Add = Counter['add'];

function countVehicle(add: Add, vehicle: Row, of: (name: string) => string): void {
  for (const name of VEHICLES) add(name, '', vehicle[name] ?? '');
  const known = String(Math.min(Number(of('nveh')), 3));
  add('catv|agg,nveh', `${of('agg')}|${known}`, vehicle['catv'] ?? '');
  add('motor|catv', vehicle['catv'] ?? '', vehicle['motor'] ?? '');
  add('obsm|nveh,ped', `${known}|${of('ped')}`, vehicle['obsm'] ?? '');
  add('obs hit|nveh,agg', `${known}|${of('agg')}`, vehicle['obs'] === '0' ? '0' : '1');
}

function countUser(add: Add, user: Row, { of, group }: { of: (name: string) => string; group: string }): void {
  const value = (name: string): string => user[name] ?? '';
  for (const name of USERS) add(name, '', value(name));
  const role = value('catu');
  const kind = role === '3' ? 'ped' : group;
  add('user group', '', kind);
  for (const name of ['grav', 'secu1', 'trajet']) add(`${name}|group`, kind, value(name));
  add('grav|group,agg', `${kind}|${of('agg')}`, value('grav'));
  add('sexe|group,catu', `${kind}|${role}`, value('sexe'));
  add('place|catu', role, value('place'));
  if (kind === 'vl') add('grav|catu of cars', role, value('grav'));
  if (kind === 'vl' || kind === '2rm') add(`grav|secu1 of ${kind}`, value('secu1'), value('grav'));
  add('grav|group,age', `${kind}|${ageBand(Number(of('an')) - Number(value('an_nais') || 'NaN'))}`, value('grav'));
}

const AGES = [4, 9, 14, 17, 24, 34, 44, 54, 64, 74, 84, 120];

function ageBand(age: number): string {
  const at = AGES.findIndex((limit) => age <= limit);
  return at < 0 ? 'nan' : `(${AGES[at - 1] ?? -1}, ${AGES[at] ?? ''}]`;
}

const GROUPS: readonly (readonly [group: string, categories: readonly string[]])[] = [
  ['vl', ['7', '3']],
  ['2rm', ['2', '30', '31', '32', '33', '34', '41', '42', '43']],
  ['velo', ['1', '80']],
  ['edp', ['50', '60']],
  ['vu', ['10']],
  ['pl', ['13', '14', '15', '16', '17']],
  ['tc', ['37', '38', '39', '40']],
];

const groupOf = (category: string): string =>
  GROUPS.find(([, categories]) => categories.includes(category))?.[0] ?? 'autre';
