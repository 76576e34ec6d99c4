/** Git's own storage, read through one process: what git shows is what we read. */
import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openGitObjects } from '../../src/store/git-objects.ts';
import { type GitRepository, openGitRepository } from '../../src/store/git-tree.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createRig, type Rig } from '../support/workspace.ts';

function commit(rig: Rig, subject: string): string {
  rig.git('add', '-A');
  rig.git('commit', '-qm', subject);
  return rig.git('rev-parse', 'HEAD').trim();
}

async function opened(root: string): Promise<GitRepository> {
  const repository = await openGitRepository(root);
  onTestFinished(async () => repository?.close());
  return repository ?? expect.unreachable('no repository');
}

test('files, modes, links and names that are hard to write, as git has them', async () => {
  const rig = createRig({
    'a b/ü "x"\n.txt': 'odd',
    'run.sh': '#!/bin/sh',
    'deep/er/file': 'f',
    big: 'x'.repeat(300_000),
  });
  rig.git('init', '-q');
  chmodSync(join(rig.root, 'run.sh'), 0o755);
  symlinkSync('deep/er', join(rig.root, 'link'));
  const hash = commit(rig, 'one\nsecond line');
  const tree = await (await opened(rig.root)).open('HEAD');
  expect(tree?.commit).toEqual({ hash, date: rig.git('log', '-1', '--format=%cI').trim(), subject: 'one second line' });
  expect((await tree?.list('.'))?.map(({ name, type }) => [name, type])).toEqual([
    ['a b', 'dir'],
    ['big', 'file'],
    ['deep', 'dir'],
    ['link', 'symlink'],
    ['run.sh', 'exec'],
  ]);
  expect(await tree?.filesBelow('.')).toEqual(['a b/ü "x"\n.txt', 'big', 'deep/er/file', 'link', 'run.sh']);
  expect((await tree?.read('a b/ü "x"\n.txt'))?.toString()).toBe('odd');
  expect((await tree?.read('big'))?.length).toBe(300_000);
  expect(await tree?.read('deep')).toBeUndefined();
  expect(await tree?.read('nothing/here')).toBeUndefined();
});

test('many questions at once get their own answers, missing ones among them', async () => {
  const files = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`f${n}`, `${n}`.repeat(n)]));
  const rig = createRig(files);
  rig.git('init', '-q');
  commit(rig, 'many');
  const objects = openGitObjects(rig.root);
  onTestFinished(() => objects.close());
  const names = Object.keys(files).flatMap((name) => [`HEAD:${name}`, `HEAD:no ${name} missing`]);
  const answers = await Promise.all(names.map((name) => objects.read(name)));
  expect(answers.map((answer) => answer?.bytes.toString())).toEqual(
    Object.values(files).flatMap((text) => [text, undefined]),
  );
});

test('a root below the top of the repository sees its own files alone', async () => {
  const rig = createRig({ 'models/a/pipeline.yaml': 'x', 'top.txt': 'y' });
  rig.git('init', '-q');
  commit(rig, 'one');
  const tree = await (await opened(`${rig.root}/models/a`)).open('HEAD');
  expect(await tree?.filesBelow('.')).toEqual(['pipeline.yaml']);
  expect(await tree?.read('top.txt')).toBeUndefined();
});

test('a repository with SHA-256 names is read as well', async () => {
  const rig = createRig({ 'deep/file': 'f' });
  rig.git('init', '-q', '--object-format=sha256');
  expect(commit(rig, 'one')).toHaveLength(64);
  const tree = await (await opened(rig.root)).open('HEAD');
  expect((await tree?.read('deep/file'))?.toString()).toBe('f');
});

test('no commit of that name, or no repository: undefined, no exception', async () => {
  const rig = createRig({ f: 'x' });
  expect(await openGitRepository(tempFolder())).toBeUndefined();
  rig.git('init', '-q');
  const repository = await opened(rig.root);
  for (const name of ['HEAD', 'nosuch', 'bad\nname', '']) expect(await repository.open(name)).toBeUndefined();
});
