import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import {
  createClaimTable,
  listClaims,
  releaseClaim,
  takeOverClaim,
  tryClaim,
  type Claim,
} from '../../src/store/claims.ts';
import { layoutOf } from '../../src/store/layout.ts';
import { identityOf, lifeOf, type ProcessIdentity } from '../../src/store/process-identity.ts';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const RIVAL = fileURLToPath(new URL('./claims-rival.ts', import.meta.url));
const self = (): ProcessIdentity => identityOf(process.pid) ?? expect.unreachable();
const claimOf = (stage: string, change: Partial<Claim> = {}): Claim => ({
  id: stage,
  stage,
  run: 'r1',
  holder: self(),
  since: '2026-11-24T00:00:00.000Z',
  writes: [stage],
  reads: [],
  ...change,
});

test('a claim that overlaps none is held at once; one that overlaps names the holder; after release it is free', () => {
  const layout = layoutOf(tempFolder());
  expect(tryClaim(layout, claimOf('a')).blockedBy).toBeUndefined();
  expect(tryClaim(layout, claimOf('b')).blockedBy).toBeUndefined();
  const late = claimOf('c', { writes: ['c'], reads: ['a'] });
  expect(tryClaim(layout, late).blockedBy).toMatchObject({ stage: 'a', holder: { pid: process.pid } });
  releaseClaim(layout, 'a');
  expect(tryClaim(layout, late).blockedBy).toBeUndefined();
  expect(listClaims(layout).map(({ stage }) => stage)).toEqual(['b', 'c']);
});

test('others are claimed in the same change, save those that somebody is in the way of; with one that is blocked none', () => {
  const layout = layoutOf(tempFolder());
  tryClaim(layout, claimOf('theirs'));
  const table = createClaimTable(layout);
  const [free, blocked, twin] = [claimOf('b'), claimOf('c', { reads: ['theirs'] }), claimOf('d', { writes: ['b'] })];
  const { taken, blockedBy } = table.tryClaim(claimOf('a'), [free, blocked, twin]);
  expect({ taken: taken.map(({ stage }) => stage), blockedBy }).toEqual({ taken: ['b'], blockedBy: undefined });
  expect(table.tryClaim(claimOf('e', { writes: ['theirs'] }), [claimOf('f')])).toMatchObject({
    taken: [],
    blockedBy: { stage: 'theirs' },
  });
  expect(listClaims(layout).map(({ stage }) => stage)).toEqual(['theirs', 'a', 'b']);
  expect(readdirSync(layout.claims)).toHaveLength(2);
});

test('what one process releases is gone when it says so, and of itself in a moment', async () => {
  const layout = layoutOf(tempFolder());
  const table = createClaimTable(layout);
  table.tryClaim(claimOf('a'), [claimOf('b')]);
  table.release('a');
  await vi.waitUntil(() => listClaims(layout).length === 1, { timeout: 20_000 });
  table.release('b');
  table.settle();
  expect(listClaims(layout)).toEqual([]);
});

test('claiming and releasing twice is the same as once', () => {
  const layout = layoutOf(tempFolder());
  expect([tryClaim(layout, claimOf('a')), tryClaim(layout, claimOf('a'))]).toEqual([{}, {}]);
  releaseClaim(layout, 'a');
  releaseClaim(layout, 'a');
  expect(listClaims(layout)).toEqual([]);
});

test('of many processes that want the same path, one at a time has it, and all get it', async () => {
  const root = tempFolder();
  const rivals = ['p', 'q', 'r', 's'].map((name) => runProgram(RIVAL, [root, name, '40']).ended);
  expect((await Promise.all(rivals)).map(({ code, stderr }) => ({ code, stderr }))).toEqual(
    rivals.map(() => ({ code: 0, stderr: '' })),
  );
  const lines = readFileSync(join(root, 'journal.txt'), 'utf8').trim().split('\n');
  expect(lines).toHaveLength(4 * 40 * 2);
  const pairs = lines.flatMap((line, at) => (at % 2 === 0 ? [`${line} ${lines[at + 1]}`] : []));
  expect(pairs.filter((pair) => !/^\+(\w) -\1$/.test(pair))).toEqual([]);
});

test('old generations of the table are cleared', () => {
  const layout = layoutOf(tempFolder());
  for (let round = 0; round < 50; round += 1) {
    tryClaim(layout, claimOf(`s${round}`));
    releaseClaim(layout, `s${round}`);
  }
  expect(readdirSync(layout.claims).length).toBeLessThan(12);
});

test('a process that links a number used and cleared long ago has changed nothing, and tries again', () => {
  const layout = layoutOf(tempFolder());
  for (let round = 0; round < 30; round += 1) tryClaim(layout, claimOf(`s${round}`));
  // What a sleeper would leave behind: a generation far below the highest.
  writeFileSync(join(layout.claims, '3'), JSON.stringify({ generation: 3, lineage: ['zz'], claims: [] }));
  expect(listClaims(layout)).toHaveLength(30);
});

test("a dead holder's claim is taken over by exactly one; a living one's never", () => {
  const layout = layoutOf(tempFolder());
  const dead = { ...self(), start: '1' };
  const claim = claimOf('a', { holder: dead });
  tryClaim(layout, claim);
  expect(takeOverClaim(layout, claim, { holder: self() })).toBe(true);
  expect(takeOverClaim(layout, claim, { holder: { ...self(), pid: 1, start: identityOf(1)?.start ?? '' } })).toBe(
    false,
  );
});

test.each([
  ['this process', (me: ProcessIdentity) => me, 'alive'],
  ['a pid that was given to another process', (me: ProcessIdentity) => ({ ...me, start: '1' }), 'dead'],
  ['a pid that nobody has', (me: ProcessIdentity) => ({ ...me, pid: 2 ** 22 + 1 }), 'dead'],
  ['the same machine before it was started anew', (me: ProcessIdentity) => ({ ...me, boot: 'other' }), 'dead'],
  ['another machine', (me: ProcessIdentity) => ({ ...me, boot: 'other', host: 'elsewhere' }), 'elsewhere'],
  ['another container on this machine', (me: ProcessIdentity) => ({ ...me, pidNamespace: 'pid:[1]' }), 'elsewhere'],
])('%s', (_, change, life) => {
  expect(lifeOf(change(self()))).toBe(life);
});
