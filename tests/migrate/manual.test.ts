/** docs/migrating-from-dvc.md does what it says, and names every verb of DVC. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goldenRepo, states } from './golden-repo.ts';
import { tempFolder } from '../support/temp-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const MANUAL = readFileSync(join(ROOT, 'docs/migrating-from-dvc.md'), 'utf8');

/** `dvc --help` of 3.67.1 and of each of its groups, with `run` of DVC 2, without words for the same thing (`rm`, `ls`, `ds` …). */
const DVC_VERBS: Readonly<Record<string, string>> = {
  '': 'init repro status dag run add import-url get-url import get update import-db test-db list-url ls-url checkout commit freeze unfreeze move unprotect remove push pull fetch gc diff list ls du install config check-ignore doctor version completion destroy root',
  artifacts: 'get',
  cache: 'dir migrate',
  daemon: 'updater analytics',
  data: 'status',
  dataset: 'add update',
  exp: 'apply branch clean diff exec-run list pull push queue-worker remove rename run save show',
  'git-hook': 'pre-commit post-checkout pre-push merge-driver',
  metrics: 'show diff',
  params: 'diff',
  plots: 'show diff modify templates',
  queue: 'start stop status logs remove kill',
  remote: 'add default modify list remove rename',
  stage: 'add list',
  studio: 'login logout token',
};

test('the steps, typed one after the other, move a repository in', async () => {
  const rig = goldenRepo('changed');
  rig.git('init', '-q', '.');
  rig.git('config', 'user.name', 'test');
  rig.git('config', 'user.email', 'test@localhost');
  const [, steps = ''] = /```console\n([^]*?)```/.exec(MANUAL) ?? [];
  const typed = [...steps.matchAll(/^\$ (.*)$/gm)]
    .map(([, line = '']) => line)
    .filter((line) => !line.startsWith('cd '));
  expect(typed).toHaveLength(5);
  const bin = join(tempFolder(), 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'pipe'), `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'bin/pipe.js')}' "$@"\n`);
  chmodSync(join(bin, 'pipe'), 0o755);
  const env = { PATH: `${bin}:${process.env['PATH']}`, HOME: rig.root };
  const printed = execFileSync('/bin/sh', ['-e', '-c', typed.join('\n')], { cwd: rig.root, env, encoding: 'utf8' });
  expect(printed).toContain('would write pipeline.yaml');
  expect(printed).toContain('wrote pipeline.yaml');
  expect(new Set(Object.values(await states(rig)))).toEqual(new Set(['fresh']));
  expect(rig.git('ls-files')).toContain('locks/same.json');
}, 60_000);

test('every verb of DVC has a row', () => {
  const [, table = ''] = MANUAL.split('## Each verb');
  const rows = [...table.matchAll(/^\| (.*?) \|/gm)].map(([, cell = '']) => cell).join(' ');
  const named = new Set([...rows.matchAll(/`([^`]*)`/g)].map(([, verb]) => verb));
  const verbs = Object.entries(DVC_VERBS).flatMap(([group, list]) =>
    list.split(' ').map((verb) => `${group} ${verb}`.trim()),
  );
  expect(verbs.filter((verb) => !named.has(verb))).toEqual([]);
  expect([...named].filter((verb) => !verbs.includes(verb ?? ''))).toEqual([]);
});
