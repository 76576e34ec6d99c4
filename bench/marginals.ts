/**
 * Does the generator's year look like the real one of 2024? Every column, and every column given others that the generator
 * was made from, invented beside real; the real shares are recorded in tests/stages/golden/marginals-2024.json.
 *
 * `npx tsx bench/marginals.ts [ACCIDENTS]` (default: 50,000). Writes bench/results/marginals.json. A test holds a smaller year
 * to the same figures (tests/stages/marginals.test.ts).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareMarginals } from './support/compare-marginals.ts';
import { inventYear } from './support/generated-year.ts';
import { marginalsOf } from './support/marginals.ts';

const YEAR = 2024;
const accidents = Number(process.argv[2] ?? 50_000);
const recorded = join(import.meta.dirname, '../tests/stages/golden/marginals-2024.json');
const compared = compareMarginals(
  JSON.parse(readFileSync(recorded, 'utf8')),
  marginalsOf(inventYear({ year: YEAR, accidents, seed: 42 })),
);
console.log('| marginal | conditions | distance | by chance | largest difference |\n|---|---|---|---|---|');
for (const { name, conditions, distance, chance, worst } of compared) {
  const cells = [name.replaceAll('|', ' given '), conditions, distance.toFixed(3), chance.toFixed(3)];
  console.log(`| ${[...cells, worst.replaceAll('|', ', ')].join(' | ')} |`);
}
const rounded = compared.map((line) => ({
  ...line,
  distance: Number(line.distance.toFixed(4)),
  chance: Number(line.chance.toFixed(4)),
}));
const content = { year: YEAR, accidents, seed: 42, compared: rounded };
writeFileSync(join(import.meta.dirname, 'results/marginals.json'), `${JSON.stringify(content, null, 2)}\n`);
