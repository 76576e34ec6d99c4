/** Recovery beside processes that live, and from what a power cut leaves. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { COOKIE } from '../../src/executors/process-group.ts';
import { releaseClaim, tryClaim, type Claim } from '../../src/store/claims.ts';
import { layoutOf } from '../../src/store/layout.ts';
import { lockDigest } from '../../src/store/locks.ts';
import { identityOf } from '../../src/store/process-identity.ts';
import { startPipe } from '../support/pipe-command.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createRig, type Rig } from '../support/workspace.ts';

const TWO = `stages:
  first: {cmd: echo first > a, deps: [in], outs: [a]}
  second: {cmd: echo second > b, deps: [in], outs: [b]}
`;

function claimOf(rig: Rig, pid: number | undefined, more: Pick<Claim, 'id' | 'stage' | 'writes'>): Claim {
  const holder = identityOf(pid ?? 0);
  if (holder === undefined) expect.unreachable('it has just been started');
  const claim: Claim = { run: 'r', since: new Date().toISOString(), reads: [], holder, ...more };
  tryClaim(layoutOf(rig.root), claim);
  return claim;
}

/** As a process leaves it that has found nothing standing at `path`. */
function journal(rig: Rig, claim: Claim, path: string): void {
  const lockBefore = lockDigest(layoutOf(rig.root), claim.stage) ?? null;
  const outs = [{ path, aside: null, saved: null }];
  rig.write(`.pipe/claims/journal/${claim.id}.json`, JSON.stringify({ claim, cookie: claim.id, lockBefore, outs }));
}

test('who ends well while another one is being recovered keeps its outs', async () => {
  const rig = createRig({ 'pipeline.yaml': TWO, in: '' });
  await rig.repro();
  // A dead process whose command will not go at once, and one that lives and is about to be done.
  const dead = spawn('sleep', ['600']);
  const living = spawn('sleep', ['600']);
  const one = claimOf(rig, dead.pid, { id: 'a1', stage: 'first', writes: ['a'] });
  const other = claimOf(rig, living.pid, { id: 'b2', stage: 'second', writes: ['b'] });
  journal(rig, one, 'a');
  journal(rig, other, 'b');
  dead.kill('SIGKILL');
  await once(dead, 'exit');
  const stubborn = spawn('sh', ['-c', 'trap "touch asked" TERM; touch ready; while :; do sleep 0.05; done'], {
    cwd: rig.root,
    env: { PATH: process.env['PATH'], [COOKIE]: 'a1' },
    detached: true,
  });
  await rig.appears('ready');
  const running = rig.repro();
  await rig.appears('asked');
  rmSync(join(rig.root, '.pipe/claims/journal/b2.json'));
  releaseClaim(layoutOf(rig.root), 'b2');
  living.kill('SIGKILL');
  await once(stubborn, 'exit');
  const { summary, events } = await running;
  expect(events.flatMap((event) => (event.type === 'recovered' ? [event.stage] : []))).toEqual(['first']);
  expect(summary).toMatchObject({ restored: ['first'], fresh: ['second'] });
  expect([rig.read('a'), rig.read('b'), rig.exists('.pipe/failed/r/b')]).toEqual(['first\n', 'second\n', false]);
});

test.each(['', '{"claim": {"id"', '\0\0\0\0'])(
  'a journal that a power cut tore (%j) keeps nobody from running',
  async (text) => {
    const rig = createRig({ 'pipeline.yaml': TWO, in: '', '.pipe/claims/journal/torn.json': text });
    expect((await rig.repro()).summary.ran).toEqual(['first', 'second']);
  },
);

test.each(['', '{"generation"', '\0\0\0'])('so does a table of claims (%j)', async (text) => {
  const rig = createRig({ 'pipeline.yaml': TWO, in: '', '.pipe/claims/7': text });
  expect((await rig.repro()).summary.ran).toEqual(['first', 'second']);
});

test('the private folder of an isolated stage goes with the process that was killed', async () => {
  const rig = createRig({
    'pipeline.yaml': 'stages: {s: {cmd: pwd > "$SEEN"; sleep 600, outs: [o], isolated: true, pass_env: [SEEN]}}\n',
  });
  const temporary = tempFolder();
  const env = { TMPDIR: temporary, SEEN: join(rig.root, 'seen') };
  const { child, ended } = startPipe(rig.root, ['repro'], env);
  await vi.waitUntil(() => rig.exists('seen') && rig.read('seen').endsWith('\n'), { timeout: 20_000, interval: 5 });
  child.kill('SIGKILL');
  await ended;
  expect(readdirSync(temporary)).toHaveLength(1);
  rig.write('pipeline.yaml', 'stages: {s: {cmd: echo > o, outs: [o]}}\n');
  expect((await startPipe(rig.root, ['repro'], env).ended).code).toBe(0);
  expect(readdirSync(temporary)).toEqual([]);
});

test.each<[string, (text: string) => string]>([
  ['emptied', () => ''],
  ['cut off', (text) => text.slice(0, text.length / 2)],
  ['filled with zeros', (text) => '\0'.repeat(text.length)],
  ['zeroed at its end', (text) => text.slice(0, 50) + '\0'.repeat(50)],
])(
  'a lock entry that a power cut %s counts as absent: the stage is restored, and nobody has to do anything',
  async (_, tear) => {
    const rig = createRig({ 'pipeline.yaml': TWO, in: '' });
    await rig.repro();
    const whole = rig.read('locks/first.json');
    rig.write('locks/first.json', tear(whole));
    const { summary, reasons } = await rig.repro();
    expect(summary).toMatchObject({ restored: ['first'], fresh: ['second'], ok: true });
    expect(reasons('first')).toEqual([{ kind: 'lock-unreadable', file: 'locks/first.json' }]);
    expect(rig.read('locks/first.json')).toBe(whole);
  },
);

test.each<[string, (text: string) => string]>([
  ['emptied', () => ''],
  ['cut off', (text) => text.slice(0, text.length / 2)],
])('a run record or an object that a power cut %s counts as absent: the stage runs', async (_, tear) => {
  const rig = createRig({ 'pipeline.yaml': TWO, in: '' });
  await rig.repro();
  const cached = readdirSync(join(rig.root, '.pipe/cache'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /^(objects|runs)\/..\/./.test(path))
    .map((path) => join('.pipe/cache', path));
  for (const path of cached) {
    const whole = rig.read(path);
    rig.remove(path);
    rig.write(path, tear(whole));
  }
  for (const path of ['locks', 'a', 'b']) rig.remove(path);
  expect((await rig.repro()).summary).toMatchObject({ ran: ['first', 'second'], ok: true });
  expect([rig.read('a'), rig.read('b')]).toEqual(['first\n', 'second\n']);
});
