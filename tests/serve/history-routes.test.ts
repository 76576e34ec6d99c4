/** The history over HTTP: whose rows, pages, filters, files, and what turned out to be true. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  bearer,
  bodyOf,
  createRig,
  FEATURES,
  JSON_TYPE,
  model,
  modelsWith,
  textModel,
  type Rig,
} from './support/rig.ts';

let rig: Rig;
let alice: Record<string, string>;
let admin: Record<string, string>;
const ids: string[] = [];
beforeAll(async () => {
  rig = await createRig({
    models: modelsWith({ current: () => model }, { name: 'sentiment', current: () => textModel }),
  });
  alice = { ...bearer(await rig.tokenOf('alice')), ...JSON_TYPE };
  admin = { ...bearer(await rig.tokenOf('admin')), ...JSON_TYPE };
  for (const text of ['=1+1', 'great, "really"', 'dull']) ids.push(await predict({ text }, alice));
  for (let i = 0; i < 4; i++) ids.push(await predict({ features: FEATURES }, i === 0 ? admin : alice));
});
afterAll(() => rig.close());

const predict = async (body: object, headers: Record<string, string>): Promise<string> =>
  (await bodyOf(await rig.post('/predict', JSON.stringify(body), headers))).id;
const get = (path: string, headers = alice) => rig.app.request(path, { headers: { Host: 'localhost', ...headers } });
const list = async (query: string, headers = alice) =>
  bodyOf(await get(`/api/v1/predictions/history${query}`, headers));
const idsOf = async (query: string, headers = alice): Promise<string[]> =>
  (await list(query, headers)).items.map(({ id }: { id: string }) => id);
const tell = (id: string, outcome: unknown, headers = alice) =>
  rig.post(`/api/v1/predictions/${id}/feedback`, JSON.stringify({ outcome }), headers);
const ofAlice = () => ids.filter((_, i) => i !== 3).reverse();

describe('the history', () => {
  test('holds what a user asked, newest first', async () => {
    expect(await idsOf('')).toEqual(ofAlice());
    const { items, next_cursor } = await list('');
    expect(next_cursor).toBeNull();
    expect(items[0]).toEqual({
      id: ids[6],
      user: 'alice',
      input: { features: FEATURES },
      prediction: 1,
      probability: expect.any(Number),
      model: 'accidents',
      model_version: '3',
      timestamp: expect.stringMatching(/Z$/),
      feedback: null,
    });
    expect(items.at(-2)).toMatchObject({ input: { text: 'great, "really"' }, prediction: 'positive', confidence: 0.9 });
  });

  test('comes in pages that neither repeat nor leave out', async () => {
    const first = await list('?limit=4');
    const second = await list(`?limit=4&cursor=${first.next_cursor}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ofAlice());
    expect(second.next_cursor).toBeNull();
  });

  test('of others is for admins', async () => {
    expect(await idsOf('', admin)).toEqual(ids.toReversed());
    expect(await idsOf('?user=alice', admin)).toEqual(ofAlice());
    expect((await get('/api/v1/predictions/history?user=admin')).status).toBe(403);
    expect(await idsOf('?user=ALICE')).toEqual(ofAlice());
  });

  test('can be narrowed to a model, a version and a time', async () => {
    expect(await idsOf('?model=sentiment')).toEqual(ids.slice(0, 3).reverse());
    expect(await idsOf('?model=accidents&model_version=9')).toEqual([]);
    const { items } = await list('');
    const at = encodeURIComponent(items[2].timestamp);
    expect(await idsOf(`?from=${at}`)).toContain(items[2].id);
    expect(await idsOf(`?to=${at}`)).not.toContain(items[2].id);
  });

  test('knows no time beyond four digits of year, and takes none for another', async () => {
    const at = (time: string) => encodeURIComponent(time);
    expect(await idsOf(`?from=${at('9999-12-31T23:59:59-23:00')}`)).toEqual([]);
    expect(await idsOf(`?to=${at('9999-12-31T23:59:59-23:00')}`)).toEqual(ofAlice());
    expect(await idsOf(`?to=${at('0000-01-01T00:00:00+23:00')}`)).toEqual([]);
  });

  test.each([
    '?limit=0',
    '?limit=1001',
    '?limit=x',
    '?limit=0x10',
    '?limit=1e2',
    '?limit=',
    '?cursor=x',
    '?from=yesterday',
  ])('%s is 422', async (query) => {
    const response = await get(`/api/v1/predictions/history${query}`);
    expect(response.status).toBe(422);
    expect((await bodyOf(response)).detail[0].loc[0]).toBe('query');
  });

  test('shows one prediction to whom it belongs and to admins', async () => {
    const [mine = '', theirs = ''] = [ids[0], ids[3]];
    expect((await bodyOf(await get(`/api/v1/predictions/${mine}`))).id).toBe(mine);
    expect((await get(`/api/v1/predictions/${mine}`, admin)).status).toBe(200);
    expect((await get(`/api/v1/predictions/${theirs}`)).status).toBe(404);
    expect((await get('/api/v1/predictions/nothing')).status).toBe(404);
  });
});

describe('a file of it', () => {
  test('as CSV runs nothing in a spreadsheet', async () => {
    const response = await get('/api/v1/predictions/export?format=csv&model=sentiment');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toContain('predictions.csv');
    const lines = (await response.text()).split('\r\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^id,timestamp,user,/);
    expect(lines[2]).toContain('"{""text"":""great, \\""really\\""""}"');
  });

  test('as NDJSON has an object a line', async () => {
    const text = await (await get('/api/v1/predictions/export?format=ndjson')).text();
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).id);
    expect(lines).toEqual(ofAlice());
  });

  test('of others is for admins, and of no other kind', async () => {
    expect((await get('/api/v1/predictions/export?user=admin')).status).toBe(403);
    expect((await get('/api/v1/predictions/export?format=xlsx')).status).toBe(422);
  });
});

describe('feedback', () => {
  test('stands beside the prediction and says whether it was right', async () => {
    const response = await tell(ids[6] ?? '', 0);
    expect(response.status).toBe(201);
    expect(await bodyOf(response)).toEqual({ id: ids[6], outcome: 0, correct: false, timestamp: expect.any(String) });
    expect((await list('')).items[0].feedback).toMatchObject({ outcome: 0, correct: false });
  });

  test('counts for the accuracy only when an admin gives it, and then his last word', async () => {
    const live = async () => (await bodyOf(await get('/api/v1/model/metrics'))).live;
    expect(await live()).toEqual({ n: 0, accuracy: null });
    await tell(ids[5] ?? '', 0, admin);
    await tell(ids[5] ?? '', 1, admin);
    await tell(ids[4] ?? '', 0, admin);
    expect(await live()).toEqual({ n: 2, accuracy: 0.5 });
    await tell(ids[5] ?? '', 0);
    expect((await bodyOf(await get(`/api/v1/predictions/${ids[5]}`))).feedback).toMatchObject({ outcome: 1 });
    expect(await idsOf('?labelled=true')).toEqual([ids[5], ids[4]]);
  });

  test.each([
    ['of another class', 6, 'positive', 422],
    ['of no class', 6, 2, 422],
    ['on another’s prediction', 3, 1, 404],
  ])('%s is refused', async (_, index, outcome, status) => {
    expect((await tell(ids[index] ?? '', outcome)).status).toBe(status);
  });
});
