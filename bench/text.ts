/**
 * TF-IDF and naive Bayes beside scikit-learn's on the same texts, in one run, one thread each.
 *
 * `npx tsx bench/text.ts [--python FILE] [FILE]`; FILE holds `text<TAB>0|1` lines, every sixth of them the holdout
 * (default: 60,000 invented texts over 20,000 words). Peer: bench/peers/requirements.txt. CPU of training, not
 * wall time: the figure that holds on a busy machine. Writes bench/results/text.json.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '../src/lib/random.ts';
import { evaluate } from '../src/ml/metrics.ts';
import { compileTextModel } from '../src/ml/text-evaluator.ts';
import { trainTextModel } from '../src/ml/text-train.ts';

interface Figures {
  readonly cpuSeconds: number;
  readonly oneTextUs: number;
  readonly auc: number;
  readonly terms: number;
  readonly probabilities: readonly number[];
}

const { values, positionals } = parseArgs({
  options: { python: { type: 'string', default: 'python3' } },
  allowPositionals: true,
});
const [file] = positionals;
const lines = file === undefined ? inventLines() : readFileSync(file, 'utf8').split('\n').filter(Boolean);
const train = lines.filter((_, i) => i % 6 !== 0).map(splitLine);
const test = lines.filter((_, i) => i % 6 === 0).map(splitLine);

report([[1], [1, 2]].map((ngrams) => ({ ngrams, ours: measureOurs(ngrams), peer: measurePeer(ngrams) })));

function measureOurs(ngrams: readonly number[]): Figures {
  const texts = train.map(({ text }) => text);
  const labels = Uint8Array.from(train, ({ label }) => label);
  const begun = process.cpuUsage();
  const model = trainTextModel({
    params: { alpha: 1, ngrams, min_df: 1, max_features: null },
    texts,
    labels,
    input: 'text',
    name: 'bench',
    label: '1.0.0',
    split: { method: 'random', seed: 0, fraction: 1 / 6 },
    digests: { data: 'none', params: 'none' },
  });
  const { user, system } = process.cpuUsage(begun);
  const { probability } = compileTextModel(model);
  const asked = test.map(({ text }) => text);
  asked.forEach(probability); // warm
  const start = performance.now();
  const probabilities = asked.map(probability);
  const oneTextUs = ((performance.now() - start) * 1000) / asked.length;
  const truth = Uint8Array.from(test, ({ label }) => label);
  const auc = evaluate(Float64Array.from(probabilities), truth, 0.5).roc_auc;
  return { cpuSeconds: (user + system) / 1e6, oneTextUs, auc, terms: model.bayes.terms.length, probabilities };
}

function measurePeer(ngrams: readonly number[]): Figures | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'bench-text-'));
  try {
    const input = join(folder, 'texts.json');
    writeFileSync(input, JSON.stringify({ train, test, ngrams }));
    const script = join(import.meta.dirname, 'ml/text_peer.py');
    const { status, stdout, stderr } = spawnSync(values.python, [script, input], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (status === 0) return JSON.parse(stdout);
    console.error(`scikit-learn: left out: ${stderr.trim().split('\n').at(-1)}`);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Run {
  readonly ngrams: readonly number[];
  readonly ours: Figures;
  readonly peer: Figures | undefined;
}

function report(runs: readonly Run[]): void {
  console.log(`${train.length} texts to learn from, ${test.length} to answer\n`);
  console.log('| terms of … words | | terms | train CPU s | one text µs | AUC | largest difference |');
  console.log('|---|---|---|---|---|---|---|');
  const rows = runs.flatMap(({ ngrams, ours, peer }) => [
    { ngrams, name: 'reprod', figures: ours, difference: differenceOf(ours, peer) },
    ...(peer === undefined ? [] : [{ ngrams, name: 'scikit-learn', figures: peer, difference: undefined }]),
  ]);
  const shown = rows.map(({ ngrams, name, figures: { probabilities: _, ...figures }, difference }) => ({
    ngrams,
    name,
    ...figures,
    ...(difference === undefined ? {} : { difference }),
  }));
  for (const { ngrams, name, terms, cpuSeconds, oneTextUs, auc, difference } of shown) {
    const cells = [ngrams.join(', '), name, terms, cpuSeconds.toFixed(2), oneTextUs.toFixed(1), auc.toFixed(4)];
    console.log(`| ${[...cells, difference?.toExponential(0) ?? ''].join(' | ')} |`);
  }
  const results = join(import.meta.dirname, 'results');
  mkdirSync(results, { recursive: true });
  const machine = { cpu: cpus()[0]?.model ?? '', cores: cpus().length, kernel: release(), node: process.version };
  writeFileSync(
    join(results, 'text.json'),
    `${JSON.stringify({ machine, train: train.length, test: test.length, rows: shown }, null, 2)}\n`,
  );
}

function differenceOf(ours: Figures, peer: Figures | undefined): number | undefined {
  const differences = peer?.probabilities.map((p, i) => Math.abs(p - (ours.probabilities[i] ?? Number.NaN)));
  return differences === undefined ? undefined : Math.max(...differences);
}

function splitLine(line: string): { readonly text: string; readonly label: number } {
  const tab = line.lastIndexOf('\t');
  return { text: line.slice(0, tab), label: Number(line.slice(tab + 1)) };
}

/** Words as frequent as in a language, a few of them more so under one label. */
function inventLines(): readonly string[] {
  const random = createRandom(1);
  const words = 20_000;
  return Array.from({ length: 60_000 }, () => {
    const label = random.integer(2);
    const text = Array.from({ length: 8 + random.integer(25) }, () => {
      const u = random.next();
      const word = Math.floor(words * u * u * u);
      return `w${(random.integer(9) === 0 ? 2 * word + label : word).toString(36)}`;
    });
    return `${text.join(' ')}.\t${label}`;
  });
}
