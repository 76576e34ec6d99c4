/**
 * The command itself against its peers doing the same: `node -e 0`, DVC, GNU make, ninja.
 *
 * `npx tsx bench/pipeline.ts [--large]`; writes bench/results/pipeline.json and prints the table. `--large`: also
 * 10,000 stages. DVC is taken from the environment variable BENCH_DVC, else from PATH (bench/peers/requirements.txt);
 * a peer that is not there has no column. Nothing is removed between rounds.
 */
import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bareNode,
  chain,
  createFolders,
  DVC,
  dvc,
  equalStages,
  manyByForeach,
  manyForMake,
  manyForNinja,
  manyStages,
  pipe,
} from './pipeline/workspaces.ts';
import { isThere, run, takeTurns, type Taken } from './support/measure.ts';
import { renderRows, type Row, writeResults } from './support/report.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 9);
const FEW_ROUNDS = 3;
const STAGES = 1_000;
const NONE: Taken = { wall: Number.NaN, cpu: Number.NaN };

const root = mkdtempSync(join(tmpdir(), 'pipe-bench-'));
const folders = createFolders(root);
try {
  const rows = [
    benchNoop(),
    ...benchManyNoop(STAGES, 150),
    benchFirstRun(),
    benchLinear(),
    benchRestore(),
    benchCritical(),
  ];
  if (process.argv.includes('--large')) rows.push(...benchManyNoop(10_000, 1_200));
  writeResults('pipeline', { rounds: ROUNDS, rows });
  console.log(renderRows(rows));
} finally {
  rmSync(root, { recursive: true, force: true });
}

function benchNoop(): Row {
  const ours = folders.create({ in: 'x', 'pipeline.yaml': chain() });
  for (let times = 0; times < 3; times += 1) run(pipe(ours)); // stamps settle, code is cached
  const theirs = isThere(DVC) ? dvcRepo() : undefined;
  const { pipe: own = NONE, ...peers } = takeTurns(
    {
      pipe: () => run(pipe(ours)),
      'node -e 0': () => run(bareNode(ours)),
      ...(theirs !== undefined && { 'dvc repro': () => run(dvc(theirs, 'repro', '-q')) }),
    },
    ROUNDS,
  );
  const [node, repo] = [own.wall / (peers['node -e 0'] ?? NONE).wall, own.wall / (peers['dvc repro'] ?? NONE).wall];
  return {
    work: '5 stages, all fresh',
    pipe: own,
    peers,
    target: '≤ 1.6 × `node -e 0`, ≤ 1/20 of DVC',
    outcome: `${node.toFixed(2)} ×${theirs === undefined ? '' : `, 1/${(1 / repo).toFixed(1)}`}`,
    isMet: node <= 1.6 && !(repo > 1 / 20),
  };
}

function dvcRepo(): string {
  const repo = folders.create({ in: 'x', 'dvc.yaml': chain() });
  run({ cwd: repo, program: 'git', args: ['init', '-q'] });
  for (const args of [
    ['init', '-q'],
    ['config', 'core.analytics', 'false'],
    ['repro', '-q'],
  ])
    run(dvc(repo, ...args));
  return repo;
}

function benchManyNoop(count: number, targetMs: number): readonly Row[] {
  return Object.entries({ 'written out': manyStages(count), foreach: manyByForeach(count) }).map(([kind, files]) => {
    const ours = folders.create(files);
    for (let times = 0; times < 3; times += 1) run(pipe(ours, '-j', '2'));
    const works = { pipe: () => run(pipe(ours)), 'node -e 0': () => run(bareNode(ours)) };
    const { pipe: own = NONE, ...peers } = takeTurns(works, ROUNDS);
    const above = own.wall - (peers['node -e 0'] ?? NONE).wall;
    return {
      work: `${count} stages (${kind}), all fresh`,
      pipe: own,
      peers,
      target: `≤ ${targetMs} ms above bare Node`,
      outcome: `${above.toFixed(0)} ms`,
      isMet: above <= targetMs,
    };
  });
}

function firstRun(count: number): Taken {
  return run(pipe(folders.create(manyStages(count)), '-j', '2'));
}

function benchFirstRun(): Row {
  const make = { program: 'make', args: ['-s', '-j2'] };
  const ninja = { program: 'ninja', args: ['-j2'] };
  const { pipe: own = NONE, ...peers } = takeTurns(
    {
      pipe: () => firstRun(STAGES),
      'make -j2': () => run({ cwd: folders.create(manyForMake(STAGES)), ...make }),
      ...(isThere('ninja') && { 'ninja -j2': () => run({ cwd: folders.create(manyForNinja(STAGES)), ...ninja }) }),
    },
    FEW_ROUNDS,
  );
  const ratio = own.wall / (peers['make -j2'] ?? NONE).wall;
  return {
    work: `first run of ${STAGES} trivial independent stages, -j2`,
    pipe: own,
    peers,
    target: '≤ 4 × make -j2',
    outcome: `${ratio.toFixed(1)} ×`,
    isMet: ratio <= 4,
  };
}

function benchLinear(): Row {
  const works = { pipe: () => firstRun(STAGES), 'half as many': () => firstRun(STAGES / 2) };
  const { pipe: own = NONE, ...peers } = takeTurns(works, FEW_ROUNDS);
  const ratio = own.cpu / (peers['half as many'] ?? NONE).cpu;
  return {
    work: `first run of ${STAGES} stages against ${STAGES / 2}`,
    pipe: own,
    peers,
    target: 'linear in stages',
    outcome: `${ratio.toFixed(2)} × the CPU`,
    isMet: ratio <= 2.3,
  };
}

function benchRestore(): Row {
  const ours = folders.create(manyStages(STAGES));
  let rounds = 0;
  const { pipe: own = NONE, ...peers } = takeTurns(
    {
      'running them': () => firstRun(STAGES),
      pipe: () => {
        if (rounds === 0) run(pipe(ours, '-j', '2'));
        moveOuts(ours, `moved-${rounds++}`);
        return run(pipe(ours, '-j', '2'));
      },
    },
    FEW_ROUNDS,
  );
  const ratio = own.wall / (peers['running them'] ?? NONE).wall;
  return {
    work: `restore of ${STAGES} stages`,
    pipe: own,
    peers,
    target: '≤ 1/4 of running them',
    outcome: `${ratio.toFixed(2)} ×`,
    isMet: ratio <= 1 / 4,
  };
}

/** Away with outs and locks: all of them come back from the run cache. */
function moveOuts(folder: string, name: string): void {
  const away = folders.create({});
  for (const out of readdirSync(folder).filter((file) => /^o\d+$/.test(file)))
    renameSync(join(folder, out), join(away, out));
  renameSync(join(folder, 'locks'), join(root, name));
}

function benchCritical(): Row {
  const cores = availableParallelism();
  const [seconds, count] = [1, cores * 4];
  const works = { pipe: () => run(pipe(folders.create(equalStages(count, seconds)), '-j', String(cores))) };
  const { pipe: own = NONE } = takeTurns(works, FEW_ROUNDS);
  const share = ((count * seconds) / cores) * (1000 / own.wall);
  return {
    work: `${count} equal stages of ${seconds} s on ${cores} cores`,
    pipe: own,
    peers: {},
    target: '≥ 0.95 of the ideal speed-up',
    outcome: share.toFixed(3),
    isMet: share >= 0.95,
  };
}
