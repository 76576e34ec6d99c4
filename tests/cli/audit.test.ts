import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { endOf } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const PIPE = join(import.meta.dirname, '../../bin/pipe.js');

const pipe = async (cwd: string, args: readonly string[], input = '') => {
  const child = spawn(process.execPath, [PIPE, ...args, '--data-dir', 'data'], { cwd, stdio: 'pipe' });
  child.stdin.end(input);
  return endOf(child);
};

test('what the command line does to accounts is audited, and touching the record shows', async () => {
  const cwd = tempFolder();
  await pipe(cwd, ['user', 'add', 'root', '--admin', '--password-stdin'], 'a long enough one\n');
  await pipe(cwd, ['user', 'add', 'carol', '--password-stdin'], 'a quiet sentence\n');
  await pipe(cwd, ['user', 'disable', 'carol']);

  const { stdout } = await pipe(cwd, ['audit', 'export']);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { seq: 1, actor: 'command line', action: 'user.add', subject: 'root', detail: { role: 'admin' } },
    { seq: 2, action: 'user.add', subject: 'carol' },
    { seq: 3, action: 'user.change', subject: 'carol', detail: { disabled: true } },
  ]);
  expect(stdout).not.toContain('quiet sentence');

  const head = lines[2].hash;
  expect(await pipe(cwd, ['audit', 'verify', '--head', head])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('3 lines, whole'),
  });
  const database = new DatabaseSync(join(cwd, 'data/serve.db'));
  database.exec('delete from audit where seq = 3');
  expect(await pipe(cwd, ['audit', 'verify'])).toMatchObject({ code: 0 });
  expect(await pipe(cwd, ['audit', 'verify', '--head', head])).toMatchObject({ code: 2 });
  database.exec("update audit set subject = 'nobody' where seq = 2");
  database.close();
  expect(await pipe(cwd, ['audit', 'verify'])).toMatchObject({ code: 2, stderr: expect.stringContaining('line 2') });
});
