/** docs/coming-from-fastapi.md: what the two original servers' documents print works against this one. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeTwoModels } from './support/two-models.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const PIPE = join(ROOT, 'bin/pipe.js');

let folder: string;
let daemon: ChildProcess;
let url: string;
const tokens = new Map<string, string>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pipe originals '));
  await writeTwoModels(folder);
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [PIPE, 'serve', '--demo', '--json', '--port', '0'], {
    cwd: folder,
    env: { PATH, HOME },
  });
  daemon = child;
  url = await new Promise((resolve) => {
    child.stdout.once('data', (line: Buffer) => resolve(JSON.parse(String(line)).url));
  });
  for (const [name, password] of [
    ['alice', 'secret123'],
    ['admin', 'admin123'],
  ] as const) {
    // biome-ignore format: a table
    const response = await fetch(`${url}/token`, { method: 'POST', body: new URLSearchParams({ username: name, password }) });
    tokens.set(name, Object(await response.json()).access_token);
  }
});
afterAll(async () => {
  daemon.kill('SIGINT');
  await once(daemon, 'exit');
  rmSync(folder, { recursive: true, force: true });
});

const blocksOf = (document: string, language: string): readonly string[] =>
  [...readFileSync(join(ROOT, document), 'utf8').matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(
    ([, text]) => text ?? '',
  );

/** As printed but for the server's port and the token. */
async function curl(block: string, user: string) {
  const token = tokens.get(user) ?? '';
  const script = block.replaceAll('http://localhost:8000', url).replace('YOUR_TOKEN_HERE', token);
  const { stdout } = await run('bash', ['-c', script.replace('curl ', 'curl -sS ')], {
    env: { ...process.env, TOKEN: token },
  });
  return JSON.parse(stdout);
}

describe('the printed lines', () => {
  const [token, predict, batch, signIn, accident, retrain] = blocksOf('docs/coming-from-fastapi.md', 'bash');

  test.each([
    ['alice signs in', token, 'alice', { access_token: expect.stringMatching(/^eyJ/), token_type: 'bearer' }],
    [
      'a text is answered',
      predict,
      'alice',
      {
        text: 'This movie was absolutely fantastic!',
        prediction: 'positive',
        confidence: expect.any(Number),
        timestamp: expect.any(String),
        model_version: '1',
      },
    ],
    [
      'three texts are answered',
      batch,
      'alice',
      {
        total_count: 3,
        processing_time_ms: expect.any(Number),
        results: [{ prediction: 'positive' }, { prediction: 'negative' }, { prediction: 'positive' }],
      },
    ],
    ['admin signs in', signIn, 'admin', { token_type: 'bearer' }],
    [
      '28 features are answered',
      accident,
      'admin',
      { prediction: 1, probability: expect.any(Number), model: 'accidents' },
    ],
    [
      'a retrain is started',
      retrain,
      'admin',
      { status: 'accepted', message: 'Retraining process started in background' },
    ],
  ])('%s', async (_, block, user, answer) => {
    expect(await curl(block ?? '', user)).toMatchObject(answer);
  });
});

describe('the tests of the sentiment API', () => {
  const ask = (path: string, init: RequestInit = {}) => fetch(url + path, init);
  const bearer = () => ({ Authorization: `Bearer ${tokens.get('alice')}`, 'Content-Type': 'application/json' });
  const predict = async (text: string) =>
    Object(
      await (
        await ask('/api/v1/predict', { method: 'POST', headers: bearer(), body: JSON.stringify({ text }) })
      ).json(),
    );

  test('root and health', async () => {
    expect((await ask('/')).status).toBe(200);
    expect(await (await ask('/health')).json()).toMatchObject({ model_loaded: true });
  });
  test('a failed login, and a prediction without one', async () => {
    const form = new URLSearchParams({ username: 'alice', password: 'wrong' });
    expect((await ask('/token', { method: 'POST', body: form })).status).toBe(401);
    expect((await ask('/api/v1/predict', { method: 'POST', body: '{"text":"x"}' })).status).toBe(401);
  });
  test('good is positive and bad is negative', async () => {
    expect((await predict('An amazing, wonderful film')).prediction).toBe('positive');
    expect((await predict('A terrible waste of time')).prediction).toBe('negative');
  });
  test('statistics and the current user', async () => {
    const stats = await (await ask('/api/v1/model/stats?model=sentiment', { headers: bearer() })).json();
    expect(stats).toMatchObject({ model_loaded: true, total_predictions: expect.any(Number), model_name: 'sentiment' });
    expect(await (await ask('/users/me', { headers: bearer() })).json()).toMatchObject({
      username: 'alice',
      disabled: false,
    });
    expect((await ask('/api/v1/predictions/history', { headers: bearer() })).status).toBe(200);
    expect(
      (
        await ask('/api/v1/predict?model_version=1.0.0', {
          method: 'POST',
          headers: bearer(),
          body: '{"text":"great"}',
        })
      ).status,
    ).toBe(200);
  });
});

test('the secret of its .env keeps the server from starting', async () => {
  const env = { PATH: process.env['PATH'], SECRET_KEY: 'your-secret-key-change-this-in-production' };
  const refused = await run(process.execPath, [PIPE, 'serve', '--port', '0'], { cwd: folder, env }).catch(
    (error: unknown) => error,
  );
  expect(Object(refused).code).toBe(2);
  expect(Object(refused).stderr).toContain('placeholder');
});

test('the example of reprod/client in docs/api.md runs as it is printed', async () => {
  const [example = ''] = blocksOf('docs/api.md', 'js');
  const client = join(ROOT, 'dist/client.js');
  const program = example.replace('reprod/client', client).replace('http://localhost:8000', url);
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program]);
  expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT\S+Z \S+\n/);
  expect(stdout).toContain('invalid_request');
});
