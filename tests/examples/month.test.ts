/** "A month in the life" of docs/promotion.md, step by step as it stands there, on smaller data. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createProjectFolder, linesOf, type ProjectFolder } from './project-folder.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/promotion.md', import.meta.url)), 'utf8');

/** The lines of the page that begin with a prompt, without their comments. */
const COMMANDS = linesOf(PAGE.split('## A month in the life')[1] ?? '')
  .filter((line) => line.startsWith('$ '))
  .map((line) => line.slice(2).replace(/ +#.*/, ''));

test('the page has the commands that are run here, in this order', () => {
  expect(COMMANDS).toEqual([
    'pipe repro',
    'pipe repro',
    'pipe repro',
    'pipe repro',
    'pipe model rollback',
    'pipe repro',
    'pipe model list',
  ]);
});

const verdictOf = (folder: ProjectFolder) => JSON.parse(folder.read('artifacts/gate.json'));
const production = (folder: ProjectFolder): string => folder.read('artifacts/prod_model.json');

async function run(folder: ProjectFolder, step: number): Promise<string> {
  const [, ...args] = (COMMANDS[step] ?? '').split(' ');
  const end = await folder.pipe(...args);
  expect(end, `step ${step}`).toMatchObject({ code: 0 });
  return `${end.stdout}${end.stderr}`;
}

test('a forest, better trees, a second year, another seed, a rollback, and nights in between', {
  timeout: 240_000,
}, async () => {
  const folder = createProjectFolder('.', ['params.yaml', 'pipeline.yaml', 'data/to_predict.csv', 'data/incoming']);
  folder.set('accidents: 20000', 'accidents: 3000');
  folder.set('years: [2024]', 'years: [2023]');

  folder.set('model: gbdt', 'model: random_forest');
  await run(folder, 0);
  expect(verdictOf(folder)).toMatchObject({ decision: 'bootstrap', candidate: { version: 1 } });
  const forest = production(folder);

  folder.set('model: random_forest', 'model: gbdt');
  await run(folder, 1);
  expect(verdictOf(folder)).toMatchObject({ decision: 'promote', candidate: { version: 2 }, champion: { version: 1 } });
  const boosted = production(folder);
  expect(boosted).not.toBe(forest);

  // Every row stays on its side: the champion is judged on a holdout with rows of a year it never saw, and none it learnt.
  folder.set('years: [2023]', 'years: [2023, 2024]');
  await run(folder, 2);
  const second = verdictOf(folder);
  expect(second).toMatchObject({ decision: 'promote', candidate: { version: 3 }, champion: { version: 2 } });
  const twoYears = production(folder);

  folder.set('seed: 42 # of every random choice', 'seed: 7 # of every random choice');
  await run(folder, 3);
  expect(verdictOf(folder)).toMatchObject({ decision: 'reject', candidate: { version: 4 }, champion: { version: 3 } });
  expect(production(folder)).toBe(twoYears);

  expect(await run(folder, 4)).toContain('version 2 is now in production');
  expect(production(folder)).toBe(boosted);

  // The nightly run: what a person decided is not undone, and only `predict` answers with another model.
  await run(folder, 5);
  expect(production(folder)).toBe(boosted);
  expect(verdictOf(folder).candidate).toMatchObject({ version: 4 });

  expect(await run(folder, 6)).toMatch(/rejected.by.person/);
});
