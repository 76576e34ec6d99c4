/** All cases of bad input by number, over sockets: status, headers and the shape of the body. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HttpServer } from '../../src/serve/server.ts';
import { ask, type Answer } from './support/ask.ts';
import { BODIES, ELSEWHERE, INFERENCE, LOGINS, ROUTES, TOKENS, type Tokens } from './support/cases.ts';
import { listen } from './support/raw.ts';
import { createRig, model, modelsWith, SECRET, textModel, type Rig } from './support/rig.ts';

let rig: Rig;
let server: HttpServer;
let tokens: Tokens;
beforeAll(async () => {
  const versions = { find: async (selector: string) => (selector === '3' ? model : undefined) };
  const models = modelsWith({ current: () => model, versions }, { name: 'sentiment', current: () => textModel });
  rig = await createRig({ models });
  server = await listen(rig);
  const [alice, admin] = await Promise.all([rig.tokenOf('alice'), rig.tokenOf('admin')]);
  tokens = { alice, admin, forged: (change) => forge(alice, change) };
});
afterAll(async () => {
  await server.close(0);
  await rig.close();
});

const CASES = [...LOGINS, ...TOKENS, ...BODIES, ...ROUTES, ...INFERENCE];

test.each(CASES)('%s: %s', async (_, __, question, expected) => {
  const answer = await ask(server.port, question(tokens));
  expect([expected.status].flat()).toContain(answer.status);
  for (const [name, value] of Object.entries(expected.headers ?? {}))
    expect(answer.headers.get(name)).toEqual(value instanceof RegExp ? expect.stringMatching(value) : value);
  if (expected.body !== undefined) expect(answer.json).toMatchObject(expected.body);
  expectShape(answer);
});

test('the server is as well as before', async () => {
  const { json } = await ask(server.port, { line: 'GET /health' });
  expect(json).toEqual({ status: 'healthy', model_loaded: true, version: '0.1.0', model_version: '3' });
  expect(rig.logged.join()).not.toContain('bug in pipe');
  expect(rig.load.inFlight()).toBe(0);
});

test('every number has its test, and there are 105', () => {
  for (const [, file, name] of ELSEWHERE)
    expect(readFileSync(join(import.meta.dirname, `${file}.test.ts`), 'utf8')).toContain(name);
  expect(new Set([...CASES, ...ELSEWHERE].map(([id]) => id)).size).toBe(105);
});

/** Of every answer: what was sent does not come back, and an error has the one shape of all errors. */
function expectShape({ status, headers, body, json }: Answer): void {
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(body.length).toBeLessThan(30_000);
  if (status < 400) return;
  expect(headers.get('content-type')).toBe('application/json');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body).not.toMatch(/secret|hush|polluted|\bat .*\.[jt]s:/);
  const { detail, code, request_id: id, error, error_description: description, ...rest } = Object(json);
  expect([typeof code, typeof id, rest]).toEqual(['string', 'string', {}]);
  expect([typeof (error ?? ''), typeof (description ?? '')]).toEqual(['string', 'string']);
  if (typeof detail === 'string') return;
  for (const fault of detail)
    expect(fault).toEqual({ type: expect.any(String), loc: expect.any(Array), msg: expect.any(String) });
}

function forge(token: string, { header, payload, key = SECRET }: Parameters<Tokens['forged']>[0]): string {
  const [ownHeader, ownPayload] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  const encode = (text: string | undefined, change: unknown): string =>
    Buffer.from(JSON.stringify({ ...JSON.parse(text ?? ''), ...Object(change) })).toString('base64url');
  const signed = `${encode(ownHeader, header)}.${encode(ownPayload, payload)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}
