/** Grids of experiments, and the table that compares them: as pure values. */
import { expect, test } from 'vitest';
import { isExperimentName, parseMessage, renderMessage } from '../../src/core/experiment.ts';
import { type ExperimentRow, parseFilter, sortRows, tellingParams } from '../../src/core/experiment-table.ts';
import { expandGrid } from '../../src/core/grid.ts';

test.each<[readonly string[], readonly (readonly string[])[]]>([
  [[], [[]]],
  [['a=1'], [['a=1']]],
  [
    ['a=1,2', 'b=x, y'],
    [
      ['a=1', 'b=x'],
      ['a=1', 'b=y'],
      ['a=2', 'b=x'],
      ['a=2', 'b=y'],
    ],
  ],
  [['a=[1,2],{b: 1, c: 2},"x,y"'], [['a=[1,2]'], ['a={b: 1, c: 2}'], ['a="x,y"']]],
  [['a=range(2,5)'], [['a=2'], ['a=3'], ['a=4']]],
  [['a=range(0.1, 0.5, 0.1)'], [['a=0.1'], ['a=0.2'], ['a=0.3'], ['a=0.4']]],
  [['a=range(3,0,-1),9'], [['a=3'], ['a=2'], ['a=1'], ['a=9']]],
  [['a=range(-0.5,0.75,0.5)'], [['a=-0.5'], ['a=0.0'], ['a=0.5']]],
  [['p.yaml:a.b=x=y'], [['p.yaml:a.b=x=y']]],
  [['a='], [['a=']]],
])('%j is %j', (assignments, points) => {
  expect(expandGrid(assignments)).toEqual({ ok: true, value: points });
});

test.each<[readonly string[], RegExp]>([
  [['a'], /write key=value/],
  [['a=1', 'a=2'], /set twice/],
  [['a=range(1)'], /write range/],
  [['a=range(1,x)'], /write range/],
  [['a=range(5,1)'], /holds nothing/],
  [['a=range(1,5,0)'], /holds nothing/],
  [['a=range(0,1000000)'], /more than 10000/],
  [['a=range(0,200)', 'b=range(0,200)'], /more than 10000/],
])('%j is refused', (assignments, problem) => {
  expect(expandGrid(assignments)).toMatchObject({ ok: false, error: expect.stringMatching(problem) });
});

test('a message says for people what was set, and gives back what was written', () => {
  const spec = { baseline: 'b', start: 's', set: ['lr=0.1', 'name="a\nb"'], targets: ['train'] };
  expect(renderMessage('mine', spec).split('\n')[0]).toBe('mine: lr=0.1 name="a');
  expect(parseMessage(renderMessage('mine', spec))).toEqual(spec);
  for (const message of ['', 'fix a bug', '{"version":2}', '[1]', '{"version":1,"baseline":3}'])
    expect(parseMessage(message)).toBeUndefined();
});

test('names that git and every disk take', () => {
  expect(['a', 'exp-1.2_b', '0'].map(isExperimentName)).toEqual([true, true, true]);
  expect(['', '-a', 'a b', 'a/b', 'a..b', 'a.lock', 'a.', '.a', 'ü'].map(isExperimentName)).toEqual(
    Array(9).fill(false),
  );
});

const row = (name: string, auc: number | undefined, lr: number | bigint): ExperimentRow => ({
  name,
  kind: 'experiment',
  created: '2026-01-01T00:00:00Z',
  baseline: 'b',
  params: new Map([
    ['lr', lr],
    ['same', 1n],
  ]),
  metrics: new Map(auc === undefined ? [] : [['auc', auc]]),
});
const rows = [row('a', 0.9, 0.1), row('b', undefined, 10n), row('c', 0.95, 9n), row('d', 0.5, 0.1)];

test('only parameters that differ tell experiments apart', () => {
  expect(tellingParams(rows)).toEqual(['lr']);
});

test('sorted by numbers as numbers; what has no value comes last, either way', () => {
  const names = (by: string, isDescending: boolean) =>
    sortRows(rows, { by, isDescending })
      .map(({ name }) => name)
      .join('');
  expect(names('auc', false)).toBe('dacb');
  expect(names('auc', true)).toBe('cadb');
  expect(names('lr', false)).toBe('adcb');
  expect(names('name', true)).toBe('dcba');
});

test.each([
  ['auc>0.9', 'c'],
  ['auc>=0.9', 'ac'],
  ['auc < 0.9', 'd'],
  ['lr==0.1', 'ad'],
  ['lr!=0.1', 'bc'],
  ['name=b', 'b'],
  ['nosuch>1', ''],
])('filter %s lets %j pass', (text, names) => {
  const parsed = parseFilter(text);
  expect(
    parsed.ok
      ? rows
          .filter(parsed.value)
          .map(({ name }) => name)
          .join('')
      : parsed.error,
  ).toBe(names);
});

test('a mistyped filter is told', () => {
  expect(parseFilter('auc')).toMatchObject({ ok: false });
  expect(parseFilter('>3')).toMatchObject({ ok: false });
});
