/** Several models served at once: which one answers, in single questions and in batches. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  bearer,
  bodyOf,
  createRig,
  FEATURES,
  INPUTS,
  JSON_TYPE,
  model,
  modelsWith,
  textModel,
  type Rig,
} from './support/rig.ts';

const older = { ...model, version: '1' };
const table = {
  name: 'accidents',
  current: () => model,
  versions: { find: async (selector: string) => (selector === '1' ? older : undefined) },
};
const text = { name: 'sentiment', current: () => textModel };

let rig: Rig;
let headers: Record<string, string>;
beforeAll(async () => {
  rig = await createRig({ models: modelsWith(table, text) });
  headers = { ...bearer(await rig.tokenOf('alice')), ...JSON_TYPE };
});
afterAll(() => rig.close());

const ask = (path: string, body: unknown) => rig.post(path, JSON.stringify(body), headers);
const get = (path: string) => rig.app.request(path, { headers: { Host: 'localhost', ...headers } });

describe('a text', () => {
  test.each(['/api/v1/predict', '/predict'])('at %s is answered by the model of texts', async (path) => {
    const response = await ask(path, { text: 'a great film' });
    expect(response.status).toBe(200);
    expect(await bodyOf(response)).toEqual({
      text: 'a great film',
      prediction: 'positive',
      confidence: 0.9,
      timestamp: expect.stringMatching(/Z$/),
      model_version: '2',
      model: 'sentiment',
      id: expect.any(String),
    });
  });

  test.each(['/api/v1/predict', '/predict'])('at %s says on request what each word adds', async (path) => {
    const explained = await bodyOf(await ask(`${path}?explain=true`, { text: 'a great film' }));
    expect(explained).toMatchObject({ prediction: 'positive', base: -0.5, contributions: { great: 2.5 } });
    const { results } = await bodyOf(await ask(`${path}/batch?explain=true`, { texts: ['great', 'dull'] }));
    expect(results).toMatchObject([
      { base: -0.5, contributions: { great: 2.5 } },
      { base: -0.5, contributions: {} },
    ]);
  });

  test('that is found negative has the confidence of that', async () => {
    expect(await bodyOf(await ask('/api/v1/predict', { text: 'dull' }))).toMatchObject({
      prediction: 'negative',
      confidence: 0.8,
    });
  });

  test.each([
    ['an empty one', { text: '' }, 'string_too_short', ['body', 'text']],
    ['one of 5001 characters', { text: 'x'.repeat(5001) }, 'string_too_long', ['body', 'text']],
    ['one of 5001 characters of two units', { text: '𝄞'.repeat(5001) }, 'string_too_long', ['body', 'text']],
    ['half a character', { text: '\ud83d' }, 'string_unicode', ['body', 'text']],
    ['a number', { text: 5 }, 'string_type', ['body', 'text']],
    ['null', { text: null }, 'string_type', ['body', 'text']],
    ['one with an extra key', { text: 'x', more: 1 }, 'extra_forbidden', ['body', 'more']],
  ])('%s is 422', async (_, body, type, loc) => {
    const response = await ask('/api/v1/predict', body);
    expect(response.status).toBe(422);
    expect((await bodyOf(response)).detail).toMatchObject([{ type, loc }]);
  });

  test('of 5000 characters is answered, however they are written', async () => {
    expect((await ask('/api/v1/predict', { text: '𝄞'.repeat(5000) })).status).toBe(200);
  });
});

describe('the model', () => {
  test('that answers rows is found by the body, on either path', async () => {
    expect((await bodyOf(await ask('/api/v1/predict', { features: FEATURES }))).model).toBe('accidents');
  });
  test('that the query names is asked, and says what it wants', async () => {
    const { detail } = await bodyOf(await ask('/predict?model=accidents', { text: 'great' }));
    expect(detail).toMatchObject([{ type: 'extra_forbidden', loc: ['body', 'text'] }]);
    const swapped = await bodyOf(await ask('/predict?model=sentiment', { features: FEATURES }));
    expect(swapped.detail[0]).toMatchObject({ type: 'missing', loc: ['body', 'text'] });
  });
  test('that nobody knows is 404', async () => {
    const response = await ask('/predict?model=other', { features: FEATURES });
    expect(response.status).toBe(404);
    expect((await bodyOf(response)).code).toBe('model_not_found');
  });
  test('answers with an earlier version that the query names', async () => {
    expect((await bodyOf(await ask('/predict?model_version=1', { features: FEATURES }))).model_version).toBe('1');
    const unknown = await ask('/predict?model_version=7', { features: FEATURES });
    expect(unknown.status).toBe(404);
    expect((await bodyOf(unknown)).code).toBe('version_not_found');
  });
  test('that is not there yet is 503, also when the other one is', async () => {
    const half = await createRig({ models: modelsWith(table, { ...text, current: () => undefined }) });
    const auth = { ...bearer(await half.tokenOf('alice')), ...JSON_TYPE };
    expect((await half.post('/predict', JSON.stringify({ text: 'great' }), auth)).status).toBe(503);
    expect((await half.post('/predict', JSON.stringify({ features: FEATURES }), auth)).status).toBe(200);
    expect((await half.app.request('/health/ready')).status).toBe(200);
    expect(await bodyOf(await half.app.request('/health'))).toMatchObject({ status: 'degraded', model_loaded: true });
    await half.close();
  });
});

describe('a batch', () => {
  const record = Object.fromEntries(INPUTS.map(({ name }, i) => [name, FEATURES[i]]));

  test.each(['/predict/batch', '/api/v1/predict/batch', '/api/v1/batch'])('of texts at %s', async (path) => {
    const body = await bodyOf(await ask(path, { texts: ['great', 'dull', 'great'] }));
    expect(body.results.map((result: { prediction: string }) => result.prediction)).toEqual([
      'positive',
      'negative',
      'positive',
    ]);
    expect(body.total_count).toBe(3);
    expect(body.processing_time_ms).toBeGreaterThanOrEqual(0);
  });

  test('of rows and of records answers as each would alone, with an id and a place in the history each', async () => {
    const alone = await bodyOf(await ask('/predict', { features: FEATURES }));
    const rows = await bodyOf(await ask('/predict/batch', { features: [FEATURES, FEATURES.with(25, 24)] }));
    const records = await bodyOf(await ask('/predict/batch', { records: [record] }));
    expect(rows.results[0]).toMatchObject({ probability: alone.probability, model: 'accidents', model_version: '3' });
    expect(records.results[0].probability).toBe(alone.probability);
    expect(rows.results[1].warnings).toMatchObject([{ loc: ['body', 'features', 1, 25] }]);
    expect(rows.results[0].id).not.toBe(rows.results[1].id);
    const kept = await bodyOf(await get(`/api/v1/predictions/${rows.results[1].id}`));
    expect(kept).toMatchObject({ input: { features: FEATURES.with(25, 24) }, model: 'accidents' });
  });

  test.each([
    ['nothing', {}, 'missing', ['body', 'features']],
    ['an empty list', { features: [] }, 'too_short', ['body', 'features']],
    ['101 rows', { features: Array(101).fill(FEATURES) }, 'too_long', ['body', 'features']],
    ['no list', { records: {} }, 'list_type', ['body', 'records']],
    ['two lists', { features: [FEATURES], records: [record] }, 'value_error', ['body']],
    ['one bad row', { features: [FEATURES, FEATURES.slice(1)] }, 'too_short', ['body', 'features', 1]],
    ['one bad value', { records: [{ ...record, hour: '7' }] }, 'float_type', ['body', 'records', 0, 'hour']],
    ['one bad text', { texts: ['great', ''] }, 'string_too_short', ['body', 'texts', 1]],
    ['rows and texts', { features: [FEATURES], texts: ['great'] }, 'extra_forbidden', ['body', 'features']],
  ])('of %s is 422 as a whole', async (_, body, type, loc) => {
    const response = await ask('/predict/batch', body);
    expect(response.status).toBe(422);
    expect((await bodyOf(response)).detail).toMatchObject([{ type, loc }]);
  });

  test('that the history cannot take is refused as a whole', async () => {
    const none = { append: () => true, appendAll: () => false, flush: async () => undefined };
    const full = await createRig({ models: modelsWith(table, text), history: none });
    const auth = { ...bearer(await full.tokenOf('alice')), ...JSON_TYPE };
    const response = await full.post('/predict/batch', JSON.stringify({ texts: ['great'] }), auth);
    expect(response.status).toBe(503);
    expect((await bodyOf(response)).code).toBe('history_full');
    await full.close();
  });
});

describe('what is known of the models', () => {
  test('how much each was asked, from a counter that outlives the rows', async () => {
    const asked = async () => (await bodyOf(await get('/api/v1/model/stats?model=sentiment'))).total_predictions;
    const before = await asked();
    await ask('/predict', { text: 'great' });
    await ask('/predict/batch', { texts: ['great', 'dull'] });
    expect(await asked()).toBe(before + 3);
    await rig.store.dropPredictions({ before: 'g', limit: 1_000_000 });
    expect(await bodyOf(await get('/api/v1/model/stats?model=sentiment'))).toEqual({
      model_loaded: true,
      total_predictions: before + 3,
      model_name: 'sentiment',
      model_version: '2',
      framework: 'tests',
    });
  });

  test('stats are 200 without a model in production', async () => {
    const empty = await createRig({ models: modelsWith({}) });
    const auth = { Host: 'localhost', ...bearer(await empty.tokenOf('alice')) };
    const stats = await empty.app.request('/api/v1/model/stats', { headers: auth });
    expect(await bodyOf(stats)).toMatchObject({ model_loaded: false, total_predictions: 0, model_version: null });
    expect((await empty.app.request('/api/v1/model/metrics', { headers: auth })).status).toBe(503);
    await empty.close();
  });

  test('the figures of the card, null where it has none', async () => {
    const metrics = await bodyOf(await get('/api/v1/model/metrics'));
    expect(metrics).toMatchObject({ roc_auc: null, threshold: 0.5, model: 'accidents', model_version: '3' });
    expect(metrics.live).toEqual({ n: 0, accuracy: null });
  });

  test('the list, and one of them with all its versions', async () => {
    const { items, next_cursor } = await bodyOf(await get('/api/v1/models'));
    expect(next_cursor).toBeNull();
    expect(items).toMatchObject([
      { name: 'accidents', kind: 'table', version: '3', loaded: true, degraded: false },
      { name: 'sentiment', kind: 'text', version: '2', inputs: null },
    ]);
    expect(await bodyOf(await get('/api/v1/models/accidents'))).toMatchObject({ production: null, versions: [] });
    expect((await get('/api/v1/models/other')).status).toBe(404);
  });
});
