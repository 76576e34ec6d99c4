import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearer, bodyOf, createRig, FEATURES, JSON_TYPE, model, modelsWith, type Rig } from './support/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

const get = (path: string, headers = {}, init: RequestInit = {}) =>
  rig.app.request(path, { headers: { Host: 'localhost', ...headers }, ...init });

describe('what no route answers', () => {
  test.each(['/nope', '/predict/', '/users/', '/health/', '/retrain/a/b', '/docs/other.js'])(
    '%s is 404 as JSON',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(await bodyOf(response)).toMatchObject({ detail: 'Not Found', code: 'not_found' });
    },
  );

  test.each([
    ['PUT', '/predict', 'POST'],
    ['GET', '/predict', 'POST'],
    ['HEAD', '/predict', 'POST'],
    ['GET', '/token', 'POST'],
    ['OPTIONS', '/predict', 'POST'],
    ['PATCH', '/retrain', 'GET, HEAD, POST'],
    ['POST', '/retrain/some-id', 'DELETE, GET, HEAD'],
    ['DELETE', '/health', 'GET, HEAD'],
  ])('%s %s is 405 and says what is allowed', async (method, path, allow) => {
    const response = await get(path, {}, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
  });

  test.each(['/', '/health', '/health/live', '/openapi.json', '/docs'])('HEAD %s works as GET does', async (path) => {
    const response = await get(path, {}, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });
});

describe('the order of checks', () => {
  const bad = { method: 'POST', body: '{' };
  test('an unknown path comes before everything but the Host', async () => {
    expect((await get('/nope', { Host: 'evil.example' })).status).toBe(400);
    expect((await get('/nope', {}, bad)).status).toBe(404);
  });
  test('who you are comes before what you sent', async () => {
    expect((await rig.post('/predict', '{', {})).status).toBe(401);
    expect((await rig.post('/retrain', '{', bearer(await rig.tokenOf('alice')))).status).toBe(403);
  });
  test('size comes before who you are', async () => {
    expect((await rig.post('/predict', 'x', { 'Content-Length': '2000000' })).status).toBe(413);
  });
  test('the media type comes before the body', async () => {
    const headers = { ...bearer(await rig.tokenOf('alice')), 'Content-Type': 'text/plain' };
    expect((await rig.post('/predict', '{', headers)).status).toBe(415);
  });
});

describe('every route', () => {
  const routes = [
    ['GET', '/users/me', 'user'],
    ['POST', '/users/me/password', 'user'],
    ['POST', '/auth/logout', 'user'],
    ['GET', '/users', 'admin'],
    ['GET', '/users/x', 'admin'],
    ['PATCH', '/users/x', 'admin'],
    ['DELETE', '/users/x', 'admin'],
    ['POST', '/api-keys', 'user'],
    ['GET', '/api-keys', 'user'],
    ['DELETE', '/api-keys/x', 'user'],
    ['POST', '/predict', 'user'],
    ['POST', '/api/v1/predict', 'user'],
    ['POST', '/predict/batch', 'user'],
    ['POST', '/api/v1/predict/batch', 'user'],
    ['POST', '/api/v1/batch', 'user'],
    ['POST', '/api/v1/predict/jobs', 'user'],
    ['GET', '/api/v1/predict/jobs', 'user'],
    ['GET', '/api/v1/predict/jobs/x', 'user'],
    ['GET', '/api/v1/predict/jobs/x/result', 'user'],
    ['DELETE', '/api/v1/predict/jobs/x', 'user'],
    ['GET', '/api/v1/model/stats', 'user'],
    ['GET', '/api/v1/model/metrics', 'user'],
    ['GET', '/api/v1/models', 'user'],
    ['GET', '/api/v1/models/x', 'user'],
    ['POST', '/api/v1/model/promote', 'admin'],
    ['POST', '/api/v1/model/rollback', 'admin'],
    ['POST', '/api/v1/model/pin', 'admin'],
    ['POST', '/api/v1/model/unpin', 'admin'],
    ['GET', '/api/v1/predictions/history', 'user'],
    ['GET', '/api/v1/predictions/export', 'user'],
    ['GET', '/api/v1/predictions/x', 'user'],
    ['POST', '/api/v1/predictions/x/feedback', 'user'],
    ['POST', '/retrain', 'admin'],
    ['GET', '/retrain', 'admin'],
    ['GET', '/retrain/x', 'admin'],
    ['GET', '/retrain/x/logs', 'admin'],
    ['DELETE', '/retrain/x', 'admin'],
    ['GET', '/metrics', 'admin'],
    ['GET', '/v2/models/stats', 'user'],
    ['GET', '/v2/models/x/stats', 'user'],
    ['GET', '/v2/models/x/versions/x/stats', 'user'],
    ['POST', '/v2/models/x/infer', 'user'],
    ['POST', '/v2/models/x/versions/x/infer', 'user'],
    ['POST', '/v2/repository/index', 'user'],
    ['POST', '/v2/repository/models/x/load', 'admin'],
    ['POST', '/v2/repository/models/x/unload', 'admin'],
  ] as const;

  test.each(routes)('%s %s asks for a token', async (method, path) => {
    expect((await get(path, {}, { method })).status).toBe(401);
  });

  test.each(routes.filter(([, , role]) => role === 'admin'))('%s %s is not for users', async (method, path) => {
    const headers = { Host: 'localhost', ...bearer(await rig.tokenOf('alice')) };
    expect((await rig.app.request(path, { method, headers })).status).toBe(403);
  });

  test('the API document holds the same routes and roles', async () => {
    const document = await bodyOf(await get('/openapi.json'));
    const pattern = (path: string) => path.replaceAll(/\{\w+\}/g, 'x');
    const guarded = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item as Record<string, { security: unknown[] }>)
        .filter(([, operation]) => operation.security.length > 0)
        .map(([method]) => `${method.toUpperCase()} ${pattern(path)}`),
    );
    expect(guarded.sort()).toEqual(routes.map(([method, path]) => `${method} ${path}`).sort());
    expect(Object.keys(document.paths)).toContain('/auth/token');
  });
});

describe('Host', () => {
  test.each(['localhost', 'localhost:8000', '127.0.0.1:8000', '[::1]:8000', 'LOCALHOST'])(
    '%s is served',
    async (host) => {
      expect((await get('/', { Host: host })).status).toBe(200);
    },
  );
  test.each(['evil.example', 'localhost.evil.example', '', 'localhost, localhost', '127.0.0.1@evil'])(
    '"%s" is refused, except for health',
    async (host) => {
      const response = await get('/', { Host: host });
      expect(response.status).toBe(400);
      expect((await bodyOf(response)).code).toBe('host_refused');
      expect((await get('/health', { Host: host })).status).toBe(200);
    },
  );
});

describe('what is open', () => {
  test('/ says what this is', async () => {
    expect(await bodyOf(await get('/'))).toMatchObject({ status: 'API is working', version: '0.1.0', docs: '/docs' });
  });

  test('/health, live and ready with a model', async () => {
    expect(await bodyOf(await get('/health'))).toEqual({
      status: 'healthy',
      model_loaded: true,
      version: '0.1.0',
      model_version: '3',
    });
    expect(await bodyOf(await get('/health/live'))).toEqual({ live: true });
    expect(await bodyOf(await get('/health/ready'))).toEqual({ ready: true });
  });

  test.each([
    ['no model', { models: modelsWith({}) }, 'no_model', 'no_model'],
    [
      'a refused model',
      { models: modelsWith({ current: () => model, problem: () => 'broken' }) },
      'model_refused',
      undefined,
    ],
    ['a lost database', { isStoreLost: () => true }, 'store_lost', 'store_lost'],
    ['stopping', { isStopping: () => true }, undefined, 'stopping'],
  ])('%s shows in health and readiness', async (_, change, degraded, unready) => {
    const other = await createRig(change);
    const health = await other.app.request('/health');
    expect(health.status).toBe(200);
    expect((await bodyOf(health)).reason).toBe(degraded);
    const ready = await other.app.request('/health/ready');
    expect(ready.status).toBe(unready === undefined ? 200 : 503);
    expect((await bodyOf(ready)).reason).toBe(unready);
    await other.close();
  });

  test('/docs is a page of our own files under a policy without inline scripts', async () => {
    const page = await get('/docs');
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self';/);
    const html = await page.text();
    const named = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    const files = named.filter((path) => path !== 'data:,'); // an empty icon, so that browsers ask for none
    expect(files).toHaveLength(3);
    for (const path of files) {
      expect(path).toMatch(/^\/docs\//);
      const file = await get(path);
      expect(file.status).toBe(200);
      expect((await file.text()).length).toBeGreaterThan(100);
    }
  });

  test('the API document offers Authorize and the inputs of the live model', async () => {
    const document = await bodyOf(await get('/openapi.json'));
    expect(document.openapi).toBe('3.1.0');
    expect(document.components.securitySchemes.password.flows.password.tokenUrl).toBe('/auth/token');
    const body = JSON.stringify(document.paths['/predict'].post.requestBody);
    expect(body).toContain('nb_vehicules');
    expect(body).toContain('"maxItems":28');
  });

  test('docs: off hides the pages, docs: user asks for a token', async () => {
    const hidden = await createRig({ docs: 'off' });
    const guarded = await createRig({ docs: 'user' });
    expect((await hidden.app.request('/docs', { headers: { Host: 'localhost' } })).status).toBe(404);
    const headers = { Host: 'localhost', ...bearer(await guarded.tokenOf('alice')) };
    expect((await guarded.app.request('/openapi.json', { headers: { Host: 'localhost' } })).status).toBe(401);
    expect((await guarded.app.request('/openapi.json', { headers })).status).toBe(200);
    await Promise.all([hidden.close(), guarded.close()]);
  });
});

describe('when something goes wrong inside', () => {
  test('the answer is 500 with an id, and the stack is only in the log', async () => {
    const broken = await createRig({
      models: modelsWith({
        current() {
          throw new Error('a secret path');
        },
      }),
    });
    const headers = bearer(await broken.tokenOf('alice'));
    const response = await broken.predict(JSON.stringify({ features: FEATURES }), headers);
    expect(response.status).toBe(500);
    const body = await bodyOf(response);
    expect(body).toEqual({ detail: 'Internal Server Error', code: 'internal_error', request_id: expect.any(String) });
    expect(broken.logged.join()).toContain(body.request_id);
    expect(broken.logged.join()).toContain('a secret path');
    await broken.close();
  });

  test('the id is the one of the trace that the caller began', async () => {
    const id = '4bf92f3577b34da6a3ce929d0e0e4736';
    const response = await get('/nope', { traceparent: `00-${id}-00f067aa0ba902b7-01` });
    expect((await bodyOf(response)).request_id).toBe(id);
  });

  test('an overloaded daemon sheds requests but answers health', async () => {
    const busy = await createRig({
      load: { hasRoom: () => false, enter() {}, leave() {}, inFlight: () => 512, stop() {} },
    });
    const response = await busy.predict('{}', JSON_TYPE);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect((await busy.app.request('/health/ready')).status).toBe(200);
    await busy.close();
  });

  test('the demo answers nothing that came through a proxy', async () => {
    const demo = await createRig({ refusesForwarded: true });
    const headers = { Host: 'localhost', 'X-Forwarded-For': '203.0.113.1' };
    expect((await demo.app.request('/', { headers })).status).toBe(400);
    await demo.close();
  });
});

test('a retrain that never was is 404 for an admin', async () => {
  const headers = { Host: 'localhost', ...bearer(await rig.tokenOf('admin')) };
  for (const path of ['/retrain/x', '/retrain/x/logs', '/retrain/..%2f..%2fetc'])
    expect((await rig.app.request(path, { headers })).status).toBe(404);
});
