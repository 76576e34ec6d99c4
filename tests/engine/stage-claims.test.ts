/** Claims taken ahead: many in one change where stages are small, and nothing that lasts where one is not. */
import { readdirSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { loadPipeline } from '../../src/engine/load.ts';
import { createStageClaims } from '../../src/engine/stage-claims.ts';
import { createWorkspace } from '../../src/engine/workspace.ts';
import { listClaims } from '../../src/store/claims.ts';
import { identityOf } from '../../src/store/process-identity.ts';
import { createRig } from '../support/workspace.ts';

const COUNT = 100;

async function createClaims() {
  const names = Array.from({ length: COUNT }, (_, n) => `s${n}`);
  const rig = createRig({
    'in.txt': '1',
    'pipeline.yaml': `stages:\n${names.map((name) => `  ${name}: {cmd: x, deps: [in.txt], outs: [o${name}]}\n`).join('')}`,
  });
  const loaded = await loadPipeline(rig.root);
  if (!loaded.ok) return expect.unreachable();
  const workspace = createWorkspace(loaded.value, { env: {} });
  const holder = identityOf(process.pid) ?? expect.unreachable();
  const claims = createStageClaims({ workspace, run: 'r1', holder }, () => 0); // no time passes, however slow the machine
  const stages = names.map((name) => workspace.stage(name));
  return { claims, stages, layout: workspace.layout, held: () => listClaims(workspace.layout).length };
}

test('stages that follow each other quickly are claimed many at a time, and each is held when it is told so', async () => {
  const { claims, stages, layout, held } = await createClaims();
  for (const stage of stages) claims.expect(stage);
  for (const stage of stages) {
    const { claim, blockedBy } = claims.claim(stage);
    expect(blockedBy).toBeUndefined();
    expect(listClaims(layout)).toContainEqual(claim);
    claims.release(claim);
  }
  claims.settle();
  expect(held()).toBe(0);
  // The names are numbers: so many changes there have been.
  expect(Math.max(...readdirSync(layout.claims).map(Number))).toBeLessThan(COUNT / 2);
});

test('what was claimed ahead and is not used in a moment is given back', async () => {
  const { claims, stages, held } = await createClaims();
  for (const stage of stages) claims.expect(stage);
  for (const stage of stages.slice(0, 4)) claims.claim(stage);
  expect(held()).toBeGreaterThan(4);
  await vi.waitUntil(() => held() === 4, { timeout: 20_000 });
  claims.settle();
});

test('a stage that will not act gives back what was claimed ahead for it', async () => {
  const { claims, stages, held } = await createClaims();
  for (const stage of stages) claims.expect(stage);
  const taken = stages.slice(0, 4).map((stage) => claims.claim(stage).claim);
  for (const stage of stages) claims.forget(stage);
  for (const claim of taken) claims.release(claim);
  claims.settle();
  expect(held()).toBe(0);
});
