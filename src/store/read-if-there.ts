/** Reading what may not be there, and lists of what may not be there. Other errors throw. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';

export function readTextIfThere(path: string): string | undefined {
  // Asked of thousands of stages that never ran: an exception costs twenty times as much as these two questions.
  if (!existsSync(path) && statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  try {
    return readFileSync(path, AS_TEXT);
  } catch (error) {
    return absent(error);
  }
}

/** Made once: from a plain 'utf8' Node makes an object like this for every file, which takes a third as long as reading it. */
const AS_TEXT = { encoding: 'utf8', flag: 'r' } as const;

export function readBytesIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    return absent(error);
  }
}

/** Names in a folder, unsorted; empty when there is no such folder. */
export function listIfThere(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    return absent(error) ?? [];
  }
}

/** Undefined when what is asked for is not there. */
export function ifThere<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    return absent(error);
  }
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function absent(error: unknown): undefined {
  const code = errorCode(error);
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
  return undefined;
}
