/**
 * Invented tables beside the recorded shares of the real ones of 2024, marginal by marginal.
 *
 * `distance` is the share of rows that would have to change their code (total variation), of a conditional marginal the mean
 * over its conditions as they occur in reality; `chance` what would be expected of a sample this large from the real shares.
 */
import type { Marginals } from './marginals.ts';

/** By marginal and condition: rows in reality, then `code:thousandths`. */
export type RecordedMarginals = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Comparison {
  readonly name: string;
  readonly conditions: number;
  readonly distance: number;
  readonly chance: number;
  /** Where the two differ most, weighed by how often the condition occurs. */
  readonly worst: string;
}

export function compareMarginals(real: RecordedMarginals, invented: Marginals): readonly Comparison[] {
  return Object.entries(real)
    .map(([name, conditions]) => compareOne(name, conditions, invented))
    .sort((a, b) => b.distance - b.chance - (a.distance - a.chance));
}

function compareOne(name: string, conditions: Readonly<Record<string, string>>, invented: Marginals): Comparison {
  const parsed = Object.entries(conditions).map(([condition, text]) => ({ condition, ...parseShares(text) }));
  const total = parsed.reduce((sum, { rows }) => sum + rows, 0);
  let distance = 0;
  let chance = 0;
  let worst = { difference: 0, text: '' };
  for (const { condition, rows, shares } of parsed) {
    const found = invented.shares.get(name)?.get(condition) ?? new Map<string, number>();
    const n = invented.rows.get(name)?.get(condition) ?? 1;
    const weight = rows / total;
    for (const code of new Set([...shares.keys(), ...found.keys()])) {
      const [is, should] = [found.get(code) ?? 0, shares.get(code) ?? 0];
      const difference = (weight * Math.abs(is - should)) / 2;
      distance += difference;
      chance += (weight * Math.sqrt((2 * should * (1 - should)) / (Math.PI * n))) / 2;
      if (difference > worst.difference) worst = { difference, text: describe(condition, code, should, is) };
    }
  }
  return { name, conditions: parsed.length, distance, chance, worst: worst.text };
}

const describe = (condition: string, code: string, real: number, invented: number): string =>
  `${condition === '' ? '' : `${condition} → `}${code}: ${real.toFixed(3)} real, ${invented.toFixed(3)} invented`;

function parseShares(text: string): { readonly rows: number; readonly shares: ReadonlyMap<string, number> } {
  const [rows = '0', ...entries] = text.split(' ');
  const shares = entries.map((entry) => {
    const at = entry.lastIndexOf(':');
    return [entry.slice(0, at), Number(entry.slice(at + 1)) / 1000] as const;
  });
  return { rows: Number(rows), shares: new Map(shares) };
}
