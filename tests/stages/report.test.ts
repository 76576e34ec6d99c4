/** The report of evaluate: what it says of a model, and of a model beside another. */
import { expect, test } from 'vitest';
import { createRandom } from '../../src/lib/random.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { loadModel, scoreModel, type Holdout } from '../../src/ml/score.ts';
import { renderComparison, type Comparison } from '../../stages/evaluation/comparison-page.ts';
import { renderComparisonFigures, renderFigures } from '../../stages/evaluation/figures-json.ts';
import { measureModel, type ModelFigures } from '../../stages/evaluation/figures.ts';
import { renderReport } from '../../stages/evaluation/report.ts';
import { groupRows, type Evaluated } from '../../stages/evaluation/subject.ts';
import { renderMarginal } from '../../stages/accidents/marginal-chart.ts';
import { describeAccidents } from '../../stages/accidents/subject.ts';
import { FEATURE_NAMES } from '../../stages/accidents/features.ts';
import { SPLIT, train } from './evaluate-project.ts';

const ROWS = 400;
const random = createRandom(3);
const values = Float64Array.from({ length: ROWS * 3 }, () => random.gaussian());
const holdout: Holdout = {
  rows: { rows: ROWS, columns: 3, values },
  columns: ['a', 'b', 'c'],
  labels: Uint8Array.from({ length: ROWS }, (_, row) =>
    (values[row * 3] ?? 0) + (values[row * 3 + 1] ?? 0) > 0 ? 1 : 0,
  ),
  split: SPLIT,
  digests: { x_test: digestOf('x'), y_test: digestOf('y') },
};
const evaluated: Evaluated = {
  holdout,
  subject: {
    question: 'Is it <so>?',
    rows: 'things',
    classes: ['not so', 'so'],
    titles: { a: 'the first' },
    groupings: [
      {
        by: 'half',
        title: 'half',
        groups: groupRows(ROWS, ['low', 'high', 'none'], (row) => (row < 20 ? 'low' : 'high')),
      },
    ],
  },
};

function figuresOf(model: string): ModelFigures {
  const loaded = loadModel(new TextEncoder().encode(model));
  const scored = loaded.ok ? scoreModel(loaded.value, holdout) : loaded;
  return scored.ok ? measureModel(scored.value, evaluated) : expect.unreachable(scored.error);
}

const candidate = figuresOf(train());
const champion = figuresOf(train({ trees: 2 }));
const comparison: Comparison = {
  candidate,
  champion,
  evaluation: {
    schema: 1,
    id: '01a20d7a-8288-7796-b39a-3daccc6b1e52',
    model: 'demo',
    run: null,
    created: '2026-01-02T03:04:05.000Z',
    decision: 'promote',
    reasons: [{ code: 'improved', text: 'AUC +3.00 points' }],
    warnings: [{ code: 'few_rows', text: 'few rows' }],
    policy: { min_improvement: 0.01, max_regression: 0.005 },
    candidate: { version: 2, sha: candidate.sha, metrics: null },
    champion: { version: 1, sha: champion.sha, metrics: null },
    deltas: { roc_auc: 0.03, f1: 0.02 },
    ci: { roc_auc: { low: 0.02, high: 0.04 }, f1: { low: -0.01, high: 0.05 } },
    n: ROWS,
    classes: null,
    confusion: { candidate: null, champion: null },
    thresholds: { candidate: null, champion: null },
    split: null,
    digests: null,
  },
};
const pages = { report: renderReport(candidate, evaluated), comparison: renderComparison(comparison, evaluated) };

test.each(Object.entries(pages))('the %s page needs no network, no script and no other file', (_, page) => {
  expect(page).not.toMatch(/https?:|<script|<link|<img|url\(|@import/);
  expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(page).toContain('prefers-color-scheme: dark');
});

test.each(Object.entries(pages))('the %s page shows curves, confusion, groups, inputs and drift', (_, page) => {
  const titles = [
    'ROC curve',
    'Precision and recall',
    'Calibration',
    'Right and wrong',
    'By half',
    'From training to holdout',
  ];
  for (const title of [...titles, 'Inputs that matter most']) expect(page).toContain(title);
  expect(page).toContain('Is it &#60;so&#62;?');
  expect(page).not.toMatch(/NaN|undefined|null|Infinity/);
});

test('the page of a comparison has both models, the verdict, its warnings and each gain with its interval', () => {
  const page = pages.comparison;
  expect(page).toContain('demo: version 2 against version 1');
  expect(page).toContain('Promoted version 2: AUC +3.00 points');
  expect(page).toContain('Few rows');
  expect(page.match(/class="whisker"/g)).toHaveLength(2);
  expect(page.match(/class="line champion"/g)).toHaveLength(3);
  expect(page).toContain('class="needed"');
});

test('the tables of groups say what their columns are, beside a champion also whose figures they show', () => {
  const words = '“mean p”, the mean probability, is the share that was expected';
  for (const page of Object.values(pages)) expect(page).toContain(words);
  expect(pages.comparison).toContain('All figures are the candidate’s.');
  expect(pages.comparison).toContain('“Δ points” is its AUC less the champion’s; 1 point is 0.01.');
  expect(pages.report).not.toContain('Δ points');
});

test('each line of the chart of gains is explained in points', () => {
  expect(pages.comparison).toContain('a gain must pass the line at +1.00');
  expect(pages.comparison).toContain('no metric of the gate may fall below the dashed line at −0.50');
});

test('terms speak for the classes by the names that people give them', () => {
  const terms = { positive: [{ term: 'fine', weight: 1 }], negative: [{ term: 'poor', weight: -1 }] };
  const page = renderReport({ ...candidate, terms }, evaluated);
  expect(page).toContain('Terms that speak for so<');
  expect(page).toContain('Terms that speak for not so<');
});

test('labels below the bars of a feature leave each other room, however long they are', () => {
  const valuesFrom = (first: number) =>
    Array.from({ length: 10 }, (_, i) => ({ from: first + i, to: first + i, rows: 1, positives: 0 }));
  const labelsOf = (first: number) =>
    renderMarginal({ feature: 'com', values: valuesFrom(first) }).match(/text-anchor="middle"/g);
  expect(labelsOf(0)).toHaveLength(10);
  expect(labelsOf(10_000)).toHaveLength(5);
});

test('without a champion there is nothing to compare, and the page says so', () => {
  const { evaluation } = comparison;
  const alone = { candidate, champion: undefined, evaluation: { ...evaluation, champion: null, deltas: {}, ci: {} } };
  const page = renderComparison(alone, evaluated);
  expect(page).toContain('demo: version 2 with nothing in production');
  expect(page).not.toContain('What was gained');
  expect(page).not.toContain('class="line champion"');
});

test('a group is measured as the whole is, and too small a group has no AUC', () => {
  const [slice] = candidate.slices;
  expect(slice?.groups.map(({ label, n }) => [label, n])).toEqual([
    ['low', 20],
    ['high', 380],
  ]);
  expect(slice?.groups[0]?.roc_auc).toBeNull();
  const [whole] = measureSlice();
  expect(whole).toMatchObject({
    roc_auc: candidate.metrics.roc_auc,
    f1: candidate.metrics.f1,
    brier: candidate.metrics.brier,
  });
});

function measureSlice() {
  const groups = groupRows(ROWS, ['all'], () => 'all');
  const subject = { ...evaluated.subject, groupings: [{ by: 'all', title: 'all', groups }] };
  const loaded = loadModel(new TextEncoder().encode(train()));
  const scored = loaded.ok ? scoreModel(loaded.value, holdout) : loaded;
  return scored.ok ? (measureModel(scored.value, { holdout, subject }).slices[0]?.groups ?? []) : [];
}

test('the JSON has the figures of the page; what is undefined is null, and lists of numbers stand on one line', () => {
  const text = renderFigures(candidate);
  const { metrics, slices, curves, drift } = JSON.parse(text);
  expect(metrics).toEqual(candidate.metrics);
  expect(slices).toEqual(candidate.slices);
  expect(drift).toEqual(candidate.drift);
  expect(curves.roc.threshold[0]).toBeNull();
  expect(curves.roc.true_positive_rate.at(-1)).toBe(1);
  expect(text).toMatch(/"threshold": \[null, [\d., e+-]+\]/);
  expect(JSON.parse(renderComparisonFigures(comparison))).toMatchObject({
    decision: 'promote',
    versions: { candidate: 2, champion: 1 },
    candidate: { sha: candidate.sha },
    champion: { sha: champion.sha },
  });
});

test('accidents are grouped by light, age, year and department, under names people know', async () => {
  const row = (change: Readonly<Record<string, number>>): number[] => FEATURE_NAMES.map((name) => change[name] ?? 1);
  const rows = [
    row({ lum: 1, victim_age: 17, year_acc: 2023, dep: 1 }),
    row({ lum: 5, victim_age: 80, year_acc: 2024, dep: 201 }),
    row({ lum: -1, victim_age: Number.NaN, year_acc: 2024, dep: 971 }),
  ];
  const { groupings } = await describeAccidents({
    ...holdout,
    rows: { rows: 3, columns: FEATURE_NAMES.length, values: Float64Array.from(rows.flat()) },
    columns: FEATURE_NAMES,
  });
  expect(groupings.map(({ by, groups }) => [by, groups.map(({ label }) => label)])).toEqual([
    ['light', ['daylight', 'night, street lights on', 'unknown']],
    ['age', ['0–17', '75 and more', 'unknown']],
    ['year', ['2023', '2024']],
    ['department', ['01', '2A', '971']],
  ]);
});
