/** examples/sentiment from end to end, in a copy of its own. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import picomatch from 'picomatch';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { importedFiles } from '../stages/imported-files.ts';
import { linesOf } from './project-folder.ts';
import { createSentimentFolder } from './sentiment-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const STAGES = ['import_data', 'preprocess', 'train', 'evaluate', 'predict'];

/** What callers of such a service ask first, and what they expect. */
const EXPECTED: readonly (readonly [text: string, prediction: '0' | '1'])[] = [
  ['This movie was absolutely fantastic!', '1'],
  ['This was great!', '1'],
  ['Great movie!', '1'],
  ['Amazing experience!', '1'],
  ['Terrible film.', '0'],
  ['Really bad movie', '0'],
  ['This movie was amazing! I loved every minute.', '1'],
  ['Excellent film with great acting and plot.', '1'],
  ["One of the best movies I've seen this year.", '1'],
  ['Fantastic! Highly recommend this movie.', '1'],
  ['Brilliant performances and wonderful story.', '1'],
  ['Terrible movie, waste of time.', '0'],
  ['Very disappointing and boring.', '0'],
  ['Poor acting and weak storyline.', '0'],
  ["I didn't enjoy this film at all.", '0'],
  ["One of the worst movies I've ever watched.", '0'],
];

test('five stages end in a promoted model that gets the obvious right, and a second run does nothing', async () => {
  const folder = createSentimentFolder();
  folder.write('data/to_predict.csv', `text\n${EXPECTED.map(([text]) => `"${text}"\n`).join('')}`);
  expect(await folder.pipe('repro')).toMatchObject({ code: 0 });
  expect(JSON.parse(folder.read('artifacts/gate.json'))).toMatchObject({ decision: 'bootstrap', model: 'sentiment' });
  expect(folder.read('artifacts/prod_model.json')).toBe(folder.read('artifacts/model.json'));
  expect(folder.read('artifacts/report.html')).toContain('Data: synthetic: every review is invented.');
  const [header, ...answers] = linesOf(folder.read('artifacts/predictions.csv'));
  expect(header).toBe('row,probability,prediction,model_version');
  expect(answers.map((line, i) => [EXPECTED[i]?.[0], line.split(',')[2]])).toEqual(EXPECTED);
  const again = await folder.pipe('repro', '--json');
  const { summary } = JSON.parse(linesOf(again.stdout).at(-1) ?? '');
  expect(summary).toMatchObject({ ok: true, fresh: STAGES, ran: [], restored: [] });
});

test('words alone come first, pairs of words are more than a point better, another alpha is not', async () => {
  const folder = createSentimentFolder();
  folder.set('ngrams: [1, 2]', 'ngrams: [1]');
  await folder.pipe('repro', 'evaluate');
  folder.set('ngrams: [1]', 'ngrams: [1, 2]');
  await folder.pipe('repro', 'evaluate');
  expect(JSON.parse(folder.read('artifacts/gate.json'))).toMatchObject({ decision: 'promote' });
  const production = folder.read('artifacts/prod_model.json');
  folder.set('alpha: 1.0', 'alpha: 0.9');
  expect(await folder.pipe('repro', 'evaluate')).toMatchObject({ code: 0 });
  expect(JSON.parse(folder.read('artifacts/gate.json'))).toMatchObject({ decision: 'reject' });
  expect(folder.read('artifacts/prod_model.json')).toBe(production);
});

test('the holdout is predicted with what was true beside it, as the metrics count it', async () => {
  const folder = createSentimentFolder();
  folder.set('reviews: 8000', 'reviews: 400');
  await folder.pipe('repro');
  const [header, ...rows] = linesOf(folder.read('artifacts/predictions.csv'));
  expect(header).toBe('row,actual,probability,prediction,model_version');
  const right = rows.filter((row) => row.split(',')[1] === row.split(',')[3]).length;
  expect(JSON.parse(folder.read('artifacts/metrics.json')).accuracy).toBeCloseTo(right / rows.length, 12);
});

/** Repository paths as the example's pipeline.yaml writes them, through its links. */
const asDep = (file: string): string =>
  file.startsWith('examples/sentiment/')
    ? file.slice('examples/sentiment/'.length)
    : file.replace(/^stages\//, 'shared/');

test.each(STAGES)('%s declares every file it loads', (stage) => {
  const pipeline = parse(readFileSync(`${ROOT}examples/sentiment/pipeline.yaml`, 'utf8'));
  const { deps } = pipeline.stages[stage];
  const loaded = importedFiles(ROOT, `examples/sentiment/stages/${stage}.ts`).map(asDep);
  // What judges and promotes is the tool's own; its rule is declared, as in the pipeline at the root.
  const ours = loaded.filter((file) => !/^src\/(index\.ts|(core|store|engine|executors)\/)/.test(file));
  expect(ours.filter((file) => !picomatch.isMatch(file, deps))).toEqual([]);
});

test.each(STAGES)('%s has --help', async (stage) => {
  const end = await createSentimentFolder().stage(stage, '--help');
  expect(end).toMatchObject({ code: 0 });
  expect(end.stdout).toMatch(new RegExp(`^Usage: tsx stages/${stage}\\.ts\n[^]*Reads [^]*Writes `));
});
