/** What the tests of content addressing share: files by name, a clock that has moved on, a digest made the plain way. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Content } from '../../src/core/lock-entry.ts';
import { createDigester, type Digester } from '../../src/store/digest.ts';
import { createIgnore } from '../../src/store/ignore.ts';
import { createObjectStore, type ObjectStore } from '../../src/store/objects.ts';

export type Tree = {
  readonly [name: string]: string | Uint8Array | Tree | { readonly link: string } | { readonly exec: string };
};

export function writeTree(root: string, tree: Tree): void {
  mkdirSync(root, { recursive: true });
  for (const [name, value] of Object.entries(tree)) {
    const path = join(root, name);
    if (typeof value === 'string' || value instanceof Uint8Array) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, value);
    } else if ('link' in value && typeof value.link === 'string') symlinkSync(value.link, path);
    else if ('exec' in value && typeof value.exec === 'string') {
      writeFileSync(path, value.exec);
      chmodSync(path, 0o755);
    } else writeTree(path, value);
  }
}

/** A digester as a new process has it: it knows what the index says and nothing else. */
export const digesterAt = (root: string, now?: () => number): Digester =>
  createDigester({ root, ignore: createIgnore(root), ...(now && { now }) });

export const storeAt = (root: string, digester = digesterAt(root)): ObjectStore =>
  createObjectStore({
    root,
    cache: { dir: join(root, '.pipe', 'cache'), link: ['reflink', 'copy'], shared: false },
    digester,
  });

/** Waits until the file system's clock is past what it stamped so far, and past the racy moment. */
export async function clockMovesOn(folder: string): Promise<void> {
  const probe = join(folder, '.tmp-0000000000000000');
  writeFileSync(probe, '');
  const { ctimeMs } = lstatSync(probe);
  while (lstatSync(probe).ctimeMs < ctimeMs + 30) {
    await sleep(2);
    writeFileSync(probe, '');
  }
  rmSync(probe);
}

export async function digestAt(root: string, path: string, digester = digesterAt(root)): Promise<Content> {
  const digested = await digester.digest(path);
  if (!digested.ok || digested.value === undefined)
    throw new Error(`no content at ${path}: ${JSON.stringify(digested)}`);
  return digested.value;
}

/** The format of docs and `core/tree`, written again without any of its code. Knows no links and no ignored names. */
export function naiveDigest(path: string): string {
  const stat = lstatSync(path);
  return stat.isDirectory() ? sha256(naiveNode(path)) : sha256(readFileSync(path));
}

function naiveNode(folder: string): string {
  return readdirSync(folder)
    .sort((a, b) => (a < b ? -1 : 1))
    .flatMap((name) => {
      const path = join(folder, name);
      const stat = lstatSync(path);
      const type = stat.isDirectory() ? 'dir' : stat.mode & 0o100 ? 'exec' : 'file';
      const below = type === 'dir' ? listFiles(path) : [path];
      const size = below.map((file) => lstatSync(file).size).reduce((a, b) => a + b, 0);
      const count = type === 'dir' ? [below.length] : [];
      return below.length === 0 ? [] : [`${JSON.stringify([name, type, naiveDigest(path), size, ...count])}\n`];
    })
    .join('');
}

const listFiles = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => !lstatSync(path).isDirectory());

export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Everything below a folder, with modes, bytes and link texts: what two folders must share to be the same. */
export function describeTree(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(names.map((name) => [name, describe(join(folder, name))]));
}

function describe(path: string): string {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  const mode = (stat.mode & 0o777).toString(8);
  return stat.isDirectory() ? `folder ${mode}` : `file ${mode} ${sha256(readFileSync(path))}`;
}
