/** How a real daemon ends when there is still something to do: to write, to answer, to stop. */
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, test, vi } from 'vitest';
import { openReader } from '../../src/store/database/open.ts';
import { createProject, modelText, WAIT, type Project, type Served } from './support/project.ts';
import { open, parseAnswers, readAll } from './support/raw.ts';
import { BODY, LENGTH, predictWith } from './support/raw-requests.ts';
import { bodyOf } from './support/rig.ts';

async function served(): Promise<{ project: Project; daemon: Served }> {
  const project = await createProject();
  await project.promote(modelText(1));
  return { project, daemon: await project.serve() };
}

const databaseOf = ({ root }: Project): string => join(root, '.pipe/serve-demo/serve.db');

function rowsOf(project: Project, table: 'predictions' | 'retrains') {
  const reader = openReader({
    file: databaseOf(project),
    busyTimeoutMs: 5_000,
  });
  const rows = reader.prepare(`select * from ${table}`).all();
  reader.close();
  return rows;
}

test('what the disk has refused until now is written before the daemon ends', async () => {
  const { project, daemon } = await served();
  const token = await daemon.token('alice', 'secret123');
  const lock = new DatabaseSync(databaseOf(project), { timeout: 5_000 });
  lock.exec('begin immediate');
  const { id } = await bodyOf(await daemon.predict(token));
  // The writer has given up once, and tries again a second later: nothing of the row is on its way now.
  await vi.waitUntil(() => daemon.log.some((line) => line.includes('history')), WAIT);
  const exit = once(daemon.child, 'exit');
  daemon.child.kill('SIGINT'); // as SIGTERM, without the delay
  // Whoever does not wait for the row is gone by now; whoever does has most of ten seconds left.
  await Promise.race([exit, sleep(2_000)]);
  expect(daemon.child.exitCode).toBeNull();
  lock.exec('rollback');
  lock.close();
  expect((await exit)[0]).toBe(0);
  expect(rowsOf(project, 'predictions')).toMatchObject([{ id }]);
});

test('a request that is half sent when no new one is let in any more is answered, and its connection ends', async () => {
  const { project, daemon } = await served();
  const token = await daemon.token('alice', 'secret123');
  const text = predictWith(`Authorization: Bearer ${token}\r\n`)(LENGTH, BODY);
  const socket = await open(daemon.port);
  const exit = once(daemon.child, 'exit');
  const answer = readAll(socket);
  socket.write(text.slice(0, -1));
  // Its head has been read: the daemon sees what comes later on another connection.
  expect((await daemon.request('/health/live')).status).toBe(200);
  daemon.child.kill('SIGTERM');
  await vi.waitUntil(
    () =>
      daemon.request('/health/live').then(
        () => false,
        () => true,
      ),
    WAIT,
  );
  expect(daemon.child.exitCode).toBeNull();
  socket.write(text.slice(-1));
  const [answered] = parseAnswers(await answer);
  expect([answered?.status, answered?.headers.get('connection')]).toEqual([200, 'close']);
  expect((await exit)[0]).toBe(0);
  expect(rowsOf(project, 'predictions')).toMatchObject([{ id: JSON.parse(answered?.body ?? '').id }]);
});

test('a retrain has ended, and stands as interrupted in the journal, before the daemon ends', async () => {
  const { project, daemon } = await served();
  project.write('hold', '');
  const headers = {
    Authorization: `Bearer ${await daemon.token('admin', 'admin123')}`,
  };
  await daemon.request('/retrain', { method: 'POST', headers });
  const running = () => rowsOf(project, 'retrains').find(({ stage }) => stage === 'train');
  await vi.waitUntil(() => running()?.process, WAIT);
  const { pid } = JSON.parse(running().process);
  expect(isAlive(pid)).toBe(true);
  const exit = once(daemon.child, 'exit');
  daemon.child.kill('SIGTERM');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), WAIT);
  expect((await exit)[0]).toBe(0);
  // Not by the next daemon, which would tidy up after a kill.
  expect(rowsOf(project, 'retrains')).toMatchObject([{ state: 'interrupted', finished_at: expect.any(String) }]);
});

function isAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}
