/** What docs/serving.md and docs/api.md print to be typed, typed: against a daemon of a project of the tests. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { endOf } from '../support/run-program.ts';
import { createProject, modelText, WAIT, type Served } from './support/project.ts';
import { bearer, bodyOf, FEATURES, INPUTS } from './support/rig.ts';

const blocksOf = (document: string): readonly string[] =>
  [...readFileSync(join(import.meta.dirname, '../../docs', document), 'utf8').matchAll(/^```sh\n([^]*?)^```/gm)].map(
    ([, text = '']) => text,
  );

/** As printed but for the server's port. */
async function type(script: string, { url }: Served, options: { readonly cwd: string; readonly env?: object }) {
  const text = script.replaceAll('http://localhost:8000', url).replaceAll('curl ', 'curl -sSf ');
  const env = { PATH: process.env['PATH'], ...options.env };
  const child = spawn('bash', ['-euo', 'pipefail', '-c', text], {
    cwd: options.cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = await endOf(child);
  expect(ended).toMatchObject({ code: 0 });
  return ended.stdout;
}

test('serving.md: from a pipeline to a prediction, and to a server with a password of its own', async () => {
  const [make = '', ask = '', start, change = ''] = blocksOf('serving.md');
  const [repro = '', serve = ''] = make.split('\n').map((line) => line.replace(/\s*#.*/, ''));
  expect([repro, serve, start?.replace(/\s*#.*\n/, '')]).toEqual([
    'npx pipe repro',
    'npx pipe serve --demo',
    'npx pipe serve',
  ]);
  const project = await createProject();
  expect(await endOf(project.pipe(...repro.split(' ').slice(2)))).toMatchObject({ code: 0 });
  const demo = await project.serve();
  const answer = await type(ask, demo, { cwd: project.root });
  expect(JSON.parse(answer)).toMatchObject({ prediction: expect.any(Number), model_version: '1' });
  await demo.stop();

  const real = await project.serveReal();
  const password = project.read('.pipe/serve/initial-admin-password').trim();
  const token = await real.token('admin', password);
  const typed = change
    .replace('"current_password": "…"', `"current_password": "${password}"`)
    .replace('"new_password": "…"', '"new_password": "a long sentence of mine"');
  const changed = await type(typed, real, { cwd: project.root, env: { TOKEN: token } });
  const headers = bearer(JSON.parse(changed).access_token);
  expect(await bodyOf(await real.request('/users/me', { headers }))).toMatchObject({ must_change_password: false });
  await real.stop();
});

test('api.md: a file of rows is sent, followed and fetched', async () => {
  const [lines = '', ...more] = blocksOf('api.md');
  expect(more).toEqual([]);
  const [send = '', look = '', get = ''] = lines.split('\n');
  const project = await createProject();
  await project.promote(modelText(1));
  project.write('rows.csv', `${INPUTS.map(({ name }) => name).join(',')}\n${FEATURES.join(',')}\n`);
  const daemon = await project.serve();
  const env = { TOKEN: await daemon.token('alice', 'secret123') };
  const { id: ID } = JSON.parse(await type(send, daemon, { cwd: project.root, env }));
  const stateOf = async () => JSON.parse(await type(look, daemon, { cwd: project.root, env: { ...env, ID } })).state;
  await vi.waitUntil(async () => (await stateOf()) === 'finished', WAIT);
  await type(get, daemon, { cwd: project.root, env: { ...env, ID } });
  expect(project.read('answers.csv').split('\n')[0]).toMatch(/,prediction,probability,error$/);
  await daemon.stop();
});
