/** The Open Inference Protocol v2, as JSON and as bytes. The real clients are asked by scripts/ci-python-clients.sh. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tensorFromBytes, tensorToBytes } from '../../src/serve/v2/tensor.ts';
import { bearer, bodyOf, createRig, FEATURES, INPUTS, model, modelsWith, textModel, type Rig } from './support/rig.ts';
import { fc } from '../support/properties.ts';

let rig: Rig;
let auth: Record<string, string>;
let loaded = true;
beforeAll(async () => {
  rig = await createRig({
    models: modelsWith(
      {
        current: () => (loaded ? model : undefined),
        unload: () => void (loaded = false),
        load: async () => void (loaded = true),
      },
      { name: 'sentiment', current: () => textModel },
    ),
  });
  auth = bearer(await rig.tokenOf('alice'));
});
afterAll(() => rig.close());

const get = (path: string, headers = {}) => rig.app.request(path, { headers: { Host: 'localhost', ...headers } });
const TENSOR = { name: 'features', shape: [1, 28], datatype: 'FP64' };
const infer = (body: unknown, path = '/v2/models/accidents/infer') =>
  rig.post(path, typeof body === 'string' ? body : JSON.stringify(body), auth);

/** JSON, then the bytes behind it. */
const inferBytes = (json: object, bytes: Buffer, length?: string) => {
  const head = Buffer.from(JSON.stringify(json));
  const headers = { ...auth, 'Inference-Header-Content-Length': length ?? String(head.length) };
  return rig.post('/v2/models/accidents/infer', Buffer.concat([head, bytes]), headers);
};
const doubles = (values: readonly number[]) => Buffer.from(Float64Array.from(values).buffer);

describe('without a token', () => {
  test.each([
    ['/v2', { extensions: expect.arrayContaining(['binary_tensor_data']) }],
    ['/v2/', { name: 'pipe', version: '0.1.0' }],
    ['/v2/health/live', { live: true }],
    ['/v2/health/ready', { ready: true }],
    ['/v2/models', { models: ['accidents', 'sentiment'] }],
    ['/v2/models/accidents', { name: 'accidents', inputs: [{ ...TENSOR, shape: [-1, 28] }] }],
    ['/v2/models/sentiment', { inputs: [{ name: 'text', datatype: 'BYTES', shape: [-1] }] }],
    ['/v2/models/accidents/versions/3', { versions: ['3'] }],
    ['/v2/models/accidents/ready', { name: 'accidents', ready: true }],
    ['/v2/models/accidents/versions/3/ready', { ready: true }],
    ['/v2/models/sentiment/config', { input: [{ name: 'text', data_type: 'TYPE_STRING', dims: [-1] }] }],
  ])('%s is answered in JSON', async (path, body) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await bodyOf(response)).toMatchObject(body);
  });
});

describe('every refusal says `error`', () => {
  test.each([
    ['no token', 'POST', '/v2/models/accidents/infer', {}, 401, 'Not authenticated'],
    ['an unknown path', 'GET', '/v2/nope', {}, 404, 'Not Found'],
    ['another method', 'PUT', '/v2/health/live', {}, 405, 'Method Not Allowed'],
    ['an unknown model', 'GET', '/v2/models/nope', {}, 404, 'Model nope not found'],
    [
      'an unknown version',
      'GET',
      '/v2/models/accidents/versions/9',
      {},
      404,
      'Model accidents with version 9 not found',
    ],
    [
      'a body too large',
      'POST',
      '/v2/models/accidents/infer',
      { 'Content-Length': '32000001' },
      413,
      'The body is larger',
    ],
    ['a Host of nobody', 'GET', '/v2', { Host: 'evil.example' }, 400, 'Host'],
  ])('for %s', async (_, method, path, headers, status, words) => {
    const response = await rig.app.request(path, { method, headers: { Host: 'localhost', ...headers } });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/json');
    const { error, detail } = await bodyOf(response);
    expect(error).toContain(words);
    expect(detail).toBe(error);
  });

  test('for a role that is not enough', async () => {
    for (const act of ['load', 'unload']) {
      const response = await rig.post(`/v2/repository/models/accidents/${act}`, '', auth);
      expect(response.status).toBe(403);
      expect((await bodyOf(response)).error).toBe('Only for Admin!');
    }
  });
});

describe('infer', () => {
  test('answers rows as JSON, flat or nested, under the id that was given', async () => {
    const alone = await bodyOf(await rig.predict(JSON.stringify({ features: FEATURES }), auth));
    for (const data of [FEATURES, [FEATURES]]) {
      const response = await infer({ id: '42', model_name: 'ignored', inputs: [{ ...TENSOR, data }] });
      expect(response.status).toBe(200);
      expect(await bodyOf(response)).toEqual({
        model_name: 'accidents',
        model_version: '3',
        id: '42',
        outputs: [
          { name: 'prediction', datatype: 'INT64', shape: [1], data: [1] },
          { name: 'probability', datatype: 'FP64', shape: [1], data: [alone.probability] },
        ],
      });
    }
  });

  test('takes one tensor a feature too', async () => {
    const inputs = INPUTS.map(({ name }, i) => ({
      name,
      shape: [2],
      datatype: 'FP64',
      data: [FEATURES[i], FEATURES[i]],
    }));
    const { outputs } = await bodyOf(await infer({ inputs, outputs: [{ name: 'prediction' }] }));
    expect(outputs).toEqual([{ name: 'prediction', datatype: 'INT64', shape: [2], data: [1, 1] }]);
  });

  test('takes and gives bytes', async () => {
    const head = {
      inputs: [{ ...TENSOR, parameters: { binary_data_size: 224 } }],
      parameters: { binary_data_output: true },
    };
    const response = await inferBytes(head, doubles(FEATURES));
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    const length = Number(response.headers.get('inference-header-content-length'));
    const bytes = Buffer.from(await response.arrayBuffer());
    const { outputs } = JSON.parse(bytes.subarray(0, length).toString());
    expect(outputs).toMatchObject([{ parameters: { binary_data_size: 8 } }, { parameters: { binary_data_size: 8 } }]);
    expect(bytes.readBigInt64LE(length)).toBe(1n);
    expect(bytes.readDoubleLE(length + 8)).toBeCloseTo(0.88, 2);
  });

  test('an output that says how it wants to be sent is sent so', async () => {
    const outputs = [{ name: 'probability', parameters: { binary_data: false } }];
    const response = await infer({
      inputs: [{ ...TENSOR, data: FEATURES }],
      outputs,
      parameters: { binary_data_output: true },
    });
    expect((await bodyOf(response)).outputs[0].data).toHaveLength(1);
  });

  test('answers texts', async () => {
    const inputs = [{ name: 'text', shape: [2], datatype: 'BYTES', data: ['great', 'dull'] }];
    const { outputs } = await bodyOf(await infer({ inputs }, '/v2/models/sentiment/versions/2/infer'));
    expect(outputs).toEqual([
      { name: 'prediction', datatype: 'BYTES', shape: [2], data: ['positive', 'negative'] },
      { name: 'confidence', datatype: 'FP64', shape: [2], data: [0.9, 0.8] },
    ]);
  });

  test('keeps each row in the history', async () => {
    await rig.history.flush(10_000);
    const before = rig.countAnswered('accidents');
    await infer({ inputs: [{ ...TENSOR, shape: [3, 28], data: [...FEATURES, ...FEATURES, ...FEATURES] }] });
    await rig.history.flush(10_000);
    expect(rig.countAnswered('accidents')).toBe(before + 3);
  });

  const good = { ...TENSOR, data: FEATURES };
  test.each([
    ['no JSON', '{', 'not valid JSON'],
    ['a list', [], 'an object'],
    ['no inputs', { inputs: [] }, 'at least one'],
    ['an unknown input', { inputs: [{ ...good, name: 'x' }] }, "unexpected input 'x'"],
    ['an input twice', { inputs: [good, good] }, "'features' occurs twice"],
    ['an output twice', { inputs: [good], outputs: [{ name: 'prediction' }, { name: 'prediction' }] }, 'occurs twice'],
    ['an unknown output', { inputs: [good], outputs: [{ name: 'x' }] }, 'unexpected output'],
    ['a missing input', { inputs: [{ name: 'place', shape: [1], datatype: 'FP64', data: [1] }] }, "'catu' is missing"],
    ['27 features', { inputs: [{ ...good, shape: [1, 27], data: FEATURES.slice(1) }] }, '[-1,28]'],
    ['a negative dimension', { inputs: [{ ...good, shape: [-1, 28] }] }, 'shape'],
    [
      'fewer elements than the shape says',
      { inputs: [{ ...good, shape: [2, 28] }] },
      '28 elements where its shape says 56',
    ],
    ['a datatype in lower case', { inputs: [{ ...good, datatype: 'fp64' }] }, 'unknown datatype'],
    ['a datatype nobody knows', { inputs: [{ ...good, datatype: 'FP99' }] }, 'unknown datatype'],
    ['FP16 as JSON', { inputs: [{ ...good, datatype: 'FP16' }] }, 'FP16'],
    ['a text as a number', { inputs: [{ ...good, data: FEATURES.map(String) }] }, 'no FP64'],
    [
      'an INT64 that JSON cannot hold',
      { inputs: [{ ...good, datatype: 'INT64', data: FEATURES.map(() => 2 ** 53) }] },
      'no INT64',
    ],
    ['a UINT8 of 300', { inputs: [{ ...good, datatype: 'UINT8', data: FEATURES.map(() => 300) }] }, 'no UINT8'],
    [
      'null where a value must be',
      { inputs: [{ ...good, data: FEATURES.with(0, NaN) }] },
      "'place' should be a finite number",
    ],
    ['120 levels', `{"inputs":${'['.repeat(120)}${']'.repeat(120)}}`, 'deeper than 100'],
    [
      'a classification',
      { inputs: [good], outputs: [{ name: 'prediction', parameters: { classification: 2 } }] },
      'classification',
    ],
    ['a name that looks like markup', { inputs: [{ ...good, name: '<b>' }] }, "unexpected input '?'"],
  ])('of %s is 400 and says so', async (_, body, words) => {
    const response = await infer(body);
    expect(response.status).toBe(400);
    expect((await bodyOf(response)).error).toContain(words);
  });

  test('a value that may be missing may be null', async () => {
    const at = INPUTS.findIndex(({ nullable }) => nullable);
    const data = FEATURES.map((value, i) => (i === at ? null : value));
    expect((await infer({ inputs: [{ ...TENSOR, data }] })).status).toBe(200);
  });

  test.each(['99999999999', '-1', 'abc', '', '100000'])('a header length of "%s" is 400', async (length) => {
    const response = await inferBytes({ inputs: [{ ...TENSOR, data: FEATURES }] }, Buffer.alloc(0), length);
    expect(response.status).toBe(400);
    expect((await bodyOf(response)).error).toBeTypeOf('string');
  });

  test.each([
    ['past the end', { binary_data_size: 225 }],
    ['shorter than the shape', { binary_data_size: 216 }],
    ['negative', { binary_data_size: -8 }],
    ['no number', { binary_data_size: '224' }],
    ['left out', {}],
  ])('a binary_data_size %s is 400', async (_, parameters) => {
    expect((await inferBytes({ inputs: [{ ...TENSOR, parameters }] }, doubles(FEATURES))).status).toBe(400);
  });

  test('a packed body is 415: the length would be of what is unpacked', async () => {
    const response = await rig.post('/v2/models/accidents/infer', '{}', { ...auth, 'Content-Encoding': 'gzip' });
    expect(response.status).toBe(415);
  });
});

test('a text whose length points past its bytes, or that is no UTF-8, is refused', () => {
  const head = { name: 'text', shape: [1], datatype: 'BYTES' } as const;
  expect(tensorFromBytes(head, Buffer.from([9, 0, 0, 0, 65])).ok).toBe(false);
  expect(tensorFromBytes(head, Buffer.from([255, 255, 255, 255])).ok).toBe(false);
  expect(tensorFromBytes(head, Buffer.from([1, 0])).ok).toBe(false);
  expect(tensorFromBytes(head, Buffer.from([1, 0, 0, 0, 255])).ok).toBe(false);
});

test('texts come back from bytes as they went', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (values) => {
      const bytes = tensorToBytes({ name: 'text', datatype: 'BYTES', values });
      const head = { name: 'text', shape: [values.length], datatype: 'BYTES' } as const;
      expect(tensorFromBytes(head, bytes)).toEqual({
        ok: true,
        value: { name: 'text', shape: [values.length], values },
      });
    }),
  );
});

describe('the repository', () => {
  test('lists versions, also when nothing is sent', async () => {
    const response = await rig.post('/v2/repository/index', '', auth);
    expect(await bodyOf(response)).toEqual([
      { name: 'accidents', version: '3', state: 'READY', reason: '' },
      { name: 'sentiment', version: '2', state: 'READY', reason: '' },
    ]);
  });

  test('takes a model out of service and back, which the audit says; never from a file', async () => {
    const admin = bearer(await rig.tokenOf('admin'));
    const act = (name: string, body = '{}') => rig.post(`/v2/repository/models/accidents/${name}`, body, admin);
    expect(await bodyOf(await act('unload', '{"parameters":{"unload_dependents":false}}'))).toMatchObject({
      load: false,
    });
    expect((await get('/v2/models/accidents/ready')).status).toBe(503);
    expect((await infer({ inputs: [{ ...TENSOR, data: FEATURES }] })).status).toBe(503);
    expect(await bodyOf(await act('load', ''))).toEqual({ name: 'accidents', load: true });
    expect((await get('/v2/models/accidents/ready')).status).toBe(200);
    for (const parameters of [{ config: '{}' }, { 'file:1/model.json': 'e30=' }])
      expect((await act('load', JSON.stringify({ parameters }))).status).toBe(400);
    const actions = (await rig.store.listAudit(0)).map(({ action }) => action);
    expect(actions.slice(-2)).toEqual(['model.unload', 'model.load']);
  });

  test('counts what was asked over /v2', async () => {
    const { model_stats: stats } = await bodyOf(await get('/v2/models/accidents/stats', auth));
    expect(stats[0]).toMatchObject({ name: 'accidents', version: '3' });
    expect(stats[0].inference_count).toBeGreaterThan(0);
    expect(stats[0].inference_stats.fail.count).toBeGreaterThan(0);
  });
});
