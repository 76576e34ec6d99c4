import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  bearer,
  type Body,
  bodyOf,
  createRig,
  FEATURES,
  INPUTS,
  JSON_TYPE,
  model,
  modelsWith,
  type Rig,
} from './support/rig.ts';
import { BAD_BODIES, RECORD } from './support/bad-bodies.ts';

let rig: Rig;
let auth: Record<string, string>;
beforeAll(async () => {
  rig = await createRig();
  auth = bearer(await rig.tokenOf('alice'));
});
afterAll(() => rig.close());

const predict = (body: string, headers = {}) => rig.predict(body, { ...auth, ...headers });
const withFeatures = (features: unknown) => predict(JSON.stringify({ features }));

describe('a prediction', () => {
  test('answers 28 numbers with a class, its probability and the version that said so', async () => {
    const response = await withFeatures(FEATURES);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await bodyOf(response)).toEqual({
      prediction: 1,
      probability: model.evaluator.probability(FEATURES),
      model: 'accidents',
      model_version: '3',
      id: expect.stringMatching(/^[0-9a-f-]{14}7[0-9a-f-]{21}$/),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  test('answers a record with all names the same as the numbers in order', async () => {
    const [a, b] = [await withFeatures(FEATURES), await predict(JSON.stringify({ record: RECORD }))];
    expect((await bodyOf(b)).probability).toBe((await bodyOf(a)).probability);
  });

  test('takes null in a record where the model allows it', async () => {
    expect((await predict(JSON.stringify({ record: { ...RECORD, victim_age: null } }))).status).toBe(200);
    expect((await predict(JSON.stringify({ record: { ...RECORD, hour: null } }))).status).toBe(422);
  });

  test('says on request what each input adds to the log-odds', async () => {
    const ask = (query: string) =>
      rig.post(`/predict${query}`, JSON.stringify({ features: FEATURES }), { ...auth, ...JSON_TYPE });
    const { base, contributions, probability } = await bodyOf(await ask('?explain=true'));
    expect(Object.keys(contributions)).toEqual(INPUTS.map(({ name }) => name));
    expect(contributions).toMatchObject({ vma: -5, hour: 0 });
    expect(base).toBe(7);
    expect(probability).toBeCloseTo(1 / (1 + Math.exp(-(base + contributions.vma))), 12);
    for (const query of ['', '?explain=false', '?other=true']) {
      expect(await bodyOf(await ask(query))).not.toHaveProperty('contributions');
    }
  });

  test.each(['1', 'yes', 'TRUE', ''])('explain=%s is neither true nor false', async (value) => {
    const headers = { ...auth, ...JSON_TYPE };
    const response = await rig.post(`/predict?explain=${value}`, JSON.stringify({ features: FEATURES }), headers);
    expect(response.status).toBe(422);
    expect((await bodyOf(response)).detail).toMatchObject([{ type: 'bool_parsing', loc: ['query', 'explain'] }]);
  });

  test('warns of values that training hardly saw', async () => {
    const odd = FEATURES.with(25, 24).with(1, 9);
    const { warnings } = await bodyOf(await withFeatures(odd));
    expect(warnings).toEqual([
      { type: 'unusual_value', loc: ['body', 'features', 1], msg: 'catu has a code that training never saw' },
      { type: 'unusual_value', loc: ['body', 'features', 25], msg: 'hour is usually between 0 and 23' },
    ]);
    const inRecord = await bodyOf(await predict(JSON.stringify({ record: { ...RECORD, hour: 24 } })));
    expect(inRecord.warnings[0].loc).toEqual(['body', 'record', 'hour']);
  });

  test('stands in the history with its input, version and answer', async () => {
    const { id } = await bodyOf(await withFeatures(FEATURES));
    await rig.history.flush(10_000);
    const row = await rig.database.query.selectFrom('predictions').selectAll().where('id', '=', id).executeTakeFirst();
    expect(row).toMatchObject({ username: 'alice', model: 'accidents', model_version: '3', prediction: '1' });
    expect(JSON.parse(row?.input ?? '')).toEqual({ features: FEATURES });
  });

  test('is answered with a finite number however large its input', async () => {
    const response = await withFeatures(Array(28).fill(1e308));
    const { probability } = await bodyOf(response);
    expect(Number.isFinite(probability)).toBe(true);
  });
});

describe('a body that is not as it should be', () => {
  test.each([...BAD_BODIES])('%s is 422', async (_, body, type, loc) => {
    const response = await predict(body);
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toBe('application/json');
    const { detail, code, request_id: id } = await bodyOf(response);
    expect(detail[0]).toMatchObject({ type, loc, msg: expect.any(String) });
    expect(code).toBe('invalid_request');
    expect(id).toEqual(expect.any(String));
  });

  test('of 27 numbers says that 28 are expected', async () => {
    const { detail } = await bodyOf(await withFeatures(FEATURES.slice(1)));
    expect(detail[0].msg).toContain('28');
  });

  test('of a record names what is missing and what is too much', async () => {
    const { hour: _, ...rest } = RECORD;
    const { detail } = await bodyOf(await predict(JSON.stringify({ record: { ...rest, houR: 7, vma: '50' } })));
    expect(detail).toEqual([
      { type: 'float_type', loc: ['body', 'record', 'vma'], msg: 'Input should be a valid number' },
      { type: 'missing', loc: ['body', 'record', 'hour'], msg: 'Field required' },
      { type: 'extra_forbidden', loc: ['body', 'record', 'houR'], msg: 'Extra inputs are not permitted' },
    ]);
  });

  test('is never sent back, and the answer to a megabyte is small', async () => {
    const body = JSON.stringify({ features: Array(28).fill('secret-value'), ['k'.repeat(900_000)]: 1 });
    const text = await (await predict(body)).text();
    expect(text.length).toBeLessThan(10_000);
    expect(text).not.toContain('kkkk');
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`unknown_key_${i}`, i]));
    expect((await (await predict(JSON.stringify({ record: many }))).text()).length).toBeLessThan(10_000);
    expect(await (await withFeatures(Array(28).fill('secret-value'))).text()).not.toContain('secret-value');
  });

  test('a key named __proto__ changes nothing for others', async () => {
    await predict('{"__proto__":{"status":"polluted"}}');
    expect(await bodyOf(await rig.app.request('/health'))).not.toHaveProperty('polluted');
    expect(Object.hasOwn(Object.prototype, 'status')).toBe(false);
  });

  test('leaves nothing in the history', async () => {
    await rig.history.flush(10_000);
    const before = rig.countAnswered('accidents');
    await withFeatures(FEATURES.slice(1));
    await rig.history.flush(10_000);
    expect(rig.countAnswered('accidents')).toBe(before);
  });
});

describe('a body that cannot be read', () => {
  const bytes = (...values: number[]) => new Uint8Array(values);
  const send = (body: Body, headers: Record<string, string> = JSON_TYPE) =>
    rig.post('/predict', body, { ...auth, ...headers });

  test.each([
    ['bytes that are no UTF-8', bytes(0x7b, 0xff, 0x7d), 400],
    ['UTF-16 with its mark', bytes(0xff, 0xfe, 0x7b, 0, 0x7d, 0), 400],
  ])('%s is %#', async (_, body, status) => {
    expect((await send(body)).status).toBe(status);
  });

  test('UTF-8 with a mark in front is read', async () => {
    expect((await send(`\ufeff${JSON.stringify({ features: FEATURES })}`)).status).toBe(200);
  });

  test.each([
    ['no media type', {}],
    ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['another charset', { 'Content-Type': 'application/json; charset=utf-16' }],
    ['a second charset', { 'Content-Type': 'application/json; charset=utf-8; charset=latin1' }],
    ['a compressed body', { ...JSON_TYPE, 'Content-Encoding': 'gzip' }],
  ])('%s is 415', async (_, headers) => {
    const body = new TextEncoder().encode('{}');
    expect((await send(body, headers)).status).toBe(415);
  });

  test('a charset that names UTF-8 is fine', async () => {
    const response = await send(JSON.stringify({ features: FEATURES }), {
      'Content-Type': 'Application/JSON; Charset="UTF-8"',
      'Content-Encoding': 'Identity',
    });
    expect(response.status).toBe(200);
  });

  test('two megabytes are 413, announced or in chunks', async () => {
    const large = new Uint8Array(2_000_000);
    expect((await send(large, { ...JSON_TYPE, 'Content-Length': '2000000' })).status).toBe(413);
    const stream = new Blob([large]).stream();
    const chunked = new Request('http://localhost/predict', {
      method: 'POST',
      body: stream,
      headers: { ...auth, ...JSON_TYPE, Host: 'localhost' },
      duplex: 'half',
    });
    expect((await rig.app.request(chunked)).status).toBe(413);
  });
});

test('without a production model a prediction is 503 and says so', async () => {
  const empty = await createRig({ models: modelsWith({}) });
  const headers = bearer(await empty.tokenOf('alice'));
  const response = await empty.predict(JSON.stringify({ features: FEATURES }), headers);
  expect(response.status).toBe(503);
  expect((await bodyOf(response)).code).toBe('no_model');
  await empty.close();
});

test('a full history refuses rather than forgets', async () => {
  const full = await createRig({
    history: { append: () => false, appendAll: () => false, flush: async () => undefined },
  });
  const headers = bearer(await full.tokenOf('alice'));
  const response = await full.predict(JSON.stringify({ features: FEATURES }), headers);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
  await full.close();
});
