/** A real daemon in hard times: what was answered is kept, and what can be answered is. */
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, test, vi } from 'vitest';
import { openReader } from '../../src/store/database/open.ts';
import { createProject, modelText, WAIT, type Project, type Served } from './support/project.ts';
import { bodyOf } from './support/rig.ts';

async function served(): Promise<{ project: Project; daemon: Served }> {
  const project = await createProject();
  await project.promote(modelText(1));
  return { project, daemon: await project.serve() };
}

const databaseOf = ({ root }: Project): string => join(root, '.pipe/serve-demo/serve.db');

function keptIds(project: Project): ReadonlySet<unknown> {
  const reader = openReader({ file: databaseOf(project), busyTimeoutMs: 5_000 });
  const rows = reader.prepare('select id from predictions').all();
  reader.close();
  return new Set(rows.map(({ id }) => id));
}

interface Answer {
  readonly status: number;
  readonly id: string;
  readonly version: string;
  readonly probability: number;
}

/** Clients that ask one question after the other until they are told to stop, or nobody answers any more. */
function traffic(daemon: Served, token: string, clients = 6) {
  const answers: Answer[] = [];
  const errors: string[] = [];
  let isOver = false;
  const client = async (): Promise<void> => {
    while (!isOver) {
      try {
        const response = await daemon.predict(token);
        const { id, model_version: version, probability } = await bodyOf(response);
        answers.push({ status: response.status, id, version, probability });
      } catch (error) {
        errors.push(String(error instanceof Error ? Object(error.cause).code : error));
        return;
      }
    }
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  return {
    answers,
    errors,
    async stop() {
      isOver = true;
      await all;
    },
    gone: () => all,
  };
}

test('while another process holds the database, predictions are answered, then refused, and none is lost', async () => {
  const { project, daemon } = await served();
  const token = await daemon.token('alice', 'secret123');
  const lock = new DatabaseSync(databaseOf(project), { timeout: 5_000 });
  lock.exec('begin immediate');
  const load = traffic(daemon, token, 2);
  // Longer than the writer waits: the rows are kept in memory and tried again, new ones are refused.
  await vi.waitUntil(() => load.answers.some(({ status }) => status === 503), WAIT);
  const headers = { Authorization: `Bearer ${token}` };
  expect((await daemon.request('/users/me', { headers })).status).toBe(200);
  expect((await daemon.request('/health/ready')).status).toBe(200);
  lock.exec('rollback');
  lock.close();
  const refused = load.answers.length;
  await vi.waitUntil(() => load.answers.slice(refused).some(({ status }) => status === 200), WAIT);
  await load.stop();
  expect(await daemon.stop('SIGTERM')).toBe(0);
  const answered = load.answers.filter(({ status }) => status === 200).map(({ id }) => id);
  expect(answered.length).toBeGreaterThan(100);
  const kept = keptIds(project);
  expect(answered.filter((id) => !kept.has(id))).toEqual([]);
  expect(new Set(load.answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
});

test('a swap, a rollback and a retrain under load fail no request and mix no models', async () => {
  const { project, daemon } = await served();
  project.write('source.json', modelText(3));
  const token = await daemon.token('admin', 'admin123');
  const load = traffic(daemon, token);
  const answersFrom = (version: string) =>
    vi.waitFor(() => expect(load.answers.at(-1)).toMatchObject({ status: 200, version }), WAIT);
  const post = async (path: string) =>
    daemon.request(path, { method: 'POST', headers: { Authorization: `Bearer ${token}` } });

  await answersFrom('1');
  await project.promote(modelText(2));
  await answersFrom('2');
  const rolledBack = await daemon.request('/api/v1/model/rollback', {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: '{}',
  });
  expect(rolledBack.status).toBe(200);
  await answersFrom('1');
  expect((await post('/retrain')).status).toBe(202);
  await answersFrom('3');
  await load.stop();

  expect([load.errors, new Set(load.answers.map(({ status }) => status))]).toEqual([[], new Set([200])]);
  const answersOf = new Map<string, Set<number>>();
  for (const { version, probability } of load.answers)
    answersOf.set(version, (answersOf.get(version) ?? new Set()).add(probability));
  expect([...answersOf.keys()].sort()).toEqual(['1', '2', '3']);
  expect([...answersOf.values()].map(({ size }) => size)).toEqual([1, 1, 1]);
});

test('SIGTERM under load: every answer is whole, and every prediction that was answered is kept', async () => {
  const { project, daemon } = await served();
  const token = await daemon.token('alice', 'secret123');
  const load = traffic(daemon, token);
  await vi.waitUntil(() => load.answers.length > 50, WAIT);
  const exit = once(daemon.child, 'exit');
  daemon.child.kill('SIGTERM');
  await load.gone();
  expect((await exit)[0]).toBe(0);
  expect(new Set(load.answers.map(({ status }) => status))).toEqual(new Set([200]));
  // Whoever came after the last answer was not let in at all.
  expect(load.errors.filter((code) => !['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET'].includes(code))).toEqual([]);
  const kept = keptIds(project);
  expect(load.answers.filter(({ id }) => !kept.has(id))).toEqual([]);
});

test('sessions survive a restart and a kill, and so does their end', async () => {
  const { project, daemon } = await served();
  const signIn = async (at: Served) => {
    const body = new URLSearchParams({ username: 'alice', password: 'secret123' });
    return bodyOf(await at.request('/auth/token', { method: 'POST', body }));
  };
  const refresh = (at: Served, token: string) =>
    at.request('/auth/refresh', { method: 'POST', body: new URLSearchParams({ refresh_token: token }) });
  const stays = await signIn(daemon);
  const ends = await signIn(daemon);
  const headers = { Authorization: `Bearer ${ends.access_token}` };
  expect((await daemon.request('/auth/logout', { method: 'POST', headers })).status).toBe(204);
  daemon.child.kill('SIGKILL');
  await once(daemon.child, 'exit');

  const again = await project.serve();
  expect((await again.predict(stays.access_token)).status).toBe(200);
  expect((await again.predict(ends.access_token)).status).toBe(401);
  expect((await refresh(again, ends.refresh_token)).status).toBe(400);
  const renewed = await refresh(again, stays.refresh_token);
  expect(renewed.status).toBe(200);
  expect((await again.predict((await bodyOf(renewed)).access_token)).status).toBe(200);
});

// Sixteen comparisons are six seconds of CPU, of which a busy machine has few.
test('a flood of logins keeps nobody else from being answered', { timeout: 180_000 }, async () => {
  const { daemon } = await served();
  const token = await daemon.token('alice', 'secret123');
  const flood = Promise.all(
    Array.from({ length: 16 }, async (_, i) => {
      const body = new URLSearchParams({ username: `nobody${i}`, password: 'x' });
      return (await daemon.request('/auth/token', { method: 'POST', body })).status;
    }),
  );
  const load = traffic(daemon, token, 2);
  await vi.waitUntil(() => load.answers.length > 100, WAIT);
  expect((await daemon.request('/health')).status).toBe(200);
  await load.stop();
  expect((await flood).filter((status) => ![401, 429, 503].includes(status))).toEqual([]);
  expect(new Set(load.answers.map(({ status }) => status))).toEqual(new Set([200]));
});
