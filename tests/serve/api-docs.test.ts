/** The manual of the API says what the API is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderApiManual } from '../../scripts/render-api.ts';
import { bodyOf, createRig, modelsWith, type Rig } from './support/rig.ts';

const MANUAL = join(import.meta.dirname, '../../docs/api.md');

let rig: Rig;
beforeAll(async () => {
  rig = await createRig({ models: modelsWith({}) }); // no model: the inputs of none stand in the manual
});
afterAll(() => rig.close());

test('docs/api.md is up to date (npx vitest run tests/serve/api-docs.test.ts -u)', async () => {
  const document = await bodyOf(await rig.app.request('/openapi.json', { headers: { Host: 'localhost' } }));
  await expect(renderApiManual(readFileSync(MANUAL, 'utf8'), document)).toMatchFileSnapshot(MANUAL);
});
