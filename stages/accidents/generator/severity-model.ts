/**
 * What decides whether the worst-hit user of an accident is killed or taken to hospital: weights of single circumstances, and
 * of two that go together. Knows nothing of how an accident is drawn; bench/severity.ts fits the weights to the same blocks.
 *
 * Invariant: a value without a weight weighs nothing.
 */
import { INTERCEPT, WEIGHTS } from './severity-statistics.ts';

/** Codes are those of the features (recode.ts), where there is one; else the official ones. */
export interface SeverityFacts {
  readonly place: number;
  readonly catu: number;
  readonly sexe: number;
  readonly secu1: number;
  readonly catv: number;
  readonly obsm: number;
  readonly motor: number;
  readonly catr: number;
  readonly circ: number;
  readonly surf: number;
  readonly situ: number;
  readonly mois: number;
  readonly lum: number;
  /** As published: `01`, `2A`, `974`. */
  readonly dep: string;
  readonly agg_: number;
  readonly int: number;
  readonly atm: number;
  readonly col: number;
  readonly hour: number;
  readonly bends: number;
  readonly slope: number;
  /** 0 Monday … 6 Sunday. */
  readonly weekday: number;
  /** Vehicle group of the user; `pedestrian` on foot. */
  readonly group: string;
  /** NaN when not known. */
  readonly age: number;
  /** NaN or negative when not known. */
  readonly speed: number;
  readonly users: number;
  readonly vehicles: number;
  /** 1: a vehicle of the kind is involved. */
  readonly truck: number;
  readonly motorcycle: number;
  readonly scooter: number;
  readonly bicycle: number;
}

/** Of each block of weights the value that holds. */
export function severityBlocks(facts: SeverityFacts): ReadonlyMap<string, string> {
  const banded = {
    ...facts,
    age: AGE_LIMITS.find((limit) => facts.age <= limit) ?? UNKNOWN,
    speed: facts.speed >= 0 ? (SPEED_LIMITS.find((limit) => facts.speed <= limit) ?? 130) : UNKNOWN,
    users: Math.min(facts.users, 7),
    vehicles: Math.min(facts.vehicles, 4),
  };
  const single = Object.entries(banded).map(([name, value]): readonly [string, string] => [
    name,
    Number.isNaN(value) ? UNKNOWN : String(value),
  ]);
  const values = new Map(single);
  const pairs = PAIRS.map(([a, b]) => [`${a}_${b}`, `${values.get(a)}|${values.get(b)}`] as const);
  return new Map([...single, ...pairs]);
}

const UNKNOWN = '-1';
const AGE_LIMITS = [4, 9, 14, 17, 24, 34, 44, 54, 64, 74, 84, 130];
const SPEED_LIMITS = [20, 30, 40, 50, 60, 70, 80, 90, 110, 130];

/** The same thing is dangerous here and harmless there: what boosted trees find, and weights of single values cannot say. */
const PAIRS: readonly (readonly [keyof SeverityFacts, keyof SeverityFacts])[] = [
  ['agg_', 'catr'],
  ['catv', 'col'],
  ['group', 'secu1'],
  ['group', 'speed'],
  ['group', 'age'],
  ['group', 'vehicles'],
  ['agg_', 'vehicles'],
  ['group', 'lum'],
];

/** Log-odds of a severe accident, but for what its commune adds. */
export function severityLogOdds(facts: SeverityFacts): number {
  let sum = INTERCEPT;
  for (const [block, value] of severityBlocks(facts)) sum += MODEL.get(block)?.get(value) ?? 0;
  return sum;
}

const MODEL: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map(
  Object.entries(WEIGHTS).map(([block, text]) => [block, parseBlock(text)]),
);

function parseBlock(text: string): ReadonlyMap<string, number> {
  return new Map(
    text.split(' ').map((entry) => {
      const [value = '', weight = ''] = entry.split(':');
      return [value, Number(weight)];
    }),
  );
}
