/** Rotating the keys of a real daemon while it runs. */
import { describe, expect, test, vi } from 'vitest';
import { keyRingFromFile } from '../../src/serve/auth/key-ring.ts';
import { rotateKeyFile } from '../../src/serve/auth/key-file.ts';
import { pipe } from '../support/pipe-command.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createProject, modelText, WAIT } from './support/project.ts';

const headerOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());

describe('pipe token rotate-keys', () => {
  test('a running daemon signs with the new key; old tokens stay good, and with --revoke are refused', async () => {
    const project = await createProject();
    await project.promote(modelText(1));
    const daemon = await project.serve();
    const folder = ['--data-dir', '.pipe/serve-demo'];
    const before = await daemon.token('alice', 'secret123');
    expect((await daemon.predict(before)).status).toBe(200); // and is remembered as verified

    const rotated = JSON.parse((await pipe(project.root, 'token', 'rotate-keys', '--json', ...folder)).stdout);
    expect(rotated).toEqual({ kid: expect.any(String), older: 1 });
    await vi.waitUntil(async () => headerOf(await daemon.token('alice', 'secret123')).kid === rotated.kid, WAIT);
    expect((await daemon.predict(before)).status).toBe(200);

    const between = await daemon.token('alice', 'secret123');
    expect(await pipe(project.root, 'token', 'rotate-keys', '--revoke', ...folder)).toMatchObject({ code: 0 });
    await vi.waitUntil(async () => (await daemon.predict(before)).status === 401, WAIT);
    expect((await daemon.predict(between)).status).toBe(401);
    expect((await daemon.predict(await daemon.token('alice', 'secret123'))).status).toBe(200);

    const { stdout } = await pipe(project.root, 'audit', 'export', ...folder);
    expect(stdout.match(/"action":"keys.rotate"/g)).toHaveLength(2);
  });
});

test('a retired key is asked no longer than a token of its can live', async () => {
  const file = `${tempFolder()}/keys.json`;
  let now = Date.parse('2026-01-01T00:00:00Z');
  const ring = await keyRingFromFile({ file, lifetimeMs: 60_000, now: () => now });
  if (!ring.ok) throw new Error(ring.error);
  const { kid } = ring.value.current;
  rotateKeyFile(file, { now, revoke: false });
  await ring.value.refresh();
  expect(ring.value.current.kid).not.toBe(kid);
  now += 59_999;
  expect(ring.value.find(kid)?.kid).toBe(kid);
  now += 1;
  expect(ring.value.find(kid)).toBeUndefined();
  expect(ring.value.find(ring.value.current.kid)).toBeDefined();
});
