/**
 * What the labels of one file mean. Words that say it themselves are taken at their word; of any other two values the
 * smaller is 0 and the larger 1, and that is said. Pure.
 */
import { compareCodeUnits } from '../../../../src/lib/canonical-json.ts';
import { parseLabel, type Review } from './review.ts';

/** undefined: not a label. */
export type LabelRule = (written: string) => Review['label'] | undefined;

export interface FoundRule {
  readonly labelOf: LabelRule;
  /** For people, when the meaning had to be guessed. */
  readonly note?: string;
}

/** Two values are labels only where they are plainly no accident. */
const LEAST_ROWS = 20;
const LEAST_SHARE = 0.01;

export function findLabelRule(values: readonly string[]): FoundRule {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value.trim(), (counts.get(value.trim()) ?? 0) + 1);
  const names = [...counts.keys()];
  if (names.length !== 2 || names.every((name) => parseLabel(name) !== undefined)) return { labelOf: parseLabel };
  const isPlain = values.length >= LEAST_ROWS && Math.min(...counts.values()) >= values.length * LEAST_SHARE;
  if (!isPlain || names.includes('')) return { labelOf: parseLabel };
  const [low = '', high = ''] = names.sort(compareValues);
  return {
    labelOf: (written) => (written.trim() === high ? 1 : written.trim() === low ? 0 : undefined),
    note: `the labels ${low} and ${high} are read as 0 and 1`,
  };
}

function compareValues(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  return Number.isNaN(difference) ? compareCodeUnits(a, b) : difference;
}
