import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSyncGroup } from '../../src/store/sync-group.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('a group may name what was removed in the meantime', async () => {
  const root = tempFolder();
  const syncs = createSyncGroup();
  for (const name of ['object', 'lock']) writeFileSync(join(root, name), name);
  syncs.addContent(join(root, 'object'));
  syncs.addLock(join(root, 'lock'));
  rmSync(join(root, 'object'));
  await expect(syncs.sync()).resolves.toBeUndefined();
});

test('what could not be synced is told to whoever waits, also when he comes later', async () => {
  const root = tempFolder();
  symlinkSync('loop', join(root, 'loop'));
  const syncs = createSyncGroup();
  syncs.addContent(join(root, 'loop'));
  await expect(syncs.sync()).rejects.toThrow('ELOOP');
  await expect(syncs.sync()).rejects.toThrow('ELOOP');
});

test('many files at once are synced as well', async () => {
  const root = tempFolder();
  const syncs = createSyncGroup();
  for (let n = 0; n < 300; n += 1) {
    writeFileSync(join(root, String(n)), '');
    syncs.addContent(join(root, String(n)));
  }
  await expect(syncs.sync()).resolves.toBeUndefined();
});
