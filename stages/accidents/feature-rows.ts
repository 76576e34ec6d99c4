/**
 * One row of 28 numbers for each victim, after the original's rules (recode.ts); NaN is missing.
 * Rows that lack what the original required are counted by rule, not kept.
 */
import type { CellReader } from './cells.ts';
import { FEATURE_NAMES, featureIndex } from './features.ts';
import { missingIfUnknown, REQUIRED_FEATURES, targetOf, vehicleGroup, weatherGroup } from './recode.ts';
import type { Problem } from '../lib/problem.ts';
import { FIRST_USABLE_YEAR, TABLE_NAMES } from './layout.ts';
import type { TableName } from './layout.ts';
import { VICTIM_COLUMNS } from './victims.ts';
import type { Tables, Victim } from './victims.ts';

export interface FeatureRow {
  readonly accident: string;
  readonly values: Float64Array;
  readonly target: number;
}

export interface FeatureRows {
  readonly rows: readonly FeatureRow[];
  /** How many accidents made no row, by rule. */
  readonly dropped: ReadonlyMap<string, number>;
}

export const NOBODY_HURT = 'nobody known to be hurt';

export function buildRows(tables: Tables, victims: readonly Victim[], cells: CellReader): FeatureRows {
  const describe = createDescriber(tables, cells);
  const rows: FeatureRow[] = [];
  const dropped = new Map<string, number>();
  for (const victim of victims) {
    const values = describe(victim);
    const target = targetOf(victim.rank);
    const lacking = REQUIRED.find(({ index }) => Number.isNaN(values[index]));
    const rule = lacking === undefined ? (Number.isNaN(target) ? NOBODY_HURT : undefined) : `${lacking.name} missing`;
    if (rule === undefined) rows.push({ accident: victim.accident, values, target });
    else dropped.set(rule, (dropped.get(rule) ?? 0) + 1);
  }
  return { rows, dropped };
}

const REQUIRED = REQUIRED_FEATURES.map((name) => ({ name, index: featureIndex(name) }));

/** A column of a table, under the feature's own name unless said otherwise. */
interface ColumnSource {
  readonly table: TableName;
  readonly column?: string;
  /** `integer` unless said otherwise: blanks are refused where the original could not read them either. */
  readonly read?: Exclude<keyof CellReader, 'problems'>;
  readonly recode?: (value: number, victim: Victim) => number;
}

type Source = ColumnSource | ((victim: Victim) => number);

const yearOf = ({ accident }: Victim): number => Number(accident.slice(0, 4));

const SOURCES: Readonly<Record<string, Source>> = {
  place: { table: 'usagers' },
  catu: { table: 'usagers' },
  sexe: { table: 'usagers' },
  secu1: { table: 'usagers', read: 'integerOrBlank' },
  year_acc: yearOf,
  victim_age: {
    table: 'usagers',
    column: 'an_nais',
    read: 'integerOrBlank',
    recode: (born, victim) => yearOf(victim) - born,
  },
  catv: { table: 'vehicules', read: 'integerOrBlank', recode: vehicleGroup },
  obsm: { table: 'vehicules', read: 'integerOrBlank' },
  motor: { table: 'vehicules', read: 'integerOrBlank' },
  catr: { table: 'lieux' },
  circ: { table: 'lieux', read: 'integerOrBlank' },
  surf: { table: 'lieux', read: 'integerOrBlank' },
  situ: { table: 'lieux', read: 'integerOrBlank' },
  vma: { table: 'lieux', read: 'integerOrBlank' },
  jour: { table: 'caracteristiques' },
  mois: { table: 'caracteristiques' },
  lum: { table: 'caracteristiques' },
  dep: { table: 'caracteristiques', read: 'area' },
  com: { table: 'caracteristiques', read: 'area' },
  agg_: { table: 'caracteristiques', column: 'agg' },
  int: { table: 'caracteristiques' },
  atm: { table: 'caracteristiques', read: 'integerOrBlank', recode: weatherGroup },
  col: { table: 'caracteristiques', read: 'integerOrBlank' },
  lat: { table: 'caracteristiques', read: 'decimalOrBlank' },
  long: { table: 'caracteristiques', read: 'decimalOrBlank' },
  hour: { table: 'caracteristiques', column: 'hrmn', read: 'hour' },
  nb_victim: ({ users }) => users,
  nb_vehicules: ({ vehicles }) => vehicles,
};

/**
 * Columns that a row is made of and the tables have not, as in years before 2019: one problem a table.
 * `buildRows` and `findVictims` throw on such tables.
 */
export function findLackingColumns(tables: Tables, year: number): readonly Problem[] {
  return TABLE_NAMES.flatMap((name) => {
    const { file, columns } = tables[name];
    const own = Object.entries(SOURCES).flatMap(([feature, source]) =>
      typeof source === 'function' || source.table !== name ? [] : [source.column ?? feature],
    );
    const lacking = [...VICTIM_COLUMNS[name], ...own].filter((column) => !columns.includes(column));
    const message = `${year} has no ${lacking.join(', ')}: rows can be made of years from ${FIRST_USABLE_YEAR} on`;
    return lacking.length === 0 ? [] : [{ file, line: 1, column: 1, message }];
  });
}

/** Where a victim stands in each table; undefined only in lieux. */
const ROWS: Readonly<Record<TableName, (victim: Victim) => number | undefined>> = {
  caracteristiques: ({ characteristics }) => characteristics,
  lieux: ({ place }) => place,
  usagers: ({ user }) => user,
  vehicules: ({ vehicle }) => vehicle,
};

/** Resolves every column once; what it returns then runs for each victim. */
function createDescriber(tables: Tables, cells: CellReader): (victim: Victim) => Float64Array {
  const describers = FEATURE_NAMES.map((name) => {
    const source = SOURCES[name];
    if (source === undefined) throw new Error(`no source for ${name}`);
    const describe = typeof source === 'function' ? source : readColumn(source, { name, tables, cells });
    return (victim: Victim) => missingIfUnknown(name, describe(victim));
  });
  return (victim) => Float64Array.from(describers, (describe) => describe(victim));
}

interface ReadContext {
  readonly name: string;
  readonly tables: Tables;
  readonly cells: CellReader;
}

function readColumn(source: ColumnSource, { name, tables, cells }: ReadContext): (victim: Victim) => number {
  const { table: tableName, column: columnName = name, read = 'integer', recode = (value) => value } = source;
  const table = tables[tableName];
  const column = table.column(columnName);
  const rowOf = ROWS[tableName];
  return (victim) => {
    const row = rowOf(victim);
    return row === undefined ? Number.NaN : recode(cells[read](table, row, column), victim);
  };
}
