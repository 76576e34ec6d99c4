/** `repro` on other terms: --no-run-cache, --no-commit, --locked, --allow-missing, --profile. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRig } from '../support/workspace.ts';
import { type } from '../cli/fake-io.ts';

const CHAIN = {
  'pipeline.yaml': `stages:
  copy: {cmd: cat in.txt > out.txt, deps: [in.txt], outs: [out.txt]}
  split: {cmd: mkdir parts; cp out.txt parts/a, deps: [out.txt], outs: [parts]}
  count: {cmd: wc -c < parts/a > n, deps: [parts/a], outs: [n]}
`,
  'in.txt': 'one',
};

test('runCache false: an earlier run is neither taken nor added to', async () => {
  const rig = createRig(CHAIN);
  await rig.repro({ runCache: false });
  expect(existsSync(join(rig.root, '.pipe/cache/runs'))).toBe(false);
  await rig.repro({ force: true });
  rig.remove('locks');
  expect((await rig.repro({ runCache: false })).summary.ran).toEqual(['copy', 'split', 'count']);
  rig.remove('out.txt');
  expect((await rig.repro({ runCache: false })).of('copy')).toMatchObject({ kind: 'restored', from: 'lock-entry' });
});

test('commit false: the lock entry alone; the next run stores without running', async () => {
  const rig = createRig(CHAIN);
  expect((await rig.repro({ commit: false })).summary.ran).toEqual(['copy', 'split', 'count']);
  expect(existsSync(join(rig.root, '.pipe/cache/objects'))).toBe(false);
  const next = await rig.repro();
  expect(next.of('copy')).toEqual({ kind: 'fresh', repairs: [{ kind: 'store-object', path: 'out.txt' }] });
  rig.remove('out.txt');
  expect((await rig.repro()).of('copy')).toMatchObject({ kind: 'restored' });
});

test('locked: what agrees with its lock entry is fine, restored or made again', async () => {
  const rig = createRig(CHAIN);
  await rig.repro();
  rig.remove('out.txt');
  expect((await rig.repro({ locked: true })).summary).toMatchObject({ ok: true, restored: ['copy'] });
  rig.remove('parts');
  rig.remove('.pipe/cache');
  expect((await rig.repro({ locked: true })).summary).toMatchObject({ ok: true, ran: ['split'] });
});

test('locked: a changed input, or a stage without lock entry, fails and says why; dry or not', async () => {
  const rig = createRig(CHAIN);
  await rig.repro();
  rig.write('in.txt', 'two');
  for (const dry of [true, false]) {
    const { of } = await rig.repro({ locked: true, dry });
    expect(of('copy')).toMatchObject({
      kind: 'failed',
      failure: { code: 'lock-outdated', reasons: [{ kind: 'dep-changed', name: 'in.txt' }] },
    });
  }
  expect(rig.read('out.txt')).toBe('one');
  rig.write('in.txt', 'one');
  rig.remove('locks/count.json');
  const { exitCode, stderr } = await type('repro --locked', rig.root);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('count failed: its lock entry is not up to date: never run');
});

test('locked: a source that is not as it was added keeps the run from beginning', async () => {
  const rig = createRig(CHAIN);
  await type('add in.txt', rig.root);
  await rig.repro();
  rig.write('in.txt', 'two');
  await type('commit', rig.root);
  expect(await type('repro --locked', rig.root)).toMatchObject({
    exitCode: 1,
    stderr: 'error: source in.txt is not as it was added\n  hint: `pipe add in.txt` changes that\n',
  });
});

test('allowMissing: without data and without cache the lock entries can still be checked, and what changed is found', async () => {
  const rig = createRig(CHAIN);
  await type('add in.txt', rig.root);
  await rig.repro();
  for (const path of ['.pipe', 'in.txt', 'out.txt', 'parts', 'n']) rig.remove(path);
  const options = { dry: true, allowMissing: true, locked: true };
  expect((await rig.repro(options)).summary).toMatchObject({ ok: true, fresh: ['copy', 'split', 'count'] });
  expect((await rig.repro({ dry: true })).summary).toMatchObject({ ok: false });
  rig.write('pipeline.yaml', rig.read('pipeline.yaml').replace('wc -c', 'wc -m'));
  expect((await rig.repro(options)).summary).toMatchObject({ ok: false, failed: ['count'] });
});

test('--profile writes a trace that has every stage, and says what decided how long it took', async () => {
  const rig = createRig(CHAIN);
  const { stderr } = await type('repro --profile trace.json', rig.root);
  expect(stderr).toMatch(/^critical path: copy → split → count, /);
  const { traceEvents } = JSON.parse(rig.read('trace.json'));
  const names = traceEvents.map(({ name }: { name: string }) => name);
  expect(new Set(names)).toEqual(new Set(['thread_name', 'copy', 'split', 'count']));
});
