import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { ok } from '../../src/lib/result.ts';
import { runProgram } from '../support/run-program.ts';
import { createRegistryRig, expectOk } from './registry-fixture.ts';
import { model } from './registry-parts.ts';

const committer = fileURLToPath(new URL('./registry-committer.ts', import.meta.url));

test.each([
  ['before the version has its folder', '/2-', 1, 'intact'],
  ['before registry.json lists it', 'registry.json', 1, 'intact'],
  ['before the copy is made', 'prod_model.json', 2, 'restored'],
] as const)(
  'a crash %s leaves a registry that opens, and the next attempt ends as if nothing had been',
  async (_, name, production, copy) => {
    const { root, registry, read, promote } = createRegistryRig();
    await promote('first');
    writeFileSync(join(root, 'go'), '');
    const end = await runProgram(committer, [root, 'second', '--crash-before', name]).ended;
    expect(end.signal).toBe('SIGKILL');

    expect(expectOk(registry.read()).production).toBe(production);
    expect(registry.inspect()).toEqual([]);
    expect(registry.restoreCopy()).toEqual(ok(copy));
    expect(read(model.path)).toBe(production === 1 ? 'first' : 'second');

    const state = await promote('second');
    expect(state).toMatchObject({
      revision: 2,
      production: 2,
      previous: 1,
      versions: [
        { n: 1, status: 'retired' },
        { n: 2, status: 'production' },
      ],
    });
    expect(read(model.path)).toBe('second');
  },
);

test('of two processes that promote at once one wins, and the other learns that the champion changed', async () => {
  const { root, registry, read, promote } = createRegistryRig();
  await promote('first');
  const rivals = ['second', 'third'].map((text) => runProgram(committer, [root, text]));
  await vi.waitUntil(() => readdirSync(root).filter((name) => name.startsWith('ready-')).length === 2, {
    timeout: 30_000,
  });
  writeFileSync(join(root, 'go'), '');
  const ends = await Promise.all(rivals.map((rival) => rival.ended));

  expect(ends.map((end) => end.stdout).sort()).toEqual(['champion-changed', 'version 2']);
  const state = expectOk(registry.read());
  expect(state).toMatchObject({ revision: 2, production: 2, versions: [{ n: 1 }, { n: 2 }] });
  expect(read(model.path)).toBe(ends[0]?.stdout === 'version 2' ? 'second' : 'third');
});
