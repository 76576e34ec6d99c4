/** docs/remotes.md and docs/versioning-data.md: every example, typed in this order, prints what stands there. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REMOTE_KEYS } from '../../src/core/remote-schema.ts';
import { consoleExamples } from '../support/console-examples.ts';
import { readFileSync } from 'node:fs';
import { tempFolder } from '../support/temp-folder.ts';

const PIPE = join(import.meta.dirname, '../../bin/pipe.js');

/** A clone of a bare repository with one stage, beside which everything else is. */
function project() {
  const folder = tempFolder();
  const root = join(folder, 'here');
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'pipe'), `#!/bin/sh\nexec '${process.execPath}' '${PIPE}' "$@"\n`, { mode: 0o755 });
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', join(folder, 'bare.git')]);
  execFileSync('git', ['clone', '-q', join(folder, 'bare.git'), root], { stdio: 'ignore' });
  execFileSync('git', ['checkout', '-q', '-b', 'main'], { cwd: root });
  const identity = {
    GIT_AUTHOR_NAME: 't',
    GIT_AUTHOR_EMAIL: 't@localhost',
    GIT_COMMITTER_NAME: 't',
    GIT_COMMITTER_EMAIL: 't@localhost',
  };
  const env = { PATH: `${bin}:${process.env['PATH']}`, HOME: folder, ...identity };
  const type = (line: string) => {
    const { stdout, stderr } = spawnSync('/bin/sh', ['-c', line], { cwd: root, env, encoding: 'utf8' });
    // How long it took is of this machine and this minute.
    return `${stdout}${stderr}`.replaceAll(/ · [\d.]+ m?s$/gm, '');
  };
  return { root, type };
}

const PIPELINE = `stages:
  train:
    cmd: cat data/* params.yaml > model.bin
    deps: [data]
    params: [lr]
    outs: [model.bin]
`;

test('every example of docs/remotes.md prints what it says', () => {
  const { root, type } = project();
  writeFileSync(
    join(root, 'pipeline.yaml'),
    'stages:\n  train:\n    cmd: echo model > model.bin\n    deps: [code.txt]\n    outs: [model.bin]\n',
  );
  writeFileSync(join(root, 'code.txt'), 'x\n');
  type('pipe repro -q');
  const examples = consoleExamples('remotes.md');
  expect(examples.length).toBeGreaterThan(10);
  const typed = examples.map(({ command }) => ({ command, output: type(command) }));
  expect(typed).toEqual(examples);
});

test('docs/remotes.md names every key of a remote', () => {
  const manual = readFileSync(join(import.meta.dirname, '../../docs/remotes.md'), 'utf8');
  expect(REMOTE_KEYS.filter((key) => !manual.includes(`\`${key}\``))).toEqual([]);
});

test('every example of docs/versioning-data.md prints what it says', () => {
  const { root, type } = project();
  mkdirSync(join(root, 'data'));
  writeFileSync(join(root, 'data/first.txt'), 'first\n');
  writeFileSync(join(root, 'params.yaml'), 'lr: 1\n');
  writeFileSync(join(root, 'pipeline.yaml'), PIPELINE);
  mkdirSync(join(root, '../elsewhere'));
  writeFileSync(join(root, '../elsewhere/table.csv'), 'a,b\n1,2\n');
  const examples = consoleExamples('versioning-data.md');
  expect(examples.length).toBeGreaterThan(10);
  const typed = examples.map(({ command }) => ({ command, output: type(command) }));
  expect(typed).toEqual(examples);
});
