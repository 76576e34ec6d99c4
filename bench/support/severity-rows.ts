/** From four tables to what severity is explained with: one entry for each row that preprocess would make. */
import { createCellReader } from '../../stages/accidents/cells.ts';
import { buildRows } from '../../stages/accidents/feature-rows.ts';
import { FEATURE_NAMES } from '../../stages/accidents/features.ts';
import { weekday } from '../../stages/accidents/generator/scene.ts';
import type { SeverityFacts } from '../../stages/accidents/generator/severity-model.ts';
import { groupOf } from '../../stages/accidents/generator/traffic.ts';
import { findVictims, type Tables, type Victim } from '../../stages/accidents/victims.ts';

export interface SeverityRow {
  readonly facts: SeverityFacts;
  readonly isSevere: boolean;
  /** As published. */
  readonly commune: string;
}

export function severityRows(tables: Tables): readonly SeverityRow[] {
  const cells = createCellReader();
  const { victims } = findVictims(tables, cells);
  const byAccident = new Map(victims.map((victim) => [victim.accident, victim]));
  const involved = involvedGroups(tables);
  return buildRows(tables, victims, cells).rows.map(({ accident, values, target }) => {
    const victim = byAccident.get(accident);
    if (victim === undefined) throw new Error(`no victim in ${accident}`);
    const feature = (name: string): number => values[FEATURE_NAMES.indexOf(name)] ?? Number.NaN;
    const groups = involved.get(accident) ?? new Set<string>();
    const facts = factsOf({ feature, tables, victim, groups });
    const { caracteristiques } = tables;
    const commune = caracteristiques.cell(victim.characteristics, caracteristiques.column('com'));
    return { facts, isSevere: target === 1, commune };
  });
}

interface Described {
  readonly feature: (name: string) => number;
  readonly tables: Tables;
  readonly victim: Victim;
  readonly groups: ReadonlySet<string>;
}

function factsOf({ feature, tables, victim, groups }: Described): SeverityFacts {
  const { caracteristiques, lieux, vehicules } = tables;
  const road = (name: string): number =>
    victim.place === undefined ? Number.NaN : Number(lieux.cell(victim.place, lieux.column(name)));
  const has = (group: string): number => (groups.has(group) ? 1 : 0);
  const category = Number(vehicules.cell(victim.vehicle, vehicules.column('catv')));
  return {
    place: feature('place'),
    catu: feature('catu'),
    sexe: feature('sexe'),
    secu1: feature('secu1'),
    catv: feature('catv'),
    obsm: feature('obsm'),
    motor: feature('motor'),
    catr: feature('catr'),
    circ: feature('circ'),
    surf: feature('surf'),
    situ: feature('situ'),
    mois: feature('mois'),
    lum: feature('lum'),
    dep: caracteristiques.cell(victim.characteristics, caracteristiques.column('dep')).padStart(2, '0'),
    agg_: feature('agg_'),
    int: feature('int'),
    atm: feature('atm'),
    col: feature('col'),
    hour: feature('hour'),
    bends: road('plan'),
    slope: road('prof'),
    weekday: weekday(Number(victim.accident.slice(0, 4)), feature('mois'), feature('jour')),
    group: feature('catu') === 3 ? 'pedestrian' : groupOf(category),
    age: feature('victim_age'),
    speed: feature('vma'),
    users: victim.users,
    vehicles: victim.vehicles,
    truck: has('truck'),
    motorcycle: has('motorcycle'),
    scooter: has('scooter'),
    bicycle: has('bicycle'),
  };
}

function involvedGroups({ vehicules }: Tables): ReadonlyMap<string, ReadonlySet<string>> {
  const [accident, category] = ['Num_Acc', 'catv'].map(vehicules.column);
  const involved = new Map<string, Set<string>>();
  for (let row = 0; row < vehicules.rows; row++) {
    const key = vehicules.cell(row, accident ?? 0);
    const groups = involved.get(key) ?? new Set<string>();
    involved.set(key, groups.add(groupOf(Number(vehicules.cell(row, category ?? 0)))));
  }
  return involved;
}
