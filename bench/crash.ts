/**
 * `kill -9` at random moments: of repro, forced or not, checkout and clean, alone and two at once, over files,
 * folders, state that goes on and outs that are restored. Not a benchmark: what it measures is faults.
 *
 * `npx tsx bench/crash.ts [--kills 500] [--seed N]`; writes bench/results/crash.json. The seed is printed; with a
 * fault the workspace is kept and named, and the exit code is 1. The same trials, a few of them, are in `npm test`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '../src/lib/random.ts';
import { createKillTrials, type Kill } from '../tests/support/kill/trial.ts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '500' }, seed: { type: 'string' } } });
const seed = Number(values.seed ?? Date.now() % 1_000_000);
console.log(`seed ${seed}`);
const { trial, remove, workspace } = await createKillTrials(createRandom(seed));
const kills: Kill[] = [];
let trials = 0;
let edits = 0;
const hits = () => kills.filter(({ moment }) => moment !== 'had ended').length;
while (hits() < Number(values.kills)) {
  const report = await trial();
  trials += 1;
  edits += report.edits;
  kills.push(...report.kills);
  if (trials % 25 === 0) console.log(`${hits()} kills, ${trials} trials`);
  if (report.faults.length > 0) {
    console.error(
      `trial ${trials} of seed ${seed} (${JSON.stringify(report.kills)}) in ${workspace.root}:\n${report.faults.join('\n')}`,
    );
    process.exit(1);
  }
}
remove();

const tally = (of: (kill: Kill) => string) =>
  Object.fromEntries(
    [...new Set(kills.map(of))].sort().map((name) => [name, kills.filter((kill) => of(kill) === name).length] as const),
  );
const machine = { cpu: cpus()[0]?.model ?? '', cores: cpus().length, kernel: release(), node: process.version };
const figures = {
  machine,
  seed,
  trials,
  kills: hits(),
  edits,
  faults: 0,
  moments: tally(({ moment }) => moment),
  verbs: tally(({ verb }) => verb),
};
mkdirSync(join(import.meta.dirname, 'results'), { recursive: true });
writeFileSync(join(import.meta.dirname, 'results/crash.json'), `${JSON.stringify(figures, null, 2)}\n`);
console.log(figures);
