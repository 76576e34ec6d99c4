/** `doctor`: says what is wrong and what mends it; mends what can be mended without loss. */
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tryClaim } from '../../src/store/claims.ts';
import { layoutOf } from '../../src/store/layout.ts';
import { identityOf } from '../../src/store/process-identity.ts';
import { createRig, type Rig } from '../support/workspace.ts';
import { type } from './fake-io.ts';

const FILES = { 'pipeline.yaml': 'stages: {copy: {cmd: cat in > out, deps: [in], outs: [out]}}', in: 'one' };

async function problems(rig: Rig, line = 'doctor'): Promise<readonly Record<string, string>[]> {
  const { findings } = JSON.parse((await type(`${line} --json`, rig.root)).stdout);
  return findings.filter(({ state }: Record<string, string>) => state !== 'fine');
}

function objectFiles(rig: Rig): readonly string[] {
  const folder = join(rig.root, '.pipe/cache/objects');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  return names.filter((path) => statSync(path).isFile());
}

test('where all is well it says so, and what it looked at', async () => {
  const rig = createRig(FILES);
  rig.git('init', '-q');
  await rig.repro();
  const { exitCode, stdout } = await type('doctor', rig.root);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/✓ objects +1 of 1 objects are whole/);
  expect(stdout).toMatch(/✓ links +files come out as \w+; possible here: .*copy/);
  expect((await type('doctor -q', rig.root)).stdout).toBe('');
  expect(readdirSync(join(rig.root, '.pipe')).filter((name) => name.startsWith('.tmp'))).toEqual([]);
});

test('a broken object is found, moved to quarantine by --fix, and made again by repro', async () => {
  const rig = createRig(FILES);
  await rig.repro();
  for (const file of objectFiles(rig)) {
    chmodSync(file, 0o644);
    writeFileSync(file, 'two');
  }
  expect(await problems(rig)).toMatchObject([
    { about: 'objects', state: 'problem', hint: expect.stringContaining('--fix') },
  ]);
  expect((await type('doctor', rig.root)).exitCode).toBe(1);
  expect(await problems(rig, 'doctor --fix')).toMatchObject([{ about: 'objects', state: 'mended' }]);
  expect(readdirSync(join(rig.root, '.pipe/cache/quarantine'))).toHaveLength(1);
  expect((await rig.repro()).of('copy')).toMatchObject({ kind: 'fresh', repairs: [{ path: 'out' }] });
  expect(await problems(rig)).toEqual([]);
});

test('lock files that cannot be read, or belong to nobody, are named with what to do', async () => {
  const rig = createRig(FILES);
  await rig.repro();
  rig.write('locks/gone.json', rig.read('locks/copy.json'));
  rig.write('locks/copy.json', '<<<<<<< ours\n');
  expect(await problems(rig)).toMatchObject([
    { about: 'locks', message: 'locks/copy.json: it has conflict markers' },
    { about: 'locks', message: 'locks/gone.json belongs to no stage', hint: '`pipe gc --locks` removes it' },
  ]);
});

test('what a dead process left is recovered by --fix; a claim of another machine only when that was said', async () => {
  const rig = createRig(FILES);
  await rig.repro();
  const me = identityOf(process.pid);
  if (me === undefined) return expect.unreachable();
  const claim = { run: 'r', since: '2026-01-01T00:00:00.000Z', reads: [] };
  tryClaim(layoutOf(rig.root), {
    ...claim,
    id: 'a',
    stage: 'dead',
    writes: ['a'],
    holder: { ...me, start: 'long ago' },
  });
  tryClaim(layoutOf(rig.root), {
    ...claim,
    id: 'b',
    stage: 'far',
    writes: ['b'],
    holder: { ...me, boot: 'b', host: `not ${hostname()}` },
  });
  expect(await problems(rig)).toMatchObject([
    { about: 'claims', message: expect.stringMatching(/^dead, .*who is dead$/) },
    { about: 'claims', message: expect.stringMatching(/^far, .*: of another machine$/) },
  ]);
  expect(await problems(rig, 'doctor --fix')).toMatchObject([{ state: 'mended' }, { state: 'problem' }]);
  expect(await problems(rig, 'doctor --fix --yes')).toMatchObject([
    { state: 'mended', message: expect.stringContaining('taken away') },
  ]);
  expect(await problems(rig)).toEqual([]);
});

test('.pipe that git would commit is a problem', async () => {
  const rig = createRig(FILES);
  rig.git('init', '-q');
  mkdirSync(join(rig.root, '.pipe'));
  expect(await problems(rig)).toMatchObject([{ about: 'git', message: 'git would commit .pipe/' }]);
});

test('a broken pipeline.yaml is a finding, no pipeline at all a failure', async () => {
  expect(await problems(createRig({ 'pipeline.yaml': 'stages: [' }))).toMatchObject([{ about: 'pipeline' }]);
  expect((await type('doctor', createRig({}).root)).exitCode).toBe(2);
});
