/**
 * The beginning of a download, kept between attempts and between runs, with what it is the beginning
 * of beside it: the URL and the server's own mark of the version. Knows nothing of HTTP.
 *
 * Invariant: bytes whose origin is not certain are dropped when the file is opened.
 */
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface PartFile {
  readonly size: () => number;
  /** The ETag or date under which these bytes were served; undefined: they cannot be gone on with. */
  readonly validator: () => string | undefined;
  /** Before the first byte of a version is appended. */
  readonly remember: (validator: string | undefined) => Promise<void>;
  readonly append: (bytes: Uint8Array) => Promise<void>;
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openPart(path: string, url: string): Promise<PartFile> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'a');
  let { size } = await file.stat();
  let validator = await readOrigin(path, url);
  const restart = async (): Promise<void> => {
    await file.truncate(0);
    size = 0;
    validator = undefined;
  };
  if (validator === undefined) await restart();
  return {
    size: () => size,
    validator: () => validator,
    remember: async (mark) => {
      validator = mark;
      if (mark === undefined) await rm(originOf(path), { force: true });
      else await writeFile(originOf(path), JSON.stringify({ url, validator: mark }));
    },
    append: async (bytes) => {
      await file.appendFile(bytes);
      size += bytes.length;
    },
    restart,
    close: () => file.close(),
  };
}

export async function removePart(path: string): Promise<void> {
  await Promise.all([path, originOf(path)].map((file) => rm(file, { force: true })));
}

const originOf = (path: string): string => `${path}.origin.json`;

async function readOrigin(path: string, url: string): Promise<string | undefined> {
  const text = await readFile(originOf(path), 'utf8').catch(() => '');
  try {
    const origin: unknown = JSON.parse(text);
    if (typeof origin !== 'object' || origin === null || !('url' in origin) || !('validator' in origin))
      return undefined;
    return origin.url === url && typeof origin.validator === 'string' ? origin.validator : undefined;
  } catch {
    return undefined; // missing, or cut off with the process that wrote it
  }
}
