/** What arrives is written the same way in this thread and in one of its own. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { digestOf } from '../../../src/lib/digest.ts';
import { createArrivalsHere } from '../../../src/store/remotes/arrivals-here.ts';
import { openArrivalsThread } from '../../../src/store/remotes/arrivals-thread.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { cacheAt } from './rig.ts';

/** Built before the tests. */
const PROGRAM = pathToFileURL(join(import.meta.dirname, '../../../dist/workers/arrivals-worker.js'));

const KINDS = ['here', 'in a thread'] as const;

function open(kind: (typeof KINDS)[number]) {
  const folder = tempFolder();
  const files = cacheAt(join(folder, 'cache'));
  const arrivals =
    kind === 'here'
      ? createArrivalsHere(files)
      : openArrivalsThread(PROGRAM, { dir: join(folder, 'cache'), shared: false });
  onTestFinished(() => arrivals.close());
  return { folder, files, arrivals };
}

test.each(KINDS)('%s: an object has its name when its bytes have its digest, and no trace else', async (kind) => {
  const { files, arrivals } = open(kind);
  const texts = Array.from({ length: 100 }, (_, index) => `text ${index}`);
  const kept = await Promise.all(texts.map((text) => arrivals.keep(digestOf(text), Buffer.from(text))));
  expect(new Set(kept)).toEqual(new Set(['kept']));
  for (const text of texts) expect(readFileSync(files.pathOf(digestOf(text)), 'utf8')).toBe(text);
  expect(statSync(files.pathOf(digestOf('text 0'))).mode & 0o777).toBe(0o444);
  expect(await arrivals.keep(digestOf('right'), Buffer.from('wrong'))).toBe('damaged');
  expect(files.has(digestOf('right'), undefined)).toBe(false);
});

test.each(KINDS)('%s: a file is gone on with where it was, and begun anew when it is too long', async (kind) => {
  const { folder, arrivals } = open(kind);
  const path = join(folder, 'partial');
  const first = await arrivals.begin(path, 10);
  expect(first.here).toBe(0);
  await first.append(Buffer.from('01234'));
  await first.leave();
  const second = await arrivals.begin(path, 10);
  expect(second.here).toBe(5);
  const lent = Buffer.from(Uint8Array.from(Buffer.from('56789')).buffer);
  const back = await second.append(lent, true);
  expect(back.buffer.byteLength).toBe(5);
  expect(await second.finish()).toBe(digestOf('0123456789'));
  await second.leave();
  writeFileSync(path, 'much too long for it');
  const third = await arrivals.begin(path, 10);
  expect(third.here).toBe(0);
  expect(await third.finish()).toBe(digestOf(''));
});

test.each(KINDS)('%s: what the system refuses is told as the system says it', async (kind) => {
  const { folder, arrivals } = open(kind);
  writeFileSync(join(folder, 'cache'), 'a file where the cache should be');
  await expect(arrivals.keep(digestOf('x'), Buffer.from('x'))).rejects.toMatchObject({
    code: expect.stringMatching(/ENOTDIR|EEXIST/),
    syscall: 'mkdir',
  });
  await expect(arrivals.begin(join(folder, 'no folder/x'), 1)).rejects.toMatchObject({
    code: 'ENOENT',
    syscall: 'open',
  });
  expect(existsSync(join(folder, 'no folder'))).toBe(false);
});
