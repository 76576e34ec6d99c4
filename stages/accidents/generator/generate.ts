/**
 * A year of invented accidents in that year's official layout: no record of a real accident goes into it, but
 * codes occur as often and hang together as in the real tables, so that learning on it is realistic.
 *
 * Invariant: the bytes follow from year, seed and number alone, on every machine; a larger number
 * begins with the same accidents.
 */
import { createRandom } from '../../../src/lib/random.ts';
import { layoutOf, TABLE_NAMES } from '../layout.ts';
import type { TableName } from '../layout.ts';
import { editionOf } from './edition.ts';
import type { Edition } from './edition.ts';
import { createGeography } from './geography.ts';
import { appendRows } from './rows.ts';
import type { Lines } from './rows.ts';
import { drawScene } from './scene.ts';
import { hurt } from './severity.ts';
import { drawTraffic } from './traffic.ts';

export interface GeneratorOptions {
  readonly year: number;
  readonly accidents: number;
  readonly seed: number;
}

export function generateYear({ year, accidents, seed }: GeneratorOptions): ReadonlyMap<TableName, string> {
  const geography = createGeography();
  const yearly = createRandom(seed).fork(year);
  const lines: Lines = { caracteristiques: [], lieux: [], usagers: [], vehicules: [] };
  const edition = editionOf(year);
  let firstVehicle = 137_982; // where the official numbering was at the end of a year
  let firstUser = 1_099_700;
  for (let i = 1; i <= accidents; i++) {
    // Each accident has a sequence of its own: what one draws does not move the others.
    const random = yearly.fork(i);
    const scene = drawScene(random, geography, year);
    const traffic = drawTraffic(random, scene);
    const users = hurt(random, scene, traffic);
    const number = `${year}${String(i).padStart(8, '0')}`;
    const { vehicles, collision } = traffic;
    const context = { random, edition, firstVehicle, firstUser };
    appendRows(lines, { number, scene, collision, vehicles, users }, context);
    firstVehicle += vehicles.length;
    firstUser += users.length;
  }
  return new Map(
    TABLE_NAMES.map((table) => [table, `${[renderHeader(table, year, edition), ...lines[table]].join('\n')}\n`]),
  );
}

function renderHeader(table: TableName, year: number, edition: Edition): string {
  const { columns, optional } = layoutOf(table, year);
  const written = columns.filter((name) => edition.hasUserNumbers || !optional.includes(name));
  const names = table === 'caracteristiques' ? [edition.keyName, ...written.slice(1)] : written;
  return names.map((name) => `"${name}"`).join(';');
}
