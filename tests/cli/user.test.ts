import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createProject, modelText } from '../serve/support/project.ts';
import { bodyOf } from '../serve/support/rig.ts';
import { endOf } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const PIPE = join(import.meta.dirname, '../../bin/pipe.js');

const user = async (cwd: string, args: readonly string[], password = '') => {
  const child = spawn(process.execPath, [PIPE, 'user', ...args], { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(password);
  return endOf(child);
};
const add = (cwd: string, name: string, password: string, ...flags: readonly string[]) =>
  user(cwd, ['add', name, '--password-stdin', '--data-dir', 'data', ...flags], `${password}\n`);

describe('pipe user', () => {
  test('adds, lists, changes and disables, and says what it did', async () => {
    const cwd = tempFolder();
    expect(await add(cwd, 'root', 'a long enough one', '--admin')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/root +admin/),
    });
    expect(await add(cwd, 'carol', 'a quiet sentence', '--must-change')).toMatchObject({ code: 0 });
    const listed = await user(cwd, ['list', '--data-dir', 'data', '--json']);
    expect(JSON.parse(listed.stdout)).toMatchObject([
      { username: 'carol', role: 'user', mustChangePassword: true },
      { username: 'root', role: 'admin' },
    ]);
    expect(listed.stdout).not.toContain('$2b$');
    expect(await user(cwd, ['role', 'carol', 'admin', '--data-dir', 'data'])).toMatchObject({ code: 0 });
    expect(await user(cwd, ['disable', 'carol', '--data-dir', 'data'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/disabled/),
    });
  });

  test('refuses in words what would be wrong', async () => {
    const cwd = tempFolder();
    await add(cwd, 'root', 'a long enough one', '--admin');
    const refusals = [
      [await add(cwd, 'ROOT', 'a quiet sentence'), /already/],
      [await add(cwd, 'dave', 'short'), /at least 8/],
      [await add(cwd, '../etc', 'a quiet sentence'), /letters, digits/],
      [await user(cwd, ['disable', 'root', '--data-dir', 'data']), /last active admin/],
      [await user(cwd, ['role', 'root', 'user', '--data-dir', 'data']), /last active admin/],
      [await user(cwd, ['passwd', 'nobody', '--password-stdin', '--data-dir', 'data'], 'x'), /no user nobody/],
      [await user(cwd, ['add', 'dave', '--data-dir', 'data']), /--password-stdin/],
      [await user(cwd, ['list']), /no pipeline.yaml/],
    ] as const;
    for (const [end, words] of refusals) expect(end).toMatchObject({ code: 2, stderr: expect.stringMatching(words) });
  });

  test('changes a password while the daemon runs: old sessions end, the new one is let in', async () => {
    const project = await createProject();
    await project.promote(modelText(1));
    const daemon = await project.serve();
    const old = await daemon.token('alice', 'secret123');
    expect((await daemon.predict(old)).status).toBe(200);
    const args = ['passwd', 'alice', '--password-stdin', '--data-dir', '.pipe/serve-demo'];
    expect(await user(project.root, args, 'a quiet sentence')).toMatchObject({ code: 0 });
    expect((await daemon.predict(old)).status).toBe(401);
    const fresh = await daemon.token('alice', 'a quiet sentence');
    const me = await daemon.request('/users/me', { headers: { Authorization: `Bearer ${fresh}` } });
    expect(await bodyOf(me)).toMatchObject({ username: 'alice' });
  });
});
