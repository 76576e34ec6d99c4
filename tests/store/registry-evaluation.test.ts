/** Which pages of evaluations stay. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepEvaluationPages } from '../../src/store/registry-evaluation.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { createRegistryRig, type RegistryRig } from './registry-fixture.ts';
import { evaluationText } from './registry-parts.ts';

const FOLDER = 'artifacts/models/demo/evaluations';
const PAGES = { html: '<p>page</p>', figures: '{}' };

test('beyond the latest 50, pages go whose version is not kept; verdicts and figures stay', async () => {
  const rig = createRegistryRig();
  await rig.promote('kept');
  for (let n = 0; n < 53; n++) judge(rig, n, n === 1 ? 'kept' : `gone ${n}`);
  const isThere = (n: number, ending: string) => existsSync(join(rig.root, `${FOLDER}/${idOf(n)}${ending}`));
  const pages = Array.from({ length: 53 }, (_, n) => n).filter((n) => isThere(n, '.html'));
  expect(pages).toEqual([1, ...Array.from({ length: 50 }, (_, n) => n + 3)]);
  expect([isThere(0, '.json'), isThere(0, '.report.json')]).toEqual([true, true]);
});

test('a registry that cannot be read loses no page', () => {
  const rig = createRegistryRig();
  rig.write('artifacts/models/demo/registry.json', 'torn');
  for (let n = 0; n < 52; n++) judge(rig, n, `gone ${n}`);
  expect(existsSync(join(rig.root, `${FOLDER}/${idOf(0)}.html`))).toBe(true);
});

function judge(rig: RegistryRig, n: number, text: string): void {
  const sha = digestOf(new TextEncoder().encode(text));
  rig.write(`${FOLDER}/${idOf(n)}.json`, evaluationText({ id: idOf(n), sha, digests: null }));
  keepEvaluationPages(rig.registry, idOf(n), PAGES);
}

function idOf(n: number): string {
  return `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
}
