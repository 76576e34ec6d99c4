/**
 * The original project's recodings, value by value. Knows nothing of tables or rows.
 *
 * They are kept as they were, odd ones included, so that figures compare with the original's.
 */

/** A hospitalised user (4) outranks a killed one (3): the original's order, which decides who represents an accident. */
export const severityRank = (grav: number): number => SEVERITY_RANKS.get(grav) ?? grav;

const SEVERITY_RANKS: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 3],
  [3, 4],
  [4, 2],
]);

/** 1: killed or taken to hospital. NaN: nobody known to be hurt, which makes no row. */
export function targetOf(rank: number): number {
  if (rank === 3 || rank === 4) return 1;
  return rank === 2 ? 0 : Number.NaN;
}

/** 0: normal, dazzling sky or other; 1: bad weather; -1 stays and is missing. */
export function weatherGroup(atm: number): number {
  if (atm === 1 || atm === 8 || atm === 9) return 0;
  return atm >= 2 && atm <= 7 ? 1 : atm;
}

/** 1 two or three wheels, bicycle, scooter; 2 car; 3 public transport; 4 heavy or special; 5 van; 6 quad; 0 unknown. */
export const vehicleGroup = (catv: number): number => VEHICLE_GROUPS.get(catv) ?? catv;

const VEHICLE_GROUPS: ReadonlyMap<number, number> = new Map(
  Object.entries({
    0: [0, 80, 99],
    1: [1, 2, 4, 5, 30, 31, 32, 33, 34, 41, 42, 43, 50, 60],
    2: [3, 7],
    3: [18, 19, 37, 38, 39, 40],
    4: [13, 14, 15, 16, 17, 20, 21],
    5: [8, 9, 10, 11, 12],
    6: [6, 35, 36],
  }).flatMap(([group, codes]) => codes.map((code) => [code, Number(group)] as const)),
);

/** -1 is "not given" in these columns, and so is 0 in the last two. */
export function missingIfUnknown(feature: string, value: number): number {
  const isUnknown =
    (value === -1 && UNKNOWN_AT_MINUS_ONE.has(feature)) || (value === 0 && UNKNOWN_AT_ZERO.has(feature));
  return isUnknown ? Number.NaN : value;
}

const UNKNOWN_AT_MINUS_ONE = new Set(['secu1', 'catv', 'obsm', 'motor', 'circ', 'surf', 'situ', 'vma', 'atm', 'col']);
const UNKNOWN_AT_ZERO = new Set(['catv', 'motor']);

/** An accident that lacks one of these makes no row; the first of them that is missing is the reason given. */
export const REQUIRED_FEATURES = ['catv', 'vma', 'secu1', 'obsm', 'atm'] as const;

/** Missing values of these are filled with the commonest value of the training rows. */
export const IMPUTED_FEATURES = ['surf', 'circ', 'col', 'motor'] as const;
