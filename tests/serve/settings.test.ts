import { describe, expect, test } from 'vitest';
import { childEnvironment } from '../../src/serve/child-env.ts';
import { createHostRule } from '../../src/serve/hosts.ts';
import type { ServeTexts } from '../../src/core/serve-config.ts';
import { readSettings, type Environment } from '../../src/serve/settings.ts';

const read = (flags: ServeTexts = {}, env: Environment = {}, files: ServeTexts = {}) =>
  readSettings({ flags, env, files, root: '/project' });

describe('settings', () => {
  test('without anything are safe: this machine, port 8000, half an hour', () => {
    expect(read()).toMatchObject({
      ok: true,
      value: {
        host: '127.0.0.1',
        port: 8000,
        dataDir: '/project/.pipe/serve',
        docs: 'on',
        demo: false,
        drainDelayMs: 5_000,
        tokenLifetimeS: 1_800,
        secret: undefined,
        admin: { username: 'admin', password: undefined },
      },
    });
  });

  test('flags win over the environment', () => {
    const env = { PIPE_PORT: '9000', PIPE_HOST: '0.0.0.0', ACCESS_TOKEN_EXPIRE_MINUTES: '5' };
    const files = { port: '9002', host: 'example.org', docs: 'off' };
    expect(read({ port: '9001' }, env, files)).toMatchObject({
      value: { port: 9001, host: '0.0.0.0', docs: 'off', tokenLifetimeS: 300 },
    });
  });

  test('all faults are told at once', () => {
    expect(read({ port: 'x' }, { PIPE_DOCS: 'maybe', SECRET_KEY: 'short' }, { drain_delay: 'long' })).toMatchObject({
      error: [/--port/, /PIPE_DOCS/, /drain_delay/, /SECRET_KEY/].map((words) => expect.stringMatching(words)),
    });
  });

  test('of proxies, what is no address is refused; networks and IPv6 are not', () => {
    expect(read({}, { PIPE_TRUSTED_PROXIES: '10.0.0.0/8, ::1' })).toMatchObject({ ok: true });
    expect(read({}, { PIPE_TRUSTED_PROXIES: '10.0.0.0/33' })).toMatchObject({ ok: false });
    expect(read({}, { PIPE_TRUSTED_PROXIES: 'nginx' })).toMatchObject({ ok: false });
  });

  test('the demo keeps its accounts in a folder of its own', () => {
    expect(read({ demo: 'true' })).toMatchObject({ value: { dataDir: '/project/.pipe/serve-demo' } });
  });

  test.each([
    ['a demo for others', { demo: 'true', host: '0.0.0.0' }, {}, /this machine only/],
    ['a demo in production', { demo: 'true' }, { NODE_ENV: 'production' }, /NODE_ENV/],
    ['an empty secret', {}, { SECRET_KEY: '' }, /shorter than 32/],
    ['a short secret', {}, { SECRET_KEY: 'short' }, /shorter than 32/],
    ['the placeholder of an example', {}, { SECRET_KEY: 'your-secret-key-change-this-in-production' }, /placeholder/],
    ['a secret of one letter', {}, { SECRET_KEY: 'a'.repeat(64) }, /repeats/],
    ['a port that is none', { port: '70000' }, {}, /--port/],
    ['metrics without a port', { metrics_listen: '127.0.0.1' }, {}, /--metrics-listen must be HOST:PORT/],
    ['tokens that live for ever', {}, { ACCESS_TOKEN_EXPIRE_MINUTES: '0' }, /above 0/],
    ['a drain delay in words', { drain_delay: 'long' }, {}, /--drain-delay/],
  ])('%s is refused in words', (_, flags, env, words) => {
    expect(read(flags, env)).toEqual({ ok: false, error: [expect.stringMatching(words)] });
  });
});

describe('hosts', () => {
  test.each([
    ['127.0.0.1', [], 'localhost:8000', true],
    ['127.0.0.1', [], 'evil.example', false],
    ['127.0.0.1', ['api.example'], 'api.example', true],
    ['0.0.0.0', [], 'anything.example:80', true],
    ['0.0.0.0', ['api.example'], 'API.example:443', true],
    ['0.0.0.0', ['api.example'], 'other.example', false],
    ['0.0.0.0', [], 'two words', false],
    ['::1', [], '[::1]:8000', true],
  ])('bound to %s, allowing %j: %s is %s', (bind, allowed, host, answer) => {
    expect(createHostRule({ bind, allowed })(host)).toBe(answer);
  });
});

test('a retrain is given what programs need and what stages declare, never our secrets', () => {
  const stage = { passEnv: ['AWS_PROFILE', 'SECRET_KEY'], env: [{ name: 'SEED', value: null }] };
  const env = {
    PATH: '/bin',
    HOME: '/root',
    AWS_PROFILE: 'p',
    SEED: '1',
    OTHER: 'x',
    SECRET_KEY: 's',
    ADMIN_PASSWORD: 'p',
  };
  const pipeline = { stages: [stage], models: [] } as unknown as Parameters<typeof childEnvironment>[1];
  expect(childEnvironment(env, pipeline)).toEqual({ PATH: '/bin', HOME: '/root', AWS_PROFILE: 'p', SEED: '1' });
});
