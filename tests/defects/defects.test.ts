/**
 * The twelve defects of DVC that docs/coming-from-dvc.md lists, shown not to be here: each test does what makes
 * DVC go wrong, with the real `pipe` in processes of its own, and looks at files and exit codes alone.
 */
import { chmodSync, closeSync, openSync, readdirSync, statSync, symlinkSync, utimesSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { pipe, startPipe } from '../support/pipe-command.ts';
import { createRig, type Rig } from '../support/workspace.ts';

const TIMEOUT = 60_000;

const copy = (cmd = 'cp in.txt out.txt') => ({
  'pipeline.yaml': `stages:\n  copy:\n    cmd: ${cmd}\n    deps: [in.txt]\n    outs: [out.txt]\n`,
  'in.txt': 'one',
});

async function ran(rig: Rig, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await pipe(rig.root, ...args);
  return code === 0 ? stdout : expect.unreachable(`${code}: ${stdout}${stderr}`);
}

const edit = (rig: Rig, from: string, to: string) =>
  rig.write('pipeline.yaml', rig.read('pipeline.yaml').replace(from, to));

/** Asks until the stage says that it has begun. */
const begun = (rig: Rig) => rig.appears('begun');
const WAITS = 'touch begun; until [ -e go ]; do sleep 0.05; done; cp in.txt out.txt';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test(
  '1 (4): an edit in place that keeps size, time and inode is seen',
  async () => {
    const rig = createRig(copy());
    const file = join(rig.root, 'in.txt');
    const then = new Date('2020-01-01T00:00:00Z'); // whole seconds: what is set back later is exactly this
    utimesSync(file, then, then);
    await ran(rig, 'repro');
    const { ino, mtimeMs } = statSync(file);
    const descriptor = openSync(file, 'r+');
    writeSync(descriptor, 'two', 0);
    closeSync(descriptor);
    utimesSync(file, then, then);
    expect(statSync(file)).toMatchObject({ ino, mtimeMs, size: 3 });
    await ran(rig, 'repro');
    expect(rig.read('out.txt')).toBe('two');
  },
  TIMEOUT,
);

test(
  '2 (5): a dep edited while its stage runs is never bound to what was made of the old one',
  async () => {
    const rig = createRig(copy('cp in.txt out.txt; touch begun; until [ -e go ]; do sleep 0.05; done'));
    const running = startPipe(rig.root, ['repro']);
    await begun(rig);
    rig.write('in.txt', 'two');
    rig.write('go', '');
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('in.txt');
    expect(rig.exists('locks/copy.json')).toBe(false);
    await ran(rig, 'repro');
    expect(rig.read('out.txt')).toBe('two');
  },
  TIMEOUT,
);

test.each(['1.0', 'true', '"1"'])(
  '3 (9): a parameter that changes from 1 to %s makes its stage stale',
  async (now) => {
    const rig = createRig({
      'pipeline.yaml': 'stages: {copy: {cmd: cp params.yaml out.txt, params: [a], outs: [out.txt]}}',
      'params.yaml': 'a: 1\n',
    });
    await ran(rig, 'repro');
    rig.write('params.yaml', `a: ${now}\n`);
    const status = await pipe(rig.root, 'status');
    expect(status.stdout).toContain('param a: 1 → ');
    await ran(rig, 'repro');
    expect(rig.read('out.txt')).toBe(`a: ${now}\n`);
  },
  TIMEOUT,
);

test.each([
  ['dep', 'deps: [in.txt, more.txt]', 'deps: [in.txt]', 'more.txt'],
  ['out', 'outs: [out.txt, also.txt]', 'outs: [out.txt]', 'also.txt'],
  ['param', 'params: [a, b]', 'params: [a]', 'b'],
])(
  '4 (12): a %s taken out of the file is noticed, by name',
  async (_, was, now, name) => {
    const lists = ['deps: [in.txt]', 'outs: [out.txt]', 'params: [a]'].map((line) => (line === now ? was : line));
    const rig = createRig({
      'pipeline.yaml': `stages:\n  copy:\n    cmd: cp in.txt out.txt && cp in.txt also.txt\n${lists.map((line) => `    ${line}\n`).join('')}`,
      'params.yaml': 'a: 1\nb: 2\n',
      'in.txt': 'one',
      'more.txt': 'more',
    });
    await ran(rig, 'repro');
    edit(rig, was, now);
    const status = await pipe(rig.root, 'status', '-q');
    expect(status.code).toBe(1);
    expect((await pipe(rig.root, 'why', 'copy')).stdout).toContain(name);
  },
  TIMEOUT,
);

test(
  '5 (24, 10, 11): the last good out stands after a failure, and after a parameter that is gone',
  async () => {
    const rig = createRig({ ...copy(), 'params.yaml': 'a: 1\n' });
    edit(rig, '    outs:', '    params: [a]\n    outs:');
    await ran(rig, 'repro');
    edit(rig, 'cp in.txt out.txt', 'echo half > out.txt && exit 3');
    expect((await pipe(rig.root, 'repro')).code).toBe(1);
    expect(rig.read('out.txt')).toBe('one');
    rig.write('params.yaml', 'b: 1\n');
    expect((await pipe(rig.root, 'repro')).code).not.toBe(0);
    expect(rig.read('out.txt')).toBe('one');
    rig.remove('params.yaml');
    expect((await pipe(rig.root, 'repro')).code).not.toBe(0);
    expect(rig.read('out.txt')).toBe('one');
  },
  TIMEOUT,
);

test(
  '6 (30): a broken object that looks untouched is not restored: the stage runs',
  async () => {
    const rig = createRig(copy());
    await ran(rig, 'repro');
    for (const path of readdirSync(join(rig.root, '.pipe/cache/objects'), { recursive: true, encoding: 'utf8' })) {
      const object = join(rig.root, '.pipe/cache/objects', path);
      if (!statSync(object).isFile()) continue;
      chmodSync(object, 0o644);
      rig.write(join('.pipe/cache/objects', path), 'BAD');
      chmodSync(object, 0o444);
    }
    const lock = rig.read('locks/copy.json');
    rig.remove('out.txt');
    await ran(rig, 'repro');
    expect(rig.read('out.txt')).toBe('one');
    expect(rig.read('locks/copy.json')).toBe(lock);
  },
  TIMEOUT,
);

test(
  '7 (41, 42): what a link to a folder leads to counts, and a broken link is no crash',
  async () => {
    const rig = createRig({
      'pipeline.yaml': 'stages: {list: {cmd: cat data/far/x > out.txt, deps: [data], outs: [out.txt]}}',
      'data/near': 'near',
      'elsewhere/x': 'one',
    });
    symlinkSync('../elsewhere', join(rig.root, 'data/far'));
    symlinkSync('nowhere', join(rig.root, 'data/broken'));
    await ran(rig, 'repro');
    rig.write('elsewhere/x', 'two');
    await ran(rig, 'repro');
    expect(rig.read('out.txt')).toBe('two');
  },
  TIMEOUT,
);

test(
  '8 (52): an out that contains a pipeline file is refused before anything is touched',
  async () => {
    const rig = createRig({
      'pipeline.yaml':
        'stages: {make: {cmd: mkdir -p sub && touch sub/x, outs: [sub]}}\npipelines: [sub/pipeline.yaml]\n',
      'sub/pipeline.yaml': 'stages: {}\n',
    });
    const refused = await pipe(rig.root, 'repro');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('sub/pipeline.yaml');
    expect(rig.exists('sub/pipeline.yaml')).toBe(true);
  },
  TIMEOUT,
);

test(
  '9 (58): what a stage that succeeded made stays ignored when a later one fails',
  async () => {
    const rig = createRig(copy());
    rig.git('init', '-q');
    rig.write('pipeline.yaml', `${rig.read('pipeline.yaml')}  bad: {cmd: exit 1, deps: [out.txt], outs: [b.txt]}\n`);
    expect((await pipe(rig.root, 'repro')).code).toBe(1);
    expect(rig.git('status', '--porcelain', '--ignored')).toContain('!! out.txt');
  },
  TIMEOUT,
);

test.each(['SIGTERM', 'SIGHUP'] as const)(
  '10 (63): after %s no command of a stage is left running',
  async (signal) => {
    const rig = createRig(copy('echo $$ > pid; touch begun; sleep 600; cp in.txt out.txt'));
    const running = startPipe(rig.root, ['repro']);
    await begun(rig);
    const pid = Number(rig.read('pid'));
    expect(isAlive(pid)).toBe(true);
    running.child.kill(signal);
    expect((await running.ended).code).toBe(signal === 'SIGTERM' ? 143 : 129);
    await vi.waitUntil(() => !isAlive(pid), { timeout: 20_000 });
    expect(rig.exists('locks/copy.json')).toBe(false);
  },
  TIMEOUT,
);

test(
  '11 (65-67): a second repro waits and then does its work; status answers meanwhile',
  async () => {
    const rig = createRig(copy(WAITS));
    const first = startPipe(rig.root, ['repro']);
    await begun(rig);
    const status = await pipe(rig.root, 'status');
    expect(status.code).toBe(0);
    expect(status.stdout).toContain('running');
    const second = startPipe(rig.root, ['repro']);
    let said = '';
    second.child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await vi.waitUntil(() => said.includes('waits for stage copy'), { timeout: 20_000 });
    rig.write('go', '');
    expect((await first.ended).code).toBe(0);
    const { code, stdout } = await second.ended;
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/ran 1/);
    expect(rig.read('out.txt')).toBe('one');
  },
  TIMEOUT,
);

test(
  '12 (72): what --dry says is what the run does: what hangs on a stage before is not called unchanged',
  async () => {
    const rig = createRig({
      'pipeline.yaml': `stages:
  first: {cmd: cp in.txt a.txt, deps: [in.txt], outs: [a.txt]}
  second: {cmd: cp a.txt b.txt, deps: [a.txt], outs: [b.txt]}
  other: {cmd: cp o.txt c.txt, deps: [o.txt], outs: [c.txt]}
`,
      'in.txt': 'one',
      'o.txt': 'o',
    });
    await ran(rig, 'repro');
    rig.write('in.txt', 'two');
    const before = rig.snapshot();
    const dry = await ran(rig, 'repro', '--dry');
    expect(rig.snapshot()).toEqual(before);
    expect(dry).toMatch(/first\s+.*would run/);
    expect(dry).toMatch(/second\s+depends on first/);
    const summary = JSON.parse((await ran(rig, 'repro', '--json')).trim().split('\n').at(-1) ?? '{}');
    expect(JSON.stringify(summary)).toContain('"ran":["first","second"]');
  },
  TIMEOUT,
);
