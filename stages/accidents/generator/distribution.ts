/**
 * Codes with how often they occur, written `code:weight code:weight` so that a table fits a line.
 * Knows nothing of what the codes mean; weights are relative.
 */
import type { Random } from '../../../src/lib/random.ts';

export interface Distribution {
  readonly codes: readonly number[];
  readonly weights: Float64Array;
}

export function distribution(text: string): Distribution {
  const entries = text.split(' ').map((entry) => entry.split(':').map(Number));
  return {
    codes: entries.map(([code = Number.NaN]) => code),
    weights: Float64Array.from(entries, ([, weight = Number.NaN]) => weight),
  };
}

/** One distribution for each value of a condition: `2|4` is agg 2, catr 4. */
export type Distributions = ReadonlyMap<string, Distribution>;

export function distributions(texts: Readonly<Record<string, string>>): Distributions {
  return new Map(Object.entries(texts).map(([condition, text]) => [condition, distribution(text)]));
}

export function draw(random: Random, { codes, weights }: Distribution): number {
  return codes[random.pick(weights)] ?? Number.NaN;
}

/** Throws when nothing is known under the condition and no `otherwise` is given: a hole in the tables is a bug. */
export function drawGiven(random: Random, table: Distributions, condition: string, otherwise?: Distribution): number {
  const found = table.get(condition) ?? otherwise;
  if (found === undefined) throw new Error(`no distribution for ${condition}`);
  return draw(random, found);
}
