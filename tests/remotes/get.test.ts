/** `get` and `import-url`: files from elsewhere, through the real command. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf } from '../../src/lib/digest.ts';
import { get } from '../../src/engine/get.ts';
import { startObjectServer } from '../support/object-server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startPair } from './two-clones.ts';

test.each(['wrong', 'short', 'long'] as const)(
  'get: %s bytes from a web server are never taken for the file',
  async (bytes) => {
    const cwd = tempFolder();
    const server = await startObjectServer();
    const content = Buffer.from('content of some file');
    server.objects.set('/data/file.csv', content);
    const asked = { cwd, url: `${server.url}/data/file.csv`, sha256: digestOf(content) };
    server.fault = (request) => (request.startsWith('GET') ? { bytes } : undefined);
    expect(await get(asked)).toMatchObject({ ok: false });
    expect(existsSync(join(cwd, 'file.csv'))).toBe(false);
    server.fault = () => undefined;
    expect(await get(asked)).toMatchObject({ ok: true, value: { size: content.length, digest: digestOf(content) } });
    expect(readdirSync(cwd)).toEqual(['file.csv']);
    expect(await get(asked)).toMatchObject({ ok: false, error: { code: 'source-refused' } });
  },
);

test('get: a folder is refused by name, not by what the system says of reading it', async () => {
  const cwd = tempFolder();
  expect(await get({ cwd, url: tempFolder() })).toMatchObject({
    ok: false,
    error: { code: 'source-refused', problem: 'is a folder, and one file is taken' },
  });
  expect(readdirSync(cwd)).toEqual([]);
});

test('get: what is not there, and a server that is gone', async () => {
  const cwd = tempFolder();
  const server = await startObjectServer();
  expect(await get({ cwd, url: `${server.url}/none` })).toMatchObject({ ok: false, error: { code: 'source-refused' } });
  expect(
    await get({
      cwd,
      url: 's3://bucket/none',
      env: { AWS_ENDPOINT_URL_S3: server.url, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
    }),
  ).toMatchObject({
    ok: false,
    error: { code: 'source-refused' },
  });
  expect(readdirSync(cwd)).toEqual([]);
});

test('import-url: again takes what is there now; what was changed here, or is no source, is not overwritten', async () => {
  const folder = tempFolder();
  const { here } = startPair(folder);
  const far = join(folder, 'far.csv');
  writeFileSync(far, 'one\n');
  here.write('pipeline.yaml', 'stages: {}\n');
  expect(await here.done('import-url', far, 'data/raw.csv')).toBe('added data/raw.csv\n');
  expect(await here.done('import-url', far, 'data/raw.csv')).toBe('data/raw.csv is as it was\n');
  writeFileSync(far, 'two\n');
  expect(await here.done('import-url', far, 'data/raw.csv')).toBe('updated data/raw.csv\n');
  here.write('data/raw.csv', 'mine\n');
  const changed = await here.pipe('import-url', far, 'data/raw.csv');
  expect([changed.code, changed.stderr]).toEqual([2, expect.stringMatching(/was changed, and would be lost/)]);
  here.write('own.csv', 'x\n');
  const own = await here.pipe('import-url', far, 'own.csv');
  expect([own.code, own.stderr]).toEqual([2, expect.stringMatching(/is no source/)]);
});
