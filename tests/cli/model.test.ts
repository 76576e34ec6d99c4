import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRegistryRig, type RegistryRig } from '../store/registry-fixture.ts';
import { JUDGING_PIPELINE, model } from '../store/registry-parts.ts';
import { type, type Typed } from './fake-io.ts';

test('list shows the newest first and marks the one in production', async () => {
  const { pipe } = await withVersions();
  const { stdout, exitCode } = await pipe('model list');
  expect(exitCode).toBe(0);
  expect(stdout.split('\n').map((line) => line.slice(0, 5))).toEqual(['demo:', '  VER', '  3-b', '* 2-1', '  1-a', '']);
});

test('list --json has the registry and each version with its card', async () => {
  const { pipe } = await withVersions();
  expect(JSON.parse((await pipe('model list --json')).stdout)).toMatchObject({
    models: [
      {
        model: 'demo',
        production: 2,
        previous: 1,
        pinned: false,
        versions: [{ n: 3, card: { label: '1.0.0' } }, { n: 2 }, { n: 1 }],
      },
    ],
  });
});

test('an empty registry says so, and how to come by a version', async () => {
  const { pipe } = withPipeline();
  expect(await pipe('model list')).toMatchObject({ exitCode: 0, stdout: 'demo: nothing in production\n' });
  expect(await pipe('model show')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('pipe repro evaluate'),
  });
});

test('rollback goes to the version before, then there is none left', async () => {
  const { pipe, read } = await withVersions();
  expect(await pipe('model rollback')).toMatchObject({
    exitCode: 0,
    stdout: 'demo: version 1 is now in production, in place of 2; 2 is not promoted again by itself\n',
  });
  expect(read(model.path)).toBe('first');
  expect(await pipe('model rollback')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('no earlier version was ever in production'),
  });
});

test('pin and unpin say what holds afterwards', async () => {
  const { pipe } = await withVersions();
  expect((await pipe('model pin')).stdout).toBe('demo: version 2 is now pinned: no candidate replaces it\n');
  expect((await pipe('model pin')).stdout).toBe('demo: version 2 is already pinned: no candidate replaces it\n');
  expect((await pipe('model unpin')).stdout).toBe('demo: version 2 is now free to be replaced\n');
});

test('pin takes a version only to make sure that it is the one in production', async () => {
  const { pipe, registry } = await withVersions();
  expect(await pipe('model pin 1')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('version 1 is not in production, 2 is'),
  });
  expect(registry.read()).toMatchObject({ value: { pinned: false } });
  expect((await pipe('model pin 2')).stdout).toBe('demo: version 2 is now pinned: no candidate replaces it\n');
});

test('bytes that are no model are never put in production, not even by force', async () => {
  const { pipe, read } = await withVersions();
  expect(await pipe('model promote 3 --force')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('cannot be used'),
  });
  expect(read(model.path)).toBe('second');
});

test('repair names what it did', async () => {
  const { pipe, root } = await withVersions();
  rmSync(join(root, model.registry, 'registry.json'));
  expect(await pipe('model list')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('pipe model repair') });
  expect(await pipe('model repair')).toMatchObject({
    exitCode: 0,
    stdout: 'demo: registry.json made anew with 3 versions, version 2 in production\n',
  });
  expect(await pipe('model repair')).toMatchObject({ stdout: 'demo: nothing to repair\n' });
});

test.each([
  ['model promote', 2, "missing required argument 'version'"],
  ['model promot 3', 2, 'Did you mean promote?'],
  ['model promote 9', 1, 'there are 1, 2, 3'],
  ['model list --model other', 1, 'there is no such model'],
  ['model show nothing', 1, 'there is no version nothing'],
])('`pipe %s` ends with %i and helps', async (line, exitCode, text) => {
  const { pipe } = await withVersions();
  const typed = await pipe(line);
  expect(typed).toMatchObject({ exitCode, stdout: '' });
  expect(typed.stderr).toContain(text);
});

test('--json gives a failure as JSON on standard error', async () => {
  const { pipe } = await withVersions();
  const { stderr, stdout } = await pipe('model show 9 --json');
  expect([stdout, JSON.parse(stderr)]).toMatchObject(['', { error: { code: 'registry', model: 'demo' } }]);
});

interface CliRig extends RegistryRig {
  readonly pipe: (line: string) => Promise<Typed>;
}

function withPipeline(): CliRig {
  const rig = createRegistryRig();
  rig.write('pipeline.yaml', JUDGING_PIPELINE);
  rig.write('data', 'rows');
  return { ...rig, pipe: (line) => type(line, rig.root) };
}

/** 1 retired, 2 in production, 3 rejected. */
async function withVersions(): Promise<CliRig> {
  const rig = withPipeline();
  await rig.promote('first');
  await rig.promote('second');
  await rig.reject('third');
  return rig;
}
