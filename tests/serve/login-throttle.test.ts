import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRig, type Rig } from './support/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
});
afterEach(() => rig.close());

const fail = async (username: string, times: number) => {
  const statuses: number[] = [];
  for (let i = 0; i < times; i++) statuses.push((await rig.login(username, 'wrong')).status);
  return statuses;
};

test('the sixth failure of one name in five minutes is 429 and says when to come back', async () => {
  expect(await fail('alice', 5)).toEqual([401, 401, 401, 401, 401]);
  const response = await rig.login('alice', 'wrong');
  expect(response.status).toBe(429);
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(200);
});

test('a throttled name is refused the right password too', async () => {
  await fail('alice', 5);
  expect((await rig.login('alice', 'alice of the tests')).status).toBe(429);
});

test('an unknown name is throttled like a known one', async () => {
  expect(await fail('nobody', 6)).toEqual([401, 401, 401, 401, 401, 429]);
});

test('spellings of one name count together', async () => {
  await fail('alice', 3);
  await fail('ALICE', 2);
  expect((await rig.login(' Alice ', 'wrong')).status).toBe(429);
});

test('a success forgives the failures before it', async () => {
  await fail('alice', 4);
  expect((await rig.login('alice', 'alice of the tests')).status).toBe(200);
  expect(await fail('alice', 4)).toEqual([401, 401, 401, 401]);
});

test('many right logins at once are all let in', async () => {
  const responses = await Promise.all(Array.from({ length: 12 }, () => rig.login('alice', 'alice of the tests')));
  expect(responses.map((response) => response.status)).toEqual(Array(12).fill(200));
});

test('an address that fails 20 times in a minute is refused for every name', async () => {
  for (const name of ['a1', 'a2', 'a3', 'a4']) await fail(name, 5);
  expect((await rig.login('alice', 'alice of the tests')).status).toBe(429);
});

test('a header that claims another address changes nothing', async () => {
  await fail('alice', 5);
  const body = 'username=alice&password=wrong';
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Forwarded-For': '203.0.113.9' };
  expect((await rig.post('/token', body, headers)).status).toBe(429);
});
