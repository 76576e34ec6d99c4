/** Deps outside the project: `../`, absolute, in and out of git, isolated, watched. */
import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { pipe, startPipe } from '../support/pipe-command.ts';
import { createRig, type Rig } from '../support/workspace.ts';

/** The project is a folder of the rig, beside what it reads. */
function around(deps: (root: string) => string, more = ''): { readonly all: Rig; readonly project: Rig } {
  const all = createRig({ 'lib/code.py': '1', 'lib/deep/x': 'x', codes: '1' });
  const cmd = 'cat ../codes > out';
  const text = `stages: {s: {cmd: ${cmd}, deps: [${deps(all.root)}], outs: [out]${more}}}\n`;
  return { all, project: createRig({ 'pipeline.yaml': text }, join(all.root, 'project')) };
}

test.each<[string, (root: string) => string, string]>([
  ['`..`', () => '../codes', '../codes'],
  ['an absolute path', (root) => join(root, 'codes'), '<root>/codes'],
  ['`..` in the middle', () => 'a/../../lib/../codes', '../codes'],
])('a file outside the project, named by %s, is an input like any other', async (_, deps, name) => {
  const { all, project } = around(deps);
  expect((await project.repro()).summary.ran).toEqual(['s']);
  expect((await project.repro()).summary.fresh).toEqual(['s']);
  expect(Object.keys(JSON.parse(project.read('locks/s.json')).deps)).toEqual([name.replace('<root>', all.root)]);
  all.write('codes', '2');
  expect((await project.repro()).reasons('s')).toMatchObject([{ kind: 'dep-changed' }]);
  expect(project.read('out')).toBe('2');
});

test('a text outside counts without its line ends', async () => {
  const { all, project } = around((root) => `{path: ../codes, eol: lf}, {path: ${join(root, 'lib/code.py')}, eol: lf}`);
  all.write('codes', 'a\nb\n');
  expect((await project.repro()).summary.ran).toEqual(['s']);
  all.write('codes', 'a\r\nb\r\n');
  expect((await project.repro()).summary.fresh).toEqual(['s']);
  all.write('lib/code.py', '2');
  expect((await project.repro()).summary.ran).toEqual(['s']);
});

test('a folder outside counts with all that is in it, exec bits and links included; .pipeignore says nothing of it', async () => {
  const { all, project } = around(() => '../lib, ../codes');
  project.write('.pipeignore', 'code.py\n');
  await project.repro();
  const changes = [
    () => all.write('lib/code.py', '2'),
    () => all.write('lib/deep/y', ''),
    () => chmodSync(join(all.root, 'lib/code.py'), 0o755),
    () => symlinkSync('code.py', join(all.root, 'lib/link')),
  ];
  for (const change of changes) {
    change();
    expect((await project.repro()).reasons('s')).toMatchObject([{ kind: 'dep-changed', name: '../lib' }]);
  }
});

test('it goes by where the project really is, not by the link through which somebody came', async () => {
  const { all, project } = around(() => '../codes');
  all.write('links/codes', 'another');
  symlinkSync(project.root, join(all.root, 'links/here'));
  expect((await pipe(all.root, '-C', 'links/here', 'repro')).code).toBe(0);
  expect((await pipe(project.root, 'status', '-q')).code).toBe(0);
  all.write('links/codes', 'changed');
  expect((await pipe(all.root, '-C', 'links/here', 'status', '-q')).code).toBe(0);
});

test('what the repository around the project tracks is nobody to warn of; what lies outside of it is', async () => {
  const { all, project } = around(() => '../codes, ../lib');
  all.git('init', '-q');
  all.git('add', '-A');
  all.git('commit', '-qm', 'all');
  expect((await project.repro()).warnings).toEqual([]);
  const apart = around(() => '../codes');
  apart.project.git('init', '-q');
  apart.project.git('add', '-A');
  expect((await apart.project.repro()).warnings).toEqual([
    'git does not track its dep ../codes: nobody else can reproduce this',
  ]);
});

test('beside a dep outside, an out that git tracks is refused all the same', async () => {
  const { project } = around(() => '../codes');
  project.git('init', '-q');
  project.write('out', 'mine');
  project.git('add', '-f', 'out');
  expect((await project.repro()).of('s')).toMatchObject({ failure: { code: 'out-unsafe' } });
  expect(project.read('out')).toBe('mine');
});

test('an isolated stage and verify get a copy of it, and nothing else that lies there', async () => {
  const { all, project } = around((root) => `../codes, ${join(root, 'lib/deep/x')}`, ', isolated: true');
  expect((await pipe(project.root, 'repro')).code).toBe(0);
  expect((await pipe(project.root, 'verify')).code).toBe(0);
  project.write('pipeline.yaml', project.read('pipeline.yaml').replace('../codes >', '../codes ../lib/code.py >'));
  const { code, stderr } = await pipe(project.root, 'repro');
  expect([code, all.exists('lib/code.py')]).toEqual([1, true]);
  expect(stderr).toMatch(/lib\/code\.py/);
});

test('a watch sees what happens to it', async () => {
  const { all, project } = around(() => '../codes, ../lib');
  const watching = startPipe(project.root, ['repro', '--watch']);
  let said = '';
  watching.child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await vi.waitUntil(() => said.includes('watching'), { timeout: 20_000 });
  all.write('codes', '2');
  await vi.waitUntil(() => project.exists('out') && project.read('out') === '2', { timeout: 20_000 });
  watching.child.kill('SIGINT');
  expect((await watching.ended).code).toBe(130);
});

test('a dep that git does not track may hold a link out of the project: it counts as what that leads to', async () => {
  const { all, project } = around(() => 'data');
  project.write('data/x', '');
  symlinkSync('../../lib', join(project.root, 'data/lib'));
  project.git('init', '-q');
  expect((await project.repro()).summary.ran).toEqual(['s']);
  all.write('lib/code.py', '2');
  expect((await project.repro()).reasons('s')).toMatchObject([{ kind: 'dep-changed', name: 'data' }]);
});
