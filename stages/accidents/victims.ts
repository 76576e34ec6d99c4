/**
 * From four tables to one line an accident: its worst-hit user, that user's vehicle, the place.
 *
 * Row numbers only, no values are read but keys and severity. Invariant: every choice is by order
 * in the files: the first of equally hurt users, the first row of a place, accidents as they are listed.
 */
import type { CellReader } from './cells.ts';
import type { TableName } from './layout.ts';
import { severityRank } from './recode.ts';
import type { Table } from './table.ts';

export type Tables = Readonly<Record<TableName, Table>>;

export interface Victim {
  /** Num_Acc, twelve digits beginning with the year. */
  readonly accident: string;
  /** Rows of the tables. */
  readonly characteristics: number;
  readonly user: number;
  readonly vehicle: number;
  /** undefined: the accident has no row in lieux. */
  readonly place: number | undefined;
  /** After severityRank. */
  readonly rank: number;
  readonly users: number;
  readonly vehicles: number;
}

export interface Victims {
  readonly victims: readonly Victim[];
  /** Accidents none of whose users has a vehicle: there is nobody to describe. */
  readonly withoutUser: number;
}

const VEHICLE_KEY = ['Num_Acc', 'num_veh', 'id_vehicule'];

/** What is read here, by table. */
export const VICTIM_COLUMNS: Readonly<Record<TableName, readonly string[]>> = {
  caracteristiques: ['Num_Acc'],
  lieux: ['Num_Acc'],
  usagers: [...VEHICLE_KEY, 'grav'],
  vehicules: VEHICLE_KEY,
};

export function findVictims(tables: Tables, cells: CellReader): Victims {
  const users = countByAccident(tables.usagers);
  const vehicles = countByAccident(tables.vehicules);
  const places = firstRows(tables.lieux, ['Num_Acc']);
  const worst = findWorstUsers(tables, cells);
  const key = tables.caracteristiques.column('Num_Acc');
  const victims: Victim[] = [];
  for (let row = 0; row < tables.caracteristiques.rows; row++) {
    const accident = tables.caracteristiques.cell(row, key);
    const found = worst.get(accident);
    if (found === undefined) continue;
    victims.push({
      ...found,
      accident,
      characteristics: row,
      place: places.get(accident),
      users: users.get(accident) ?? 0,
      vehicles: vehicles.get(accident) ?? 0,
    });
  }
  return { victims, withoutUser: tables.caracteristiques.rows - victims.length };
}

type WorstUser = Pick<Victim, 'user' | 'vehicle' | 'rank'>;

function findWorstUsers({ usagers, vehicules }: Tables, cells: CellReader): ReadonlyMap<string, WorstUser> {
  const vehicleRows = firstRows(vehicules, VEHICLE_KEY);
  const vehicleKey = VEHICLE_KEY.map(usagers.column);
  const [key, grav] = [usagers.column('Num_Acc'), usagers.column('grav')];
  const worst = new Map<string, WorstUser>();
  for (let user = 0; user < usagers.rows; user++) {
    const vehicle = vehicleRows.get(joinKey(usagers, user, vehicleKey));
    if (vehicle === undefined) continue;
    const accident = usagers.cell(user, key);
    const rank = severityRank(cells.integer(usagers, user, grav));
    const previous = worst.get(accident);
    if (previous === undefined || rank > previous.rank) worst.set(accident, { user, vehicle, rank });
  }
  return worst;
}

function countByAccident(table: Table): ReadonlyMap<string, number> {
  const key = table.column('Num_Acc');
  const counts = new Map<string, number>();
  for (let row = 0; row < table.rows; row++) {
    const accident = table.cell(row, key);
    counts.set(accident, (counts.get(accident) ?? 0) + 1);
  }
  return counts;
}

function firstRows(table: Table, names: readonly string[]): ReadonlyMap<string, number> {
  const columns = names.map(table.column);
  const rows = new Map<string, number>();
  for (let row = table.rows - 1; row >= 0; row--) rows.set(joinKey(table, row, columns), row);
  return rows;
}

/** A field never holds a line end: tables are checked line by line. */
const joinKey = (table: Table, row: number, columns: readonly number[]): string =>
  columns.map((column) => table.cell(row, column)).join('\n');
