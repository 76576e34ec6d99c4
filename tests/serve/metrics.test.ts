import { describe, expect, onTestFinished, test } from 'vitest';
import type { AppDeps } from '../../src/serve/app.ts';
import { bearer, bodyOf, createRig, FEATURES, JSON_TYPE, model, modelsWith, type Rig } from './support/rig.ts';

async function rigWith(change: Partial<AppDeps> = {}): Promise<Rig> {
  const rig = await createRig(change);
  onTestFinished(() => rig.close());
  return rig;
}

const get = async (rig: Rig, path: string, token?: string): Promise<Response> =>
  rig.app.request(path, { headers: { Host: 'localhost', ...(token === undefined ? {} : bearer(token)) } });

async function metricsOf(rig: Rig): Promise<string> {
  const response = await get(rig, '/metrics', await rig.tokenOf('admin'));
  expect(response.status).toBe(200);
  return response.text();
}

const predict = async (rig: Rig, query = '') =>
  rig.post(`/predict${query}`, JSON.stringify({ features: FEATURES }), {
    ...JSON_TYPE,
    ...bearer(await rig.tokenOf('alice')),
  });

describe('/metrics', () => {
  test('is for an API key of its scope, and for admins', async () => {
    const rig = await rigWith();
    const keyOf = async (scope: string) => {
      const body = JSON.stringify({ name: scope, scopes: [scope] });
      const made = await rig.post('/api-keys', body, { ...JSON_TYPE, ...bearer(await rig.tokenOf('admin')) });
      return (await bodyOf(made)).key;
    };
    const answer = await get(rig, '/metrics', await keyOf('metrics'));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/plain/)]);
    expect((await get(rig, '/metrics')).status).toBe(401);
    expect((await get(rig, '/metrics', await keyOf('predict'))).status).toBe(403);
    expect((await get(rig, '/metrics', await rig.tokenOf('alice'))).status).toBe(403);
  });

  test('counts requests by route and status, with their time by model and version, and predictions by class', async () => {
    const rig = await rigWith();
    await predict(rig);
    await predict(rig);
    await rig.post('/predict', '{}', JSON_TYPE);
    const text = await metricsOf(rig);
    expect(text).toContain('pipe_http_requests_total{method="post",route="/predict",status="200"} 2');
    expect(text).toContain('pipe_http_requests_total{method="post",route="/predict",status="401"} 1');
    expect(text).toContain('pipe_predictions_total{model="accidents",model_version="3",class="1"} 2');
    expect(text).toContain(
      'pipe_http_request_duration_seconds_count{route="/predict",model="accidents",model_version="3"} 2',
    );
  });

  test('has one series for all paths that no route knows', async () => {
    const rig = await rigWith();
    for (const path of ['/a', '/b', '/etc/passwd', '/predict/', '/retrain/x/y']) await get(rig, path);
    await rig.app.request('/predict', { method: 'BREW', headers: { Host: 'localhost' } });
    const text = await metricsOf(rig);
    expect(text).toContain('pipe_http_requests_total{method="other",route="unknown",status="404"} 5');
    expect(text).toContain('pipe_http_requests_total{method="other",route="unknown",status="405"} 1');
    expect(text).not.toMatch(/passwd|BREW/);
  });

  test('has one series for what varies in a path', async () => {
    const rig = await rigWith();
    const token = await rig.tokenOf('admin');
    for (const name of ['x', 'y', 'z']) await get(rig, `/users/${name}`, token);
    expect(await metricsOf(rig)).toContain(
      'pipe_http_requests_total{method="get",route="/users/:username",status="404"} 3',
    );
  });

  test('has a series of its own for 20 versions of a model, whatever callers ask for', async () => {
    const rig = await rigWith({
      models: modelsWith({
        current: () => model,
        versions: { find: async (version: string) => ({ ...model, version }) },
      }),
    });
    for (let version = 1; version <= 30; version++) await predict(rig, `?model_version=${version}`);
    const text = await metricsOf(rig);
    expect(text.match(/^pipe_predictions_total\{/gm)).toHaveLength(21);
    expect(text).toContain('pipe_predictions_total{model="accidents",model_version="other",class="1"} 10');
  });

  test('is answered however busy the daemon is', async () => {
    const rig = await rigWith({
      load: {
        hasRoom: () => false,
        enter: () => undefined,
        leave: () => undefined,
        inFlight: () => 600,
        stop: () => undefined,
      },
    });
    expect((await predict(rig)).status).toBe(503);
    expect(await metricsOf(rig)).toContain('status="503"');
  });
});
