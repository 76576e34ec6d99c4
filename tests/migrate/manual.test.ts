/** docs/migrating-from-dvc.md does what it says, and names every verb of DVC. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goldenRepo, states } from './golden-repo.ts';
import { tempFolder } from '../support/temp-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const MANUAL = readFileSync(join(ROOT, 'docs/migrating-from-dvc.md'), 'utf8');

/** `dvc --help` of 3.67.1, without words for the same thing. */
const DVC_VERBS =
  'init repro status dag stage run exp queue add import-url get-url import get update import-db ls-url checkout commit freeze unfreeze move unprotect remove push pull fetch remote gc metrics params plots diff list ls data du install config cache check-ignore doctor version completion destroy root artifacts dataset studio'.split(
    ' ',
  );

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
  const named = new Set([...rows.matchAll(/`([a-z-]+)[^`]*`/g)].map(([, verb]) => verb));
  expect(DVC_VERBS.filter((verb) => !named.has(verb))).toEqual([]);
});
