/** The package as a program of somebody else imports it, and the command line held to it. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as library from '../../src/index.ts';
import { createRig } from '../support/workspace.ts';

const ROOT = join(import.meta.dirname, '../..');
const COMMANDS = join(ROOT, 'src/cli/commands');

/** The fenced blocks of the page, in order: the program, the pipeline, what it prints. */
function blocksOf(page: string): readonly string[] {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
  return [...text.matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
}

test('the example in docs/library.md prints what the page says', () => {
  const [program = '', pipeline = '', printed = ''] = blocksOf('library.md');
  const rig = createRig({ 'example.mjs': program, 'pipeline.yaml': pipeline, 'words.txt': 'b\na\nb\n' });
  mkdirSync(join(rig.root, 'node_modules'));
  symlinkSync(ROOT, join(rig.root, 'node_modules/reprod'));
  const output = execFileSync(process.execPath, ['example.mjs'], { cwd: rig.root, encoding: 'utf8' });
  expect(output).toBe(printed);
  expect(rig.read('counts.txt').trim().split(/\s+/)).toEqual(['1', 'a', '2', 'b']);
});

/** What `init` needs to write an example. */
const BESIDES = ['ignoreOuts'];

/** Only what runs: types vanish. */
const importsOf = (text: string) =>
  [...text.matchAll(/^import \{([^}]*)\} from '\.\.\/\.\.\/engine\/[\w/-]+\.ts';/gm)]
    .flatMap((match) => (match[1] ?? '').split(','))
    .map((name) => name.trim().split(' as ')[0] ?? '')
    .filter((name) => name !== '' && !name.startsWith('type '));

test.each(readdirSync(COMMANDS))('whatever the engine does for cli/commands/%s, the library offers', (file) => {
  const used = importsOf(readFileSync(join(COMMANDS, file), 'utf8'));
  expect(used.filter((name) => !(name in library) && !BESIDES.includes(name))).toEqual([]);
});

test('openPipeline tells what is in a pipeline, and what is wrong with it', async () => {
  const rig = createRig({
    'pipeline.yaml': `stages:
  a: {cmd: 'cat in/*.txt > a.txt', deps: ['in/*.txt'], outs: [a.txt], desc: first}
  b: {cmd: cat a.txt > b.txt, deps: [a.txt], outs: [b.txt]}
`,
    'in/x.txt': 'x',
  });
  const opened = await library.openPipeline(rig.root);
  expect(opened.ok && opened.value.stages).toEqual([
    {
      name: 'a',
      cmd: 'cat in/*.txt > a.txt',
      desc: 'first',
      deps: ['in'],
      outs: ['a.txt'],
      upstream: [],
      downstream: ['b'],
    },
    {
      name: 'b',
      cmd: 'cat a.txt > b.txt',
      desc: null,
      deps: ['a.txt'],
      outs: ['b.txt'],
      upstream: ['a'],
      downstream: [],
    },
  ]);
  rig.write('pipeline.yaml', 'stages: 1');
  expect(await library.openPipeline(rig.root)).toMatchObject({ ok: false, error: { code: 'pipeline-invalid' } });
});

test('a signal ends a run that a program began, and its outs from before are back', async () => {
  const rig = createRig({
    'pipeline.yaml':
      'stages: {slow: {cmd: "echo new > out.txt; touch started; sleep 60", deps: [in.txt], outs: [out.txt]}}',
    'in.txt': '1',
  });
  const controller = new AbortController();
  const opened = await library.openPipeline(rig.root);
  const run = opened.ok ? opened.value.repro({ signal: controller.signal }) : expect.unreachable();
  await rig.appears('started');
  controller.abort();
  expect(await run).toEqual({ ok: false, error: { code: 'interrupted', signal: 'SIGINT' } });
  expect(rig.exists('out.txt')).toBe(false);
});
