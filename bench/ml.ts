/**
 * Our learners beside scikit-learn, XGBoost and LightGBM on the same rows, in one run, one thread each.
 *
 * `npx tsx bench/ml.ts [--python FILE] [FOLDER ...]`; a folder holds X_train, y_train, X_test and y_test.csv
 * (default: data/preprocessed); figures are means over folders. Peers: bench/peers/requirements.txt.
 * CPU, not wall time: the figure that holds on a busy machine. Ours includes finding the threshold (two thirds of a
 * model more), which no peer does; "fit" is the model alone. Writes bench/results/learning.json.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

type Figures = Readonly<Record<string, number>>;

const OURS = ['gbdt', 'gbdt_100x31', 'random_forest', 'logistic'];
const PEERS = ['random_forest', 'hist_gb', 'xgboost', 'lightgbm'];
const ANCHOR = 'scikit-learn random_forest 100';
const NAMES: Readonly<Record<string, string>> = {
  random_forest: ANCHOR,
  hist_gb: 'scikit-learn HistGradientBoosting 100 × 31',
  xgboost: 'XGBoost 600 × 0.05, depth 6',
  lightgbm: 'LightGBM 600 × 0.05',
};

const { values, positionals } = parseArgs({
  options: { python: { type: 'string', default: 'python3' } },
  allowPositionals: true,
});
const folders = positionals.length > 0 ? positionals : ['data/preprocessed'];
const tsx = createRequire(import.meta.url).resolve('tsx');

const rows = new Map<string, Figures[]>();
// Folder by folder, everyone in turn: a busy minute then falls on all alike.
for (const folder of folders) {
  for (const peer of PEERS) {
    record(NAMES[peer] ?? peer, [values.python, join(import.meta.dirname, 'ml/peers.py'), peer, folder]);
  }
  for (const kind of OURS) {
    const script = join(import.meta.dirname, 'ml/train-once.ts');
    record(`reprod ${kind}`, [process.execPath, '--import', tsx, script, kind, folder]);
  }
}
report();

function record(name: string, [command = '', ...args]: string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) return console.error(`${name}: left out: ${stderr.trim().split('\n').at(-1)}`);
  const figures = JSON.parse(stdout);
  if ('missing' in figures) return console.error(`${name}: left out: ${figures.missing} is not installed`);
  rows.set(name, [...(rows.get(name) ?? []), figures]);
}

function report(): void {
  const means = [...rows].map(([name, runs]) => ({ name, figures: meanOf(runs) }));
  const anchor = means.find(({ name }) => name === ANCHOR)?.figures;
  console.log('| learner | CPU s (fit) | CPU / RF100 | AUC | F1 at ½ | F1 at threshold | one row µs | 10k rows ms |');
  console.log('|---|---|---|---|---|---|---|---|');
  for (const { name, figures } of means) console.log(line(name, figures, anchor));
  const results = join(import.meta.dirname, 'results');
  mkdirSync(results, { recursive: true });
  const machine = { cpu: cpus()[0]?.model ?? '', cores: cpus().length, kernel: release(), node: process.version };
  const content = { machine, folders: folders.length, means, runs: Object.fromEntries(rows) };
  writeFileSync(join(results, 'learning.json'), `${JSON.stringify(content, null, 2)}\n`);
}

function line(name: string, figures: Figures, anchor: Figures | undefined): string {
  const show = (key: string, digits: number): string => figures[key]?.toFixed(digits) ?? '';
  const fit = figures['fitCpuSeconds'] === undefined ? '' : ` (${show('fitCpuSeconds', 2)})`;
  const ratio = ((figures['cpuSeconds'] ?? 0) / (anchor?.['cpuSeconds'] ?? Number.NaN)).toFixed(2);
  const f1 = [show('f1', 4), show('f1AtThreshold', 4)];
  return `| ${[name, show('cpuSeconds', 2) + fit, ratio, show('auc', 4), ...f1, show('oneRowUs', 1), show('manyRowsMs', 1)].join(' | ')} |`;
}

function meanOf(runs: readonly Figures[]): Figures {
  const keys = Object.keys(runs[0] ?? {});
  const mean = (key: string): number => runs.reduce((sum, run) => sum + (run[key] ?? 0), 0) / runs.length;
  return Object.fromEntries(keys.map((key) => [key, mean(key)]));
}
