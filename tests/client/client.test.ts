/** The client against the app, with a clock that is moved, and against a server that is busy. */
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import { ApiError, createClient, type ClientOptions, type Tokens } from '../../src/client/index.ts';
import type * as Types from '../../src/client/types.ts';
import type { feedbackSchema, historySchema } from '../../src/serve/history-schemas.ts';
import type { modelMetricsSchema, modelStatsSchema } from '../../src/serve/model-schemas.ts';
import type { batchAnswerSchema, predictionAnswerSchema } from '../../src/serve/predict-schemas.ts';
import type { healthSchema, retrainAcceptedSchema, tokenSchema, userSchema } from '../../src/serve/schemas.ts';
import { createRig, FEATURES, model, modelsWith, textModel, type Rig } from '../serve/support/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await createRig({
    models: modelsWith({ current: () => model }, { name: 'sentiment', current: () => textModel }),
  });
});
afterAll(() => rig.close());

const SERVER = 'http://localhost:8000';
const ALICE = { username: 'alice', password: 'alice of the tests' };
const asked: string[] = [];
const client = (change: Partial<ClientOptions> = {}) =>
  createClient({
    url: `${SERVER}/`,
    credentials: ALICE,
    fetch: async (input, init) => {
      asked.push(input.slice(SERVER.length));
      return rig.app.request(input, { ...init, headers: { ...Object(init?.headers), Host: 'localhost' } });
    },
    ...change,
  });

describe('a client with a password', () => {
  test('signs in when it is first needed, and asks', async () => {
    const answer = await client().predict({ features: FEATURES });
    expect(answer).toMatchObject({ prediction: 1, model: 'accidents', model_version: '3' });
    expectTypeOf(answer.probability).toBeNumber();
    const text = await client().predict({ text: 'great' }, { model: 'sentiment' });
    expectTypeOf(text.prediction).toEqualTypeOf<'negative' | 'positive'>();
    expect(text.prediction).toBe('positive');
    const explained = await client().predict({ features: FEATURES }, { explain: true });
    expect(Object.keys(explained.contributions ?? {})).toHaveLength(28);
  });

  test('many questions at once sign in once', async () => {
    asked.length = 0;
    const one = client();
    await Promise.all(Array.from({ length: 5 }, () => one.predict({ features: FEATURES })));
    expect(asked.filter((path) => path === '/auth/token')).toHaveLength(1);
  });

  test('asks for everything else', async () => {
    const one = client();
    const batch = await one.predictBatch({ texts: ['great', 'dull'] });
    expect(batch.results.map(({ prediction }) => prediction)).toEqual(['positive', 'negative']);
    const { items } = await one.history({ limit: 1, model: 'sentiment' });
    expect(items).toHaveLength(1);
    expect(await one.feedback(items[0]?.id ?? '', 'positive')).toMatchObject({ outcome: 'positive' });
    const ids: string[] = [];
    for await (const { id } of one.allHistory({ limit: 2 })) ids.push(id);
    expect(ids.length).toBeGreaterThan(2);
    expect(new Set(ids).size).toBe(ids.length);
    expect((await one.stats('sentiment')).total_predictions).toBeGreaterThan(0);
    expect((await one.metrics()).model).toBe('accidents');
    expect((await one.me()).username).toBe('alice');
    expect((await one.health()).status).toBe('healthy');
    expect(await one.request('GET', '/api/v1/models')).toMatchObject({ items: [{}, {}] });
    await one.logout();
  });

  test('is told what the server says no to', async () => {
    const refused = await client()
      .predict({ features: FEATURES.slice(1) })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ status: 422, code: 'invalid_request', detail: [{ loc: ['body', 'features'] }] });
    expect(String(refused)).toContain('body.features');
    await expect(client().retrain()).rejects.toMatchObject({ status: 403, code: 'insufficient_scope' });
    await expect(client({ credentials: { ...ALICE, password: 'no' } }).me()).rejects.toMatchObject({ status: 401 });
  });
});

describe('tokens', () => {
  test('are renewed with the refresh token before they end, and after they were refused', async () => {
    const pairs: Tokens[] = [];
    const one = client({ onTokens: (pair) => void pairs.push(pair) });
    await one.me();
    rig.advance(1_800_000); // for the server; our own clock has not moved
    asked.length = 0;
    expect((await one.me()).username).toBe('alice');
    expect(asked).toEqual(['/users/me', '/auth/token', '/users/me']);
    expect(pairs).toHaveLength(2);
    const again = client({ credentials: { refreshToken: pairs[1]?.refresh_token ?? '' } });
    expect((await again.me()).username).toBe('alice');
  });

  test('that can be renewed no more need the password, or are the answer', async () => {
    const one = client();
    await one.me();
    await rig.store.changeUser({ username: 'alice', change: { disabled: true } });
    await rig.store.changeUser({ username: 'alice', change: { disabled: false } }); // ends all sessions
    expect((await one.me()).username).toBe('alice');
    await expect(client({ credentials: { refreshToken: 'rt_no' } }).me()).rejects.toMatchObject({
      code: 'invalid_grant',
    });
    await expect(client({ credentials: { token: 'x.y.z' } }).me()).rejects.toMatchObject({ code: 'token_invalid' });
  });

  test('given as they are, are sent as they are', async () => {
    expect((await client({ credentials: { token: await rig.tokenOf('alice') } }).me()).role).toBe('user');
  });
});

describe('a server that is busy', () => {
  const busy = (answers: (Response | Error)[], change: Partial<ClientOptions> = {}) => {
    const left = [...answers];
    const one = createClient({
      url: SERVER,
      credentials: { token: 't' },
      fetch: async () => {
        const next = left.shift();
        if (next instanceof Error) throw next;
        return next ?? Response.json({ username: 'alice' });
      },
      ...change,
    });
    return { one, left };
  };
  const refusal = (status: number, after?: string) =>
    Response.json(
      { detail: 'busy', code: 'overloaded' },
      { status, headers: after === undefined ? {} : { 'Retry-After': after } },
    );

  test.each([429, 503])('with %i is asked again when it says so', async (status) => {
    const { one, left } = busy([refusal(status, '0'), refusal(status, new Date(0).toUTCString())]);
    expect((await one.me()).username).toBe('alice');
    expect(left).toEqual([]);
  });

  test('is not asked for ever', async () => {
    const { one } = busy(
      Array.from({ length: 9 }, () => refusal(503, '0')),
      { retries: 2 },
    );
    await expect(one.me()).rejects.toMatchObject({ status: 503, code: 'overloaded' });
  });

  test('that says to come back tomorrow is not waited for', async () => {
    const { one } = busy([refusal(429, '86400')]);
    await expect(one.me()).rejects.toMatchObject({ status: 429 });
  });

  test('whose connection fails is asked again only for what changes nothing', async () => {
    const { one } = busy([new TypeError('fetch failed')], { maxWaitMs: 1 });
    expect((await one.me()).username).toBe('alice');
    const { one: other } = busy([new TypeError('fetch failed')], { maxWaitMs: 1 });
    await expect(other.predict({ features: FEATURES })).rejects.toThrow('fetch failed');
  });

  test('is left when the caller leaves', async () => {
    const abort = new AbortController();
    const { one } = busy([refusal(503, '20')], { signal: abort.signal });
    const waiting = one.me();
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toBeDefined();
  });
});

/** An answer of the server is one of the client's types. */
test('the types are those of the server', () => {
  expectTypeOf<z.infer<typeof predictionAnswerSchema>>().toExtend<Types.Prediction | Types.TextPrediction>();
  expectTypeOf<z.infer<typeof batchAnswerSchema>>().toExtend<
    Types.BatchAnswer<Types.Prediction | Types.TextPrediction>
  >();
  expectTypeOf<z.infer<typeof historySchema>>().toExtend<Types.Page<Types.KeptPrediction>>();
  expectTypeOf<z.infer<typeof feedbackSchema>>().toExtend<Types.Feedback>();
  expectTypeOf<z.infer<typeof userSchema>>().toExtend<Types.User>();
  expectTypeOf<z.infer<typeof modelStatsSchema>>().toExtend<Types.ModelStats>();
  expectTypeOf<z.infer<typeof modelMetricsSchema>>().toExtend<Types.ModelMetrics>();
  expectTypeOf<z.infer<typeof healthSchema>>().toExtend<Types.Health>();
  expectTypeOf<z.infer<typeof retrainAcceptedSchema>>().toExtend<Types.RetrainAccepted>();
  expectTypeOf<z.infer<typeof tokenSchema>>().toExtend<Types.Tokens>();
});
