/**
 * One row of 28 numbers for each victim, after the original's rules (recode.ts); NaN is missing.
 * Rows that lack what the original required are counted by rule, not kept.
 */
import type { CellReader } from './cells.ts';
import { FEATURE_NAMES, featureIndex } from './features.ts';
import { missingIfUnknown, REQUIRED_FEATURES, targetOf, vehicleGroup, weatherGroup } from './recode.ts';
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

type Describe = (victim: Victim) => number;

/** Resolves every column once; the functions then run for each victim. */
function createDescriber(tables: Tables, cells: CellReader): (victim: Victim) => Float64Array {
  const { caracteristiques, lieux, usagers, vehicules } = tables;
  const { integer, integerOrBlank, decimalOrBlank } = cells;
  const ofUser = (name: string, read = integer): Describe => {
    const column = usagers.column(name);
    return ({ user }) => read(usagers, user, column);
  };
  const ofVehicle = (name: string): Describe => {
    const column = vehicules.column(name);
    return ({ vehicle }) => integerOrBlank(vehicules, vehicle, column);
  };
  const ofPlace = (name: string, read = integer): Describe => {
    const column = lieux.column(name);
    return ({ place }) => (place === undefined ? Number.NaN : read(lieux, place, column));
  };
  const ofAccident = (name: string, read = integer): Describe => {
    const column = caracteristiques.column(name);
    return ({ characteristics }) => read(caracteristiques, characteristics, column);
  };
  const year: Describe = ({ accident }) => Number(accident.slice(0, 4));
  const born = ofUser('an_nais', integerOrBlank);
  const category = ofVehicle('catv');
  const weather = ofAccident('atm', integerOrBlank);
  const describers: Readonly<Record<string, Describe>> = {
    place: ofUser('place'),
    catu: ofUser('catu'),
    sexe: ofUser('sexe'),
    secu1: ofUser('secu1', integerOrBlank),
    year_acc: year,
    victim_age: (victim) => year(victim) - born(victim),
    catv: (victim) => vehicleGroup(category(victim)),
    obsm: ofVehicle('obsm'),
    motor: ofVehicle('motor'),
    catr: ofPlace('catr'),
    circ: ofPlace('circ', integerOrBlank),
    surf: ofPlace('surf', integerOrBlank),
    situ: ofPlace('situ', integerOrBlank),
    vma: ofPlace('vma', integerOrBlank),
    jour: ofAccident('jour'),
    mois: ofAccident('mois'),
    lum: ofAccident('lum'),
    dep: ofAccident('dep', cells.area),
    com: ofAccident('com', cells.area),
    agg_: ofAccident('agg'),
    int: ofAccident('int'),
    atm: (victim) => weatherGroup(weather(victim)),
    col: ofAccident('col', integerOrBlank),
    lat: ofAccident('lat', decimalOrBlank),
    long: ofAccident('long', decimalOrBlank),
    hour: ofAccident('hrmn', cells.hour),
    nb_victim: ({ users }) => users,
    nb_vehicules: ({ vehicles }) => vehicles,
  };
  const ordered = FEATURE_NAMES.map((name) => ({ name, describe: describers[name] }));
  return (victim) =>
    Float64Array.from(ordered, ({ name, describe }) => {
      if (describe === undefined) throw new Error(`nobody describes ${name}`);
      return missingIfUnknown(name, describe(victim));
    });
}
