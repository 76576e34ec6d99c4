/** Backing a real daemon up while it runs, and putting that back. */
import { once } from 'node:events';
import { cpSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, test } from 'vitest';
import { pipe } from '../support/pipe-command.ts';
import { createProject, modelText } from './support/project.ts';

const DATA = ['--data-dir', '.pipe/serve-demo'];

test('a backup taken while the daemon answers holds what was answered, and brings accounts and tokens back', async () => {
  const project = await createProject();
  await project.promote(modelText(1));
  const daemon = await project.serve();
  const token = await daemon.token('alice', 'secret123');
  let isOver = false;
  const answered: number[] = [];
  const traffic = (async () => {
    while (!isOver) answered.push((await daemon.predict(token)).status);
  })();
  const { code, stdout } = await pipe(project.root, 'backup', 'create', 'copy', '--json', ...DATA);
  isOver = true;
  await traffic;
  expect(code).toBe(0);
  const { predictions, users } = JSON.parse(stdout);
  expect([users, new Set(answered)]).toEqual([2, new Set([200])]);
  expect(predictions).toBeLessThanOrEqual(answered.length);
  for (const name of ['serve.db', 'keys.json', 'audit.key'])
    expect(statSync(join(project.root, 'copy', name)).mode & 0o777).toBe(0o600);

  expect(await pipe(project.root, 'backup', 'restore', 'copy', ...DATA)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('stop it first'),
  });
  daemon.child.kill('SIGKILL');
  await once(daemon.child, 'exit');
  expect(await pipe(project.root, 'backup', 'restore', 'copy', ...DATA)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('move it away'),
  });
  rmSync(join(project.root, '.pipe/serve-demo'), { recursive: true });
  project.write('.pipe/serve-demo/demo-accounts', '');
  expect(await pipe(project.root, 'backup', 'restore', 'copy', ...DATA)).toMatchObject({ code: 0 });
  const again = await project.serve();
  expect((await again.predict(token)).status).toBe(200);
});

test('a backup that was damaged or touched is not restored', async () => {
  const project = await createProject();
  const daemon = await project.serve();
  await daemon.stop();
  expect(await pipe(project.root, 'backup', 'create', 'good', ...DATA)).toMatchObject({ code: 0 });
  expect(await pipe(project.root, 'backup', 'create', 'good', ...DATA)).toMatchObject({ code: 2 });
  expect(await pipe(project.root, 'backup', 'verify', 'good', ...DATA)).toMatchObject({ code: 0 });

  const copy = (name: string): string => {
    cpSync(join(project.root, 'good'), join(project.root, name), { recursive: true });
    return join(project.root, name, 'serve.db');
  };
  const touched = new DatabaseSync(copy('touched'));
  touched.exec("update audit set subject = 'nobody' where seq = 1");
  touched.close();
  project.write('torn/serve.db', project.read('good/serve.db').slice(0, 5_000));
  for (const [name, words] of [
    ['touched', /line 1 of the audit/],
    ['torn', /torn: /],
    ['nothing', /no backup/],
  ] as const)
    expect(await pipe(project.root, 'backup', 'restore', name, '--data-dir', 'new')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(words),
    });
  expect(project.exists('new/serve.db')).toBe(false);
});
