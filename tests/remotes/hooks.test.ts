/** `pipe init --hooks` with a real git: what its hooks do where people switch, add work trees and push. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { type Clone, startPair } from './two-clones.ts';

/** A command that hooks find, below the top or below `folder`. */
function withCommand({ write, root }: Clone, folder = ''): void {
  const bin = join(import.meta.dirname, '../../bin/pipe.js');
  const file = join(folder, 'node_modules/.bin/pipe');
  write(file, `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
  write('.git/info/exclude', 'node_modules\n');
  chmodSync(join(root, file), 0o755);
}

/** One commit a text, each with `data.txt` as a source, in `folder`. */
async function commitEach(clone: Clone, folder: string, texts: readonly string[]): Promise<void> {
  clone.write(join(folder, 'pipeline.yaml'), 'stages: {}\n');
  for (const text of texts) {
    clone.write(join(folder, 'data.txt'), text);
    await clone.done('-C', folder === '' ? '.' : folder, 'add', 'data.txt');
    clone.git('add', '-A');
    clone.git('commit', '-qm', text);
  }
}

test('branches, single files and work trees: the files of that commit are there', async () => {
  const { here } = startPair(tempFolder());
  withCommand(here);
  await commitEach(here, '', ['one', 'two']);
  expect((await here.pipe('init', '--hooks')).stdout).toBe('wrote the hook post-checkout\nwrote the hook pre-push\n');
  const data = (root: string) => readFileSync(join(root, 'data.txt'), 'utf8');
  here.git('checkout', '-q', '-b', 'old', 'HEAD~1');
  expect(data(here.root)).toBe('one');
  here.git('checkout', '-q', 'main', '--', 'locks');
  expect(data(here.root)).toBe('one');
  here.git('checkout', '-qf', 'main');
  expect(data(here.root)).toBe('two');
  here.write('.pipe/config.yaml', `cache: {dir: ${JSON.stringify(join(here.root, '.pipe/cache'))}}\n`);
  here.write('.gitignore', `${readFileSync(join(here.root, '.gitignore'), 'utf8')}/node_modules\n`);
  here.git('add', '-A');
  here.git('commit', '-qm', 'shared cache');
  const tree = tempFolder();
  // node_modules is none of git's: in a new work tree the command comes from the PATH.
  const env = { ...process.env, PATH: `${join(here.root, 'node_modules/.bin')}:${process.env['PATH']}` };
  execFileSync('git', ['worktree', 'add', '-q', join(tree, 'other')], { cwd: here.root, env, stdio: 'ignore' });
  expect(data(join(tree, 'other'))).toBe('two');
  expect(data(here.root)).toBe('two');
});

test('a root below the top of the work tree: switched and pushed as any other', async () => {
  const folder = tempFolder();
  const { here } = startPair(folder);
  withCommand(here, "it's/ml");
  await commitEach(here, "it's/ml", ['one', 'two']);
  mkdirSync(join(here.root, "it's/ml/deeper"));
  await here.done('-C', "it's/ml/deeper", 'init', '--hooks');
  here.git('checkout', '-q', 'HEAD~1');
  expect(readFileSync(join(here.root, "it's/ml/data.txt"), 'utf8')).toBe('one');
  here.git('checkout', '-q', 'main');
  await here.done('-C', "it's/ml", 'remote', 'add', 'store', join(folder, 'store'));
  here.git('push', '-q', 'origin', 'main');
  expect(existsSync(join(folder, 'store/objects'))).toBe(true);
});

test('push: the bytes go first; without a remote only git pushes; a remote that cannot be reached stops it', async () => {
  const folder = tempFolder();
  const { here, clone } = startPair(folder);
  withCommand(here);
  await here.done('init', '--hooks');
  await commitEach(here, '', ['one']);
  here.git('push', '-q', 'origin', 'main');
  await here.done('remote', 'add', 'store', join(folder, 'store'));
  await commitEach(here, '', ['two']);
  here.git('push', '-q', 'origin', 'main');
  const there = clone('there');
  await there.done('pull', '-r', 'store');
  expect(readFileSync(join(there.root, 'data.txt'), 'utf8')).toBe('two');
  await here.done('remote', 'modify', 'store', 'url', 'http://127.0.0.1:9/');
  await commitEach(here, '', ['three']);
  expect(() => here.git('push', '-q', 'origin', 'main')).toThrow(/store/);
  expect(here.git('rev-parse', 'origin/main')).toBe(here.git('rev-parse', 'HEAD~1'));
});

test('push of another branch: what its commits need goes, and not what stands in the workspace', async () => {
  const folder = tempFolder();
  const { here, clone } = startPair(folder);
  withCommand(here);
  await here.done('init', '--hooks');
  await commitEach(here, '', ['one', 'two']);
  await here.done('remote', 'add', 'store', join(folder, 'store'));
  here.git('tag', '-am', 'a tag', 'v1', 'HEAD~1');
  here.git('checkout', '-q', '-b', 'other');
  await commitEach(here, '', ['three']);
  here.git('push', '-q', 'origin', 'main', 'v1');
  expect(existsSync(objectOf(folder, 'two'))).toBe(true);
  // On the way to the branch, and nowhere else.
  expect(existsSync(objectOf(folder, 'one'))).toBe(true);
  expect(existsSync(objectOf(folder, 'three'))).toBe(false);
  const there = clone('there');
  await there.done('pull', '-r', join(folder, 'store'));
  expect(readFileSync(join(there.root, 'data.txt'), 'utf8')).toBe('two');
  // A ref that goes sends nothing.
  here.git('push', '-q', 'origin', ':refs/tags/v1');
});

test('push: a tip whose data is nowhere is not pushed; of a commit before it that is only counted', async () => {
  const folder = tempFolder();
  const { here } = startPair(folder);
  withCommand(here);
  await here.done('init', '--hooks');
  await commitEach(here, '', ['one', 'two']);
  await here.done('remote', 'add', 'store', join(folder, 'store'));
  const cached = (text: string) =>
    objectOf(folder, text).replace(join(folder, 'store'), join(here.root, '.pipe/cache'));
  rmSync(cached('one'));
  expect(() => here.git('push', '-q', 'origin', 'HEAD~1:refs/heads/early')).toThrow(/missing data.txt/);
  here.git('push', '-q', 'origin', 'main');
  expect([existsSync(objectOf(folder, 'one')), existsSync(objectOf(folder, 'two'))]).toEqual([false, true]);
});

/** Where the store keeps a file of that text. */
function objectOf(folder: string, text: string): string {
  const digest = createHash('sha256').update(text).digest('hex');
  return join(folder, 'store/objects', digest.slice(0, 2), digest.slice(2));
}

test('hooks of somebody else stay, wherever git looks for them, and what to add to them is said', async () => {
  const { here } = startPair(tempFolder());
  here.git('config', 'core.hooksPath', '.husky');
  here.write('.husky/pre-push', '#!/bin/sh\nexit 0\n');
  const { stdout, stderr } = await here.pipe('init', '--hooks');
  expect(stdout).toBe('wrote the hook post-checkout\n');
  expect(stderr).toContain(join(here.root, '.husky/pre-push'));
  expect(stderr).toContain('hint: ours does `pipe push -q --pre-push "$1"`; add that to it');
  expect(readFileSync(join(here.root, '.husky/pre-push'), 'utf8')).toBe('#!/bin/sh\nexit 0\n');
  expect(existsSync(join(here.root, '.husky/post-checkout'))).toBe(true);
});
