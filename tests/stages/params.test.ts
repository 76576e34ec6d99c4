import { expect, test } from 'vitest';
import { err, ok } from '../../src/lib/result.ts';
import { parseParams, parseSection } from '../../stages/lib/params.ts';
import { renderProblem, type Checked } from '../../stages/lib/problem.ts';

const messages = (checked: Checked<unknown>) => (checked.ok ? [] : checked.error.map(renderProblem));

test('settings are read as the stage describes them', () => {
  const read = parseParams('a: {n: 3, share: 0.5, kind: x, none: null, many: [1, 2], map: {k: v}}', (params) => ({
    n: params.integer('a.n', { min: 0, max: 9 }),
    share: params.between('a.share', { min: 0, max: 1 }),
    kind: params.choice('a.kind', ['x', 'y']),
    none: params.optionalText('a.none'),
    many: params.integers('a.many', { min: 1, max: 2 }),
    map: params.textMap('a.map'),
  }));
  expect(read).toEqual(ok({ n: 3, share: 0.5, kind: 'x', none: null, many: [1, 2], map: new Map([['k', 'v']]) }));
});

test('all problems are told at once, each where its value stands; a missing one where its section does', () => {
  const read = parseParams('a:\n  n: 10\n  kind: z\n', (params) => [
    params.integer('a.n', { min: 0, max: 9 }),
    params.choice('a.kind', ['x', 'y']),
    params.text('a.gone'),
  ]);
  expect(messages(read)).toEqual([
    'params.yaml:2:6: a.n: a whole number from 0 to 9 is expected, not 10',
    'params.yaml:3:9: a.kind: one of x, y is expected, not "z"',
    'params.yaml:2:3: a.gone: missing; a text is expected',
  ]);
});

test('a section with a parser of its own keeps the place of what that parser refuses', () => {
  const parse = () => err({ key: 'gbdt.trees', message: 'must be from 1' });
  expect(messages(parseSection('train:\n  gbdt:\n    trees: 0\n', 'train', parse))).toEqual([
    'params.yaml:3:12: train.gbdt.trees: must be from 1',
  ]);
});

test('a file that is no YAML and a missing section are refused', () => {
  expect(messages(parseParams('a: [1', () => 1))[0]).toMatch(/^params\.yaml:1:\d+: /);
  expect(messages(parseParams('', (params) => params.only('a', ['n'])))).toEqual([
    'params.yaml:1:1: a: missing; a mapping with n is expected',
  ]);
});
