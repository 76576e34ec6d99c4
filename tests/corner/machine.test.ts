/** Machines that are not as one would like them: full, read-only, short of descriptors, with another clock, umask or language. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { pipe, shell } from '../support/pipe-command.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createRig, type Rig } from '../support/workspace.ts';

const PIPELINE = `stages:
  make: {cmd: mkdir dir; cat in > dir/a; cat in > file, deps: [in], outs: [dir, file]}
  use: {cmd: cat dir/a file > used, deps: [dir, file], outs: [used]}
`;
const FILES = { 'pipeline.yaml': PIPELINE, in: 'one\n' };
const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;
const STACK = /\n\s+at |bug in pipe/;

/** A small disk of our own. */
function mount(kilobytes: number): { readonly root: string; readonly remount: (how: string) => void } {
  const root = tempFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', root]);
  onTestFinished(() => void execFileSync('umount', ['-l', root]));
  return { root, remount: (how) => execFileSync('mount', ['-o', `remount,${how}`, root]) };
}

function canMount(): boolean {
  if (!isRoot || process.platform !== 'linux') return false;
  const folder = join('/tmp', `pipe-mount-${process.pid}`);
  try {
    mkdirSync(folder);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function leftovers(rig: Rig): readonly string[] {
  const list = (folder: string) => (rig.exists(folder) ? readdirSync(join(rig.root, folder)) : []);
  const halfWritten = Object.keys(rig.snapshot()).filter((path) => path.includes('.tmp-'));
  return [...list('.pipe/claims/journal'), ...list('.pipe/aside'), ...halfWritten];
}

describe.skipIf(!canMount())('a disk of our own', () => {
  /** With so little left some step of the commit finds the disk full: the fewer kilobytes, the earlier. */
  test.each([0, 4, 8, 12, 16, 20, 24, 32, 40, 56, 80])(
    'full, with %i KiB to go: a clear error or the right result, and nothing half-done',
    async (left) => {
      const { root } = mount(4096);
      const rig = createRig({ ...FILES, in: 'x'.repeat(5000) }, root);
      expect((await pipe(root, 'repro')).code).toBe(0);
      const before = rig.snapshot();
      const changed = 'y'.repeat(5000);
      rig.write('in', changed);
      fill(root, left);
      const { code, stdout, stderr } = await pipe(root, 'repro');
      const text = stdout + stderr;
      expect(text).not.toMatch(STACK);
      expect(code === 0 || /no space left|cannot write|No space left/i.test(text)).toBe(true);
      const standing = [rig.read('file'), rig.read('dir/a')];
      expect([
        [changed, changed],
        [before['file'], before['dir/a']].map((line) => line?.slice('100644 '.length)),
      ]).toContainEqual(standing);
      rig.remove('filler');
      expect((await pipe(root, 'repro')).code).toBe(0);
      expect([rig.read('file'), rig.read('used'), leftovers(rig)]).toEqual([changed, changed + changed, []]);
    },
  );

  function fill(root: string, leftKilobytes: number): void {
    const { bavail, bsize } = statfsSync(root);
    writeFileSync(join(root, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - leftKilobytes * 1024)));
  }

  test('read-only: who only reads is answered, who writes is told', async () => {
    const { root, remount } = mount(4096);
    const rig = createRig(FILES, root);
    await pipe(root, 'repro');
    rig.write('in', 'two\n');
    remount('ro');
    expect((await pipe(root, 'status')).stdout).toMatch(/make +stale/);
    expect((await pipe(root, 'why', 'make')).code).toBeLessThan(2);
    const { code, stdout, stderr } = await pipe(root, 'repro');
    expect([code, rig.read('file')]).toEqual([1, 'one\n']);
    expect(stdout + stderr).toMatch(/the file system is read-only/);
    expect(stdout + stderr).not.toMatch(STACK);
    remount('rw');
    expect((await pipe(root, 'repro')).code).toBe(0);
  });

  test('where everything is fresh, a read-only disk is no matter', async () => {
    const { root, remount } = mount(4096);
    createRig(FILES, root);
    await pipe(root, 'repro');
    remount('ro');
    expect(await pipe(root, 'repro')).toMatchObject({ code: 0, stderr: '' });
  });

  test('an out on another disk, behind a link: made, replaced, restored, put back', async () => {
    const { root: disk } = mount(4096);
    const rig = createRig({
      'pipeline.yaml': 'stages: {s: {cmd: cat in > big/out; test "$(cat in)" != bad, deps: [in], outs: [big/out]}}\n',
      in: '1',
    });
    execFileSync('ln', ['-s', disk, join(rig.root, 'big')]);
    await rig.repro();
    rig.write('in', '2');
    expect((await rig.repro()).of('s')).toMatchObject({ kind: 'ran' });
    rig.write('in', '1');
    expect((await rig.repro()).of('s')).toMatchObject({ kind: 'restored' });
    rig.write('in', 'bad');
    expect((await rig.repro()).of('s')).toMatchObject({ kind: 'failed', failure: { code: 'stage-failed' } });
    expect(rig.read('big/out')).toBe('1');
    rig.write('big/out', 'by hand');
    rig.write('in', '2');
    const { warnings } = await rig.repro();
    expect(rig.read(/\.pipe\/saved\/\S+/.exec(warnings.join('\n'))?.[0] ?? '')).toBe('by hand');
  });
});

/** Somebody who may not write everywhere; root may. */
const somebody = isRoot ? { uid: NOBODY } : {};

function ownedBySomebody(rig: Rig): void {
  if (isRoot)
    for (const path of ['.', ...readdirSync(rig.root, { recursive: true, encoding: 'utf8' })])
      chownSync(join(rig.root, path), NOBODY, NOBODY);
}

test.each(['.', 'locks', '.pipe', '.pipe/cache/objects', 'sub'])(
  'the folder %s may not be written in: told by name, the outs from before stand',
  async (folder) => {
    const rig = createRig({ ...FILES, 'pipeline.yaml': PIPELINE.replaceAll('file', 'sub/file') });
    ownedBySomebody(rig);
    expect((await shell(rig.root, 'pipe repro', somebody)).code).toBe(0);
    ownedBySomebody(rig);
    rig.write('in', 'two\n');
    chmodSync(join(rig.root, folder), 0o555);
    onTestFinished(() => chmodSync(join(rig.root, folder), 0o755));
    const { code, stdout, stderr } = await shell(rig.root, 'pipe repro', somebody);
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(/permission denied/i);
    expect(stdout + stderr).not.toMatch(STACK);
    expect([rig.read('sub/file'), rig.read('dir/a')]).toEqual(['one\n', 'one\n']);
    chmodSync(join(rig.root, folder), 0o755);
    expect((await shell(rig.root, 'pipe repro', somebody)).code).toBe(0);
    expect([rig.read('used'), leftovers(rig)]).toEqual(['two\ntwo\n', []]);
  },
);

test.skipIf(!isRoot)(
  'two users of one group share a cache: what one made the other restores, mends and clears up',
  async () => {
    const cache = tempFolder();
    chownSync(cache, 0, NOBODY);
    chmodSync(cache, 0o2775);
    const user = (uid: number) => {
      const files = { ...FILES, '.pipe/config.yaml': `cache: {dir: ${JSON.stringify(cache)}, shared: true}\n` };
      const rig = createRig(files);
      for (const path of ['.', ...readdirSync(rig.root, { recursive: true, encoding: 'utf8' })])
        chownSync(join(rig.root, path), uid, NOBODY);
      chmodSync(rig.root, 0o750); // gc asks every checkout what it needs
      return { rig, types: (line: string) => shell(rig.root, `umask 027; ${line}`, { uid, gid: NOBODY }) };
    };
    const [one, two] = [user(NOBODY - 1), user(NOBODY)];
    expect(await one.types('pipe repro')).toMatchObject({ code: 0, stderr: '' });
    expect((await two.types('pipe repro')).stdout).toMatch(/2 restored/);
    for (const path of readdirSync(cache, { recursive: true, encoding: 'utf8' }))
      if (/^objects\/..\/./.test(path)) writeFileSync(join(cache, path), 'BAD!');
    two.rig.remove('file');
    expect((await two.types('pipe repro')).code).toBe(0);
    expect([two.rig.read('file'), two.rig.read('used')]).toEqual(['one\n', 'one\none\n']);
    one.rig.remove('used');
    expect((await one.types('pipe repro')).code).toBe(0);
    expect(await two.types('pipe gc --workspace && pipe doctor')).toMatchObject({ code: 0, stderr: '' });
  },
);

test('a folder of a dep that may not be read is told by name', async () => {
  const rig = createRig({
    'pipeline.yaml': 'stages: {s: {cmd: echo > out, deps: [data], outs: [out]}}\n',
    'data/a': '',
    'data/secret/b': '',
  });
  ownedBySomebody(rig);
  chmodSync(join(rig.root, 'data/secret'), 0);
  onTestFinished(() => chmodSync(join(rig.root, 'data/secret'), 0o755));
  const { code, stdout, stderr } = await shell(rig.root, 'pipe repro', somebody);
  expect(code).toBe(1);
  expect(stdout + stderr).toMatch(/data\b.*permission denied/i);
});

test('started in a folder that is gone by now', async () => {
  const rig = createRig(FILES);
  const { code, stderr } = await shell(rig.root, 'mkdir gone; cd gone; rmdir ../gone; pipe status');
  expect(code).toBe(2);
  expect(stderr).toMatch(/the folder you are in is gone/);
  expect(stderr).not.toMatch(STACK);
});

test('the whole project removed by its own stage: an error, not a bug', async () => {
  const rig = createRig({ 'project/pipeline.yaml': 'stages: {s: {cmd: rm -rf "$PIPE_ROOT", outs: [o]}}\n' });
  const { code, stdout, stderr } = await pipe(join(rig.root, 'project'), 'repro');
  expect(code).toBe(1);
  expect(stdout + stderr).not.toMatch(STACK);
});

test.each([24, 32, 48])('with %i open files allowed: a clear error or the right result', async (limit) => {
  const rig = createRig(FILES);
  for (let n = 0; n < 100; n += 1) rig.write(`data/${n}/f`, String(n));
  rig.write('pipeline.yaml', `${PIPELINE}  copy: {cmd: cp -r data copied, deps: [data], outs: [copied]}\n`);
  const { code, stdout, stderr } = await shell(rig.root, `ulimit -n ${limit}; pipe repro -j 8`);
  expect(stdout + stderr).not.toMatch(STACK);
  if (code !== 0) expect(stdout + stderr).toMatch(/too many open files/i);
  expect((await pipe(rig.root, 'repro')).code).toBe(0);
  expect([rig.read('copied/99/f'), leftovers(rig)]).toEqual(['99', []]);
});

test('files from the future are digested like others, and an edit that keeps their time is seen', async () => {
  const rig = createRig(FILES);
  const future = () => utimesSync(join(rig.root, 'in'), new Date('2099-01-01'), new Date('2099-01-01'));
  future();
  expect((await rig.repro()).summary.ran).toEqual(['make', 'use']);
  expect((await rig.repro()).summary.fresh).toEqual(['make', 'use']);
  rig.write('in', 'two\n');
  future();
  expect((await rig.repro()).summary.ran).toEqual(['make', 'use']);
});

test('a clock that jumped back: what is fresh stays so, what changes runs, and the history still says which run was the last', async () => {
  const rig = createRig(FILES);
  const at = (year: number) => ({ now: () => new Date(`${year}-01-01T00:00:00Z`) });
  await rig.repro(at(2050));
  expect((await rig.repro(at(2020))).summary.fresh).toEqual(['make', 'use']);
  rig.write('in', 'two\n');
  expect((await rig.repro(at(2020))).summary.ran).toEqual(['make', 'use']);
  const { stdout } = await pipe(rig.root, 'runs', 'make', '--json');
  expect(JSON.parse(stdout).runs).toHaveLength(2);
});

test('umask, time zone, language and the name of the folder are no inputs, and leave no trace in the lock entries', async () => {
  const rig = createRig({ ...FILES, 'data/ä': '', 'data/z': '', 'data/B': '' });
  rig.write('pipeline.yaml', `${PIPELINE}  list: {cmd: ls data > listed, deps: ["data/*"], outs: [listed]}\n`);
  const env = { TZ: 'Pacific/Auckland', LC_ALL: 'sv_SE.UTF-8' };
  expect((await shell(rig.root, 'umask 077; pipe repro', { env })).code).toBe(0);
  const made = rig.snapshot();
  const moved = join(tempFolder(), 'by another näme');
  renameSync(rig.root, moved);
  mkdirSync(rig.root);
  expect((await shell(moved, 'umask 022; pipe status -q', { env: { TZ: 'UTC', LC_ALL: 'C' } })).code).toBe(0);
  rmSync(join(moved, 'locks'), { recursive: true });
  rmSync(join(moved, '.pipe'), { recursive: true });
  expect((await shell(moved, 'umask 022; pipe repro', { env: { TZ: 'UTC', LC_ALL: 'C' } })).code).toBe(0);
  const again = createRig({}, moved).snapshot();
  const locks = (all: typeof again) => Object.entries(all).filter(([path]) => path.startsWith('locks/'));
  expect(locks(again)).toEqual(locks(made));
});

test('a checkout in which git turned every line end into CRLF is as fresh as the original', async () => {
  const rig = createRig({
    'pipeline.yaml':
      'vars: [vars.yaml]\nstages:\n  s:\n    cmd: |\n      echo ${size} > out\n      echo two >> out\n    deps: [{path: notes.txt, eol: lf}]\n    params: [n]\n    outs: [out: {cache: false}]\n',
    'params.yaml': 'n: 1\ntext: |\n  a\n  b\n',
    'vars.yaml': 'size: 8\n',
    'notes.txt': 'a\nb\n',
    '.pipeignore': '*.log\n',
  });
  rig.git('init', '-q');
  expect((await rig.repro()).summary.ok).toBe(true);
  rig.git('add', '-A');
  rig.git('commit', '-qm', 'all');
  const clone = tempFolder();
  execFileSync('git', [
    '-c',
    'core.autocrlf=true',
    'clone',
    '-q',
    '-c',
    'core.autocrlf=true',
    rig.root,
    join(clone, 'c'),
  ]);
  const other = createRig({}, join(clone, 'c'));
  expect(other.read('locks/s.json')).toContain('\r\n');
  rmSync(join(other.root, 'out'));
  writeFileSync(join(other.root, 'out'), '8\ntwo\n');
  const { events, summary } = await other.repro();
  expect([summary.fresh, events.filter(({ type }) => type === 'stage-decided')]).toMatchObject([
    ['s'],
    [{ decision: { action: 'skip' } }],
  ]);
});

test('a .gitignore with CRLF keeps its line ends', async () => {
  const rig = createRig({ ...FILES, '.gitignore': 'mine\r\nother\r\n' });
  rig.git('init', '-q');
  await rig.repro();
  expect(rig.read('.gitignore').split('\r\n').slice(0, 2)).toEqual(['mine', 'other']);
  expect(rig.read('.gitignore')).not.toMatch(/[^\r]\n/);
});
