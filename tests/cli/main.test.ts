/** What a stranger types first, and what helps. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { VERBS } from '../../src/cli/verbs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createFakeIo, type } from './fake-io.ts';

function folderWith(pipeline: string): string {
  const folder = tempFolder();
  writeFileSync(join(folder, 'pipeline.yaml'), pipeline);
  return folder;
}

const PIPELINE = 'stages:\n  prepare: {cmd: "true", outs: [data]}\n  train: {cmd: "true", deps: [data]}\n';

test('`pipe` alone lists the commands and says what to do next', async () => {
  const { exitCode, stdout } = await type('', tempFolder());
  expect(exitCode).toBe(0);
  for (const { name, summary } of VERBS) expect(stdout).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'));
  expect(stdout).toContain('There is no pipeline.yaml here yet: `pipe init`');
});

test('`pipe` alone beside a pipeline points at status and repro', async () => {
  expect((await type('', folderWith(PIPELINE))).stdout).toContain('`pipe status` says what would run here');
});

test.each([
  ['repor', 'there is no command `repor`', 'did you mean `pipe repro`?'],
  ['stauts', 'there is no command `stauts`', 'did you mean `pipe status`?'],
  ['frobnicate', 'there is no command `frobnicate`', 'commands: init, repro,'],
  ['repro --forse', "unknown option '--forse'", 'Did you mean --force?'],
  ['repro --nope', "unknown option '--nope'", 'See `pipe repro --help`.'],
  ['repro -j 0', "option '-j, --jobs <n>' argument '0' is invalid", '1 or more'],
  ['repro -j', "option '-j, --jobs <n>' argument missing", 'See `pipe repro --help`.'],
  ['why', "missing required argument 'stage|path'", 'See `pipe why --help`.'],
  ['version extra', 'too many arguments', 'See `pipe version --help`.'],
  ['--nope', "unknown option '--nope'", ''],
  ['-C nowhere status', '-C nowhere: there is no such folder', ''],
  ['repro nosuch', '`nosuch` is neither a stage nor the path of an out', 'stages: prepare, train'],
  ['repro trian', '`trian` is neither a stage nor the path of an out', 'hint: did you mean `train`?'],
  ['logs train', 'train has no log: it never ran here', ''],
])(
  '`pipe %s` is answered with exit code 2 (1 for a missing log), what is wrong, and what helps',
  async (line, what, help) => {
    const { exitCode, stdout, stderr } = await type(line, folderWith(PIPELINE));
    expect(exitCode).toBe(line === 'logs train' ? 1 : 2);
    expect(stdout).toBe('');
    expect(stderr).toContain(what);
    expect(stderr).toContain(help);
  },
);

test.each(['repro', 'status', 'dag', 'why x', 'logs x'])(
  '`pipe %s` outside a pipeline says so and names init',
  async (line) => {
    const folder = tempFolder();
    const { exitCode, stderr } = await type(line, folder);
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      `error: there is no pipeline.yaml in ${folder} or any folder above it\n  hint: \`pipe init\` writes a working example here; -C DIR works on another folder\n`,
    );
  },
);

test('a broken pipeline.yaml: every problem, each with its line and a mark', async () => {
  const { exitCode, stderr } = await type(
    'repro',
    folderWith('stages:\n  a:\n    cmd: x\n    dep: [b]\n  b:\n    outs: 5\n'),
  );
  expect(exitCode).toBe(2);
  expect(stderr).toBe(`error: 3 problems in pipeline.yaml

pipeline.yaml:4:5 stages.a.dep: unknown key \`dep\`
  4 |     dep: [b]
          ^
  hint: did you mean \`deps\`?

pipeline.yaml:5:3 stages.b: \`cmd\` is missing
  5 |   b:
        ^

pipeline.yaml:6:11 stages.b.outs: expected a list, got the number 5
  6 |     outs: 5
                ^
`);
});

test('with --json a failure is one line of JSON on standard output too', async () => {
  const { stdout } = await type('repro nosuch --json', folderWith(PIPELINE));
  expect(JSON.parse(stdout)).toEqual({
    type: 'failure',
    failure: { code: 'unknown-target', target: 'nosuch', stages: ['prepare', 'train'] },
  });
});

test('-C works in another folder, before or after the verb', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'there'));
  writeFileSync(join(folder, 'there', 'pipeline.yaml'), PIPELINE);
  const before = await type('-C there dag --json', folder);
  const after = await type('dag --json -C there', folder);
  expect(JSON.parse(before.stdout)).toMatchObject({ stages: [{ stage: 'prepare' }, { stage: 'train' }] });
  expect(after).toEqual(before);
});

test('a pipeline is found from a folder below it', async () => {
  const folder = folderWith(PIPELINE);
  mkdirSync(join(folder, 'a', 'b'), { recursive: true });
  expect((await type('-C a/b dag', folder)).stdout).toContain('train');
});

test.each(VERBS.map(({ name }) => name))('`pipe %s --help` explains it with examples', async (verb) => {
  const { exitCode, stdout } = await type(`${verb} --help`, tempFolder());
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(new RegExp(`^Usage: pipe ${verb}`));
  expect(stdout).toMatch(new RegExp(`Examples:\n(.*\n)*?.*pipe (-C \\S+ )?${verb}`));
  expect(stdout).toContain('--json');
});

test('`pipe help repro` is `pipe repro --help`', async () => {
  const folder = tempFolder();
  expect((await type('help repro', folder)).stdout).toBe((await type('repro --help', folder)).stdout);
});

test('every line of every help text fits into 100 columns', async () => {
  const texts = await Promise.all(VERBS.map(({ name }) => type(`${name} --help`, tempFolder())));
  const long = texts.flatMap(({ stdout }) => stdout.split('\n')).filter((line) => line.length > 100);
  expect(long).toEqual([]);
});

test('version says ours and that of what we run on', async () => {
  const { stdout } = await type('version --json', tempFolder());
  expect(JSON.parse(stdout)).toMatchObject({ pipe: '0.1.0', node: process.version });
  expect((await type('--version', tempFolder())).stdout).toBe('0.1.0\n');
});

test('a first Ctrl-C asks, a second kills, a third leaves; the exit code is 130', async () => {
  const folder = folderWith('stages:\n  slow: {cmd: "touch started; sleep 60", outs: [never]}\n');
  const fake = createFakeIo(folder);
  const ended = main(['repro', '--json'], fake.io);
  await expect.poll(() => fake.stdout()).toContain('stage-started');
  fake.send('SIGINT');
  fake.send('SIGINT');
  fake.send('SIGINT');
  expect(fake.asked).toEqual(['kill commands', 'exit 130']);
  expect(await ended).toBe(130);
});

test.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s stops a run with exit code %i', async (name, exitCode) => {
  const fake = createFakeIo(folderWith('stages:\n  slow: {cmd: "sleep 60", outs: [never]}\n'));
  const ended = main(['repro', '--json'], fake.io);
  await expect.poll(() => fake.stdout()).toContain('stage-started');
  fake.send(name);
  expect(await ended).toBe(exitCode);
});

test('a bug exits with 70 and a text to report', async () => {
  const fake = createFakeIo(tempFolder());
  const broken = {
    ...fake.io,
    stdout: {
      write: () => {
        throw new Error('the disk fell over');
      },
    },
  };
  expect(await main(['version'], broken)).toBe(70);
  expect(fake.stderr()).toContain('this is a bug in pipe');
  expect(fake.stderr()).toMatch(
    /pipe 0\.1\.0, node v\d+.*\n  command: pipe version\n  Error: the disk fell over\n +at /,
  );
});
