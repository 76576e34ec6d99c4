/** A repository at any earlier commit comes back byte for byte, whatever its history: files, exec bits, links, names. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { add } from '../../src/engine/add.ts';
import { checkout } from '../../src/engine/checkout.ts';
import { createRig, type Rig } from '../support/workspace.ts';
import { fc } from '../support/properties.ts';

const NAMES = ['a', 'b.bin', 'ä ü', '.hidden', 'd/x', 'd/y z', 'd/e/f'];
const name = fc.constantFrom(...NAMES);

const change = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), name, bytes: fc.uint8Array({ maxLength: 40 }) }),
  fc.record({ kind: fc.constant('remove' as const), name }),
  fc.record({ kind: fc.constant('rename' as const), name, to: name }),
  fc.record({ kind: fc.constant('chmod' as const), name }),
  fc.record({ kind: fc.constant('link' as const), name, to: fc.constantFrom(...NAMES, 'e/f', '../a', 'nowhere') }),
);

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

const stands = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

function apply(folder: string, next: Change): void {
  const path = join(folder, next.name);
  const isFile = lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  mkdirSync(dirname(path), { recursive: true });
  if (next.kind === 'chmod' && isFile) chmodSync(path, lstatSync(path).mode ^ 0o111);
  if (next.kind === 'rename' && stands(path)) {
    mkdirSync(dirname(join(folder, next.to)), { recursive: true });
    renameSync(path, join(folder, next.to));
  }
  if (next.kind !== 'chmod' && next.kind !== 'rename') rmSync(path, { force: true });
  if (next.kind === 'write') writeFileSync(path, next.bytes);
  if (next.kind === 'link') symlinkSync(next.to, path);
}

/** By path: what it is, whether it may be run, its bytes or where it points. */
function stateOf(rig: Rig): Readonly<Record<string, string>> {
  const paths = ['data', 'out'].flatMap((top) =>
    readdirSync(join(rig.root, top), { recursive: true, encoding: 'utf8' }).map((path) => `${top}/${path}`),
  );
  const told = (path: string): string => {
    const stat = lstatSync(join(rig.root, path));
    if (stat.isSymbolicLink()) return `-> ${readlinkSync(join(rig.root, path))}`;
    return `${(stat.mode & 0o100) === 0 ? 'file' : 'exec'} ${readFileSync(join(rig.root, path)).toString('hex')}`;
  };
  const files = paths.filter((path) => !lstatSync(join(rig.root, path)).isDirectory()).sort();
  return Object.fromEntries(files.map((path) => [path, told(path)]));
}

async function commit(rig: Rig): Promise<{ readonly id: string; readonly state: Readonly<Record<string, string>> }> {
  const added = await add({ cwd: rig.root, paths: ['data'], env: {} });
  expect(added).toMatchObject({ ok: true });
  expect((await rig.repro()).summary.ok).toBe(true);
  rig.git('add', '-A');
  rig.git('commit', '-qm', 'next', '--allow-empty');
  return { id: rig.git('rev-parse', 'HEAD').trim(), state: stateOf(rig) };
}

test('adds, edits, removes, renames, exec bits and links: each commit comes back as it was, in any order, and nothing runs', async () => {
  const histories = fc.array(fc.array(change, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(histories, fc.boolean(), async (steps, isWiped) => {
      const rig = createRig({
        'pipeline.yaml': 'stages: {copy: {cmd: cp -RP data out, deps: [data], outs: [out]}}\n',
        'data/keep': 'kept',
      });
      rig.git('init', '-q');
      const commits = [await commit(rig)];
      for (const step of steps) {
        for (const next of step) apply(join(rig.root, 'data'), next);
        commits.push(await commit(rig));
      }
      for (const { id, state } of commits.toReversed()) {
        rig.git('checkout', '-qf', id);
        if (isWiped) for (const path of ['data', 'out']) rig.remove(path);
        const brought = await checkout({ cwd: rig.root, env: {} });
        expect(brought.ok && [brought.value.missing, brought.value.saved]).toEqual([[], []]);
        expect(stateOf(rig)).toEqual(state);
        expect((await rig.repro()).summary).toMatchObject({ ran: [], restored: [] });
      }
      expect(existsSync(join(rig.root, '.pipe/saved'))).toBe(false);
    }),
    { numRuns: 4 },
  );
}, 120_000);
