/** Objects in a cache, and remotes of each kind to send them to. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'vitest';
import { digestOf } from '../../../src/lib/digest.ts';
import type { Content } from '../../../src/core/lock-entry.ts';
import { renderTree, treeContent, type TreeEntry } from '../../../src/core/tree.ts';
import { createObjectFiles, type ObjectFiles } from '../../../src/store/objects-files.ts';
import { createArrivalsHere } from '../../../src/store/remotes/arrivals-here.ts';
import { type OpenOptions, openRemote } from '../../../src/store/remotes/open.ts';
import { pullObjects } from '../../../src/store/remotes/pull-objects.ts';
import { pushObjects } from '../../../src/store/remotes/push-objects.ts';
import type { Remote } from '../../../src/store/remotes/remote.ts';
import type { RemoteSettings } from '../../../src/core/remote-settings.ts';

/** Small, so that a large object need not be large. */
export const PART_BYTES = 64 * 1024;

export const KEYS = { access_key_id: 'testkey', secret_access_key: 'testsecret123', region: 'us-east-1' } as const;

export async function open(
  settings: RemoteSettings,
  folder: string,
  options: Partial<OpenOptions> = {},
): Promise<Remote> {
  const opened = await openRemote(settings, {
    root: folder,
    uploads: join(folder, 'uploads'),
    env: {},
    partBytes: PART_BYTES,
    ...options,
  });
  return opened.ok ? opened.value : expect.unreachable(opened.error.problem);
}

export const cacheAt = (folder: string): ObjectFiles => createObjectFiles({ dir: folder, shared: false });

export function put(files: ObjectFiles, bytes: Uint8Array): Content {
  return { type: 'file', digest: files.put(bytes), size: bytes.length, files: 1 };
}

export const random = (size: number): Buffer => randomBytes(size);

/** A folder of files, one of them in a folder below. */
export function putTree(files: ObjectFiles, contents: readonly Uint8Array[]): Content {
  const named = (name: string, content: Content): TreeEntry => ({ name, ...content });
  const [inner, ...rest] = contents.map((bytes) => put(files, bytes));
  const below = [named('x', inner ?? expect.unreachable('no content'))];
  files.put(Buffer.from(renderTree(below)));
  const entries = [...rest.map((content, index) => named(`f${index}`, content)), named('sub', treeContent(below))];
  const content = treeContent(entries);
  expect(files.put(Buffer.from(renderTree(entries)))).toBe(content.digest);
  return content;
}

export const pushTo = (remote: Remote, files: ObjectFiles, contents: readonly Content[], { force = false } = {}) =>
  pushObjects({ remote, files, jobs: 4, force, onProgress: () => undefined }, contents);

export const pullFrom = (remote: Remote, files: ObjectFiles, folder: string, contents: readonly Content[]) =>
  pullObjects(
    {
      remote,
      files,
      jobs: 4,
      onProgress: () => undefined,
      partials: { folder: join(folder, 'partial'), isShared: false },
      arrivals: createArrivalsHere(files),
    },
    contents,
  );

/** Every object of a tree is in this cache, whole. */
export function isWhole(files: ObjectFiles, { type, digest }: Content): boolean {
  const bytes = files.read(digest);
  if (bytes === undefined || digestOf(bytes) !== digest) return false;
  return type !== 'dir' || parse(bytes).every((entry) => isWhole(files, entry));
}

const parse = (bytes: Uint8Array): readonly Content[] =>
  Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, type, digest, size, files = 1] = JSON.parse(line);
      return { type, digest, size, files };
    });
