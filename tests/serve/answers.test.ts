/** What is true of every answer, and of questions that are the same on many routes. */
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
let auth: Record<string, string>;
beforeAll(async () => {
  const versions = { find: async () => undefined };
  rig = await createRig({
    models: modelsWith({ current: () => model, versions }, { name: 'sentiment', current: () => textModel }),
  });
  auth = { ...bearer(await rig.tokenOf('admin')), Host: 'localhost' };
});
afterAll(() => rig.close());

interface Operation {
  readonly responses: Record<string, unknown>;
}

/** Each route with a body that it cannot want, once with and once without a token. */
test('every answer says what it is, is kept nowhere and stands in the document', async () => {
  const document = await bodyOf(await rig.app.request('/openapi.json', { headers: { Host: 'localhost' } }));
  const operations = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  expect(operations.length).toBeGreaterThan(30);
  for (const { path, method, operation } of operations) {
    for (const headers of [{ Host: 'localhost' }, { ...auth, ...JSON_TYPE }]) {
      const url = path.replaceAll(/\{\w+\}/g, 'x');
      if (url === '/auth/logout') continue;
      const body = method === 'post' || method === 'patch' ? '[]' : undefined;
      const response = await rig.app.request(url, { method: method.toUpperCase(), headers, ...(body && { body }) });
      const seen = {
        where: `${method} ${path}`,
        isDescribed: Object.hasOwn(operation.responses, response.status),
        sniff: response.headers.get('x-content-type-options'),
        cache: response.headers.get('cache-control'),
        ...(response.status < 400 ? {} : { type: response.headers.get('content-type'), ...(await bodyOf(response)) }),
      };
      expect(seen).toMatchObject({
        where: `${method} ${path}`,
        isDescribed: true,
        sniff: 'nosniff',
        cache: expect.stringMatching(/no-store|no-cache/),
        ...(response.status < 400
          ? {}
          : {
              type: 'application/json',
              code: expect.any(String),
              detail: expect.anything(),
              request_id: expect.any(String),
            }),
      });
    }
  }
});

describe('?model_version=', () => {
  const ask = (query: string) =>
    rig.post(`/predict?${query}`, JSON.stringify({ features: FEATURES }), { ...auth, ...JSON_TYPE });

  test.each(['7', '1-0123456789ab', 'previous', 'latest', '9.9.9'])('%s that nobody has is 404', async (version) => {
    const response = await ask(`model_version=${version}`);
    expect(response.status).toBe(404);
    expect((await bodyOf(response)).code).toBe('version_not_found');
  });

  test.each([
    'model_version=..%2Fx',
    'model_version=1.0.0%00',
    'model_version=',
    'model_version=%2Fetc%2Fpasswd',
    `model_version=${'1'.repeat(65)}`,
    'model_version=1&model_version=2',
    'model=accidents&model=accidents',
    'explain=true&explain=false',
  ])('%s is 422', async (query) => {
    const response = await ask(query);
    expect(response.status).toBe(422);
    expect((await bodyOf(response)).detail[0].loc[0]).toBe('query');
  });

  test('twice is 422 where lists are asked too', async () => {
    const response = await rig.app.request('/api/v1/predictions/history?limit=1&limit=2', { headers: auth });
    expect(response.status).toBe(422);
  });
});

describe('a text', () => {
  const ask = (body: unknown, path = '/api/v1/predict') =>
    rig.post(path, JSON.stringify(body), { ...auth, ...JSON_TYPE });

  test('with a NUL in it is a text', async () => {
    expect(await bodyOf(await ask({ text: 'a\0great' }))).toMatchObject({ text: 'a\0great', prediction: 'positive' });
  });
  test('may come a hundred at a time, and not a hundred and one', async () => {
    expect((await ask({ texts: Array(100).fill('great') }, '/api/v1/batch')).status).toBe(200);
    expect((await ask({ texts: Array(101).fill('great') }, '/api/v1/batch')).status).toBe(422);
  });
  test('that is bad among good ones counts none of them', async () => {
    await rig.history.flush(10_000);
    const before = rig.countAnswered('sentiment');
    const response = await ask({ texts: ['great', ''] }, '/api/v1/batch');
    expect((await bodyOf(response)).detail[0].loc).toEqual(['body', 'texts', 1]);
    await rig.history.flush(10_000);
    expect(rig.countAnswered('sentiment')).toBe(before);
  });
});

test('28 numbers as large as numbers get are answered with a finite probability, or refused', async () => {
  const response = await rig.predict(JSON.stringify({ features: Array(28).fill(1e308) }), auth);
  expect([200, 422]).toContain(response.status);
  const text = await response.text();
  expect(text).not.toMatch(/NaN|null|Infinity/);
});
