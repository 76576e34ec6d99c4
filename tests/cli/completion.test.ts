/** The Tab key: what may come next, and the scripts that ask for it, in the shells themselves. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { createRig } from '../support/workspace.ts';
import { createFakeIo, type } from './fake-io.ts';

const FILES = {
  'pipeline.yaml': `stages:
  prepare: {cmd: x, outs: [data/rows.csv], desc: tidy rows}
  train: {matrix: {m: [a, b]}, cmd: x, outs: ["\${item.m}.bin"]}
`,
};

async function complete(...words: readonly string[]): Promise<readonly string[]> {
  const fake = createFakeIo(createRig(FILES).root);
  expect(await main(['completion', 'words', '--', ...words], fake.io)).toBe(0);
  return fake
    .stdout()
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[0] ?? '');
}

test('first the commands', async () => {
  expect(await complete('re')).toEqual(['repro', 'remove', 'remote']);
  expect(await complete('')).toContain('status');
});

test('after a command its stages, groups and outs; after a dash its options', async () => {
  expect(await complete('repro', 'pre')).toEqual(['prepare']);
  expect(await complete('repro', '-f', 'train')).toEqual(['train@a', 'train@b', 'train']);
  expect(await complete('checkout', 'data')).toEqual(['data/rows.csv']);
  expect(await complete('repro', '--al')).toEqual(['--all-pipelines', '--allow-missing']);
  expect(await complete('repro', '--js')).toEqual(['--json']);
});

test('commands below commands, and choices', async () => {
  expect(await complete('model', 'pro')).toEqual(['promote']);
  expect(await complete('params', '')).toEqual(['set', 'diff']);
  expect(await complete('completion', '')).toEqual(['bash', 'zsh', 'fish']);
});

test('where there is no pipeline nothing fails', async () => {
  const fake = createFakeIo(createRig({}).root);
  expect(await main(['completion', 'words', '--', 'repro', ''], fake.io)).toBe(0);
  expect(fake.stderr()).toBe('');
});

test('an unknown shell is answered with those that are known', async () => {
  expect(await type('completion tcsh', createRig({}).root)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('bash, zsh, fish'),
  });
});

/** A `pipe` on the PATH of a shell. */
function withPipe(root: string): Readonly<Record<string, string>> {
  const command = join(root, 'pipe');
  writeFileSync(
    command,
    `#!/bin/sh\nexec "${process.execPath}" "${join(import.meta.dirname, '../../bin/pipe.js')}" "$@"\n`,
  );
  chmodSync(command, 0o755);
  return { PATH: `${root}:${process.env['PATH'] ?? ''}` };
}

const has = (shell: string) => spawnSync(shell, ['--version']).error === undefined;

test('bash: the script completes stages with @ in their names', async () => {
  const { root } = createRig(FILES);
  const script = `eval "$(pipe completion bash)"; COMP_WORDS=(pipe repro train@); COMP_CWORD=2; _pipe_complete; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const found = execFileSync('bash', ['--norc', '-c', script], { cwd: root, env: withPipe(root), encoding: 'utf8' });
  expect(found).toBe('train@a\ntrain@b\n');
});

test.skipIf(!has('fish'))('fish: the script completes stages', () => {
  const { root } = createRig(FILES);
  const script = 'pipe completion fish | source; complete -C "pipe repro pre"';
  const found = execFileSync('fish', ['-c', script], {
    cwd: root,
    env: { ...withPipe(root), HOME: root },
    encoding: 'utf8',
  });
  expect(found).toContain('prepare\ttidy rows');
});

test.skipIf(!has('zsh'))('zsh: the script is one that zsh reads', () => {
  const { root } = createRig(FILES);
  const script = 'autoload -Uz compinit; compinit -D; eval "$(pipe completion zsh)"; print $_comps[pipe]';
  const found = execFileSync('zsh', ['-fc', script], {
    cwd: root,
    env: { ...withPipe(root), HOME: root },
    encoding: 'utf8',
  });
  expect(found.trim()).toBe('_pipe');
});
