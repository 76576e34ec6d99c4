/**
 * Gives a stage's outputs their final names, all or none: every file is written beside its
 * target first, and only when all are complete are they renamed.
 *
 * A stage that fails before that leaves the previous outputs as they were.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export type Outputs = ReadonlyMap<string, string | Uint8Array>;

export async function publishFiles(outputs: Outputs): Promise<void> {
  const pending: { readonly temporary: string; readonly path: string }[] = [];
  try {
    for (const [path, content] of outputs) {
      const temporary = join(dirname(path), `.tmp-${randomUUID()}`);
      pending.push({ temporary, path });
      await writeSynced(temporary, content);
    }
    for (const { temporary, path } of pending) await rename(temporary, path);
  } catch (error) {
    await Promise.all(pending.map(({ temporary }) => rm(temporary, { force: true })));
    throw error;
  }
}

async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.sync(); // the name must not become durable before the bytes
  } finally {
    await file.close();
  }
}

/** JSON as a stage publishes it: readable, and the same bytes for the same value. */
export const renderJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
