/**
 * The invented map: communes of each département, with places and their own severity.
 *
 * The map is the same for every seed and year, as the real one is: another seed draws other
 * accidents on it. Half of France's accidents happen in few places, hence weights of 1, 1/2, 1/3 …
 */
import { createRandom } from '../../../src/lib/random.ts';
import type { Random } from '../../../src/lib/random.ts';
import type { Commune } from './accident.ts';
import { DEPARTMENTS } from './department-statistics.ts';
import type { Department } from './department-statistics.ts';

export interface Geography {
  readonly departments: readonly Department[];
  /** Accidents of each département. */
  readonly weights: Float64Array;
  readonly communes: readonly (readonly Commune[])[];
  /** Of the communes, one list a département: the first is the largest town. */
  readonly towns: readonly Float64Array[];
}

const MAP_SEED = 1789;
/** How much communes of one département differ in log-odds. */
const COMMUNE_SPREAD = 0.3;

/** Share of accidents in built-up areas above which a département is one city. */
const ALL_CITY = 0.95;

export function createGeography(): Geography {
  const random = createRandom(MAP_SEED);
  return {
    departments: DEPARTMENTS,
    weights: Float64Array.from(DEPARTMENTS, ({ accidents }) => accidents),
    communes: DEPARTMENTS.map((department, i) => createCommunes(random.fork(i), department)),
    towns: DEPARTMENTS.map(({ communes }) => Float64Array.from({ length: communes }, (_, i) => 1 / (i + 1))),
  };
}

export interface Spot {
  readonly commune: Commune;
  readonly latitude: number;
  readonly longitude: number;
  readonly area: number;
  readonly settlement: number;
}

export function drawSpot(random: Random, { departments, weights, communes, towns }: Geography): Spot {
  const at = random.pick(weights);
  const department = departments[at];
  const places = communes[at];
  const sizes = towns[at];
  if (department === undefined || places === undefined || sizes === undefined)
    throw new Error('a map without départements');
  const area = random.next() < department.builtUp ? 2 : 1;
  const commune = places[area === 2 ? random.pick(sizes) : random.integer(places.length)];
  if (commune === undefined) throw new Error(`no commune in ${department.code}`);
  // A few reports give the centre of the commune for want of the place: coordinates that repeat.
  const spread = random.next() < 0.03 ? 0 : area === 2 ? 0.008 : 0.03;
  return {
    commune,
    area,
    settlement: area === 2 && department.builtUp > ALL_CITY ? 3 : area,
    latitude: roundDegrees(commune.latitude + random.gaussian() * spread),
    longitude: roundDegrees(commune.longitude + random.gaussian() * spread * 1.4),
  };
}

function createCommunes(random: Random, department: Department): readonly Commune[] {
  const prefix = department.code.padStart(2, '0');
  return Array.from({ length: department.communes }, (_, i) => ({
    department: prefix,
    code: prefix + String(1 + i * 3).padStart(5 - prefix.length, '0'),
    latitude: roundDegrees(department.latitude + random.gaussian() * department.latitudeSpread),
    longitude: roundDegrees(department.longitude + random.gaussian() * department.longitudeSpread),
    severity: random.gaussian() * COMMUNE_SPREAD,
  }));
}

const roundDegrees = (degrees: number): number => Math.round(degrees * 100_000) / 100_000;
