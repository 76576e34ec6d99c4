/**
 * Follows a log file while a command writes it, line by line, and reads its end.
 *
 * The command writes the file itself, so following is for the eyes only: it looks a few times a
 * second and can be left out without losing anything.
 */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

const LOOK_MS = 100;
const CHUNK_BYTES = 64 * 1024;

/** Calls back for each complete line, and for an incomplete last one when stopped. Returns how to stop. */
export function followLog(file: string, onLine: (line: string) => void): () => void {
  let position = 0;
  let rest = '';
  let decoder: InstanceType<typeof TextDecoder> | undefined; // most commands print nothing
  const look = () => {
    const bytes = readFrom(file, () => position);
    if (bytes.length === 0) return;
    position += bytes.length;
    decoder ??= new TextDecoder();
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
  const timer = setInterval(look, LOOK_MS);
  return () => {
    clearInterval(timer);
    look();
    if (rest !== '') onLine(rest);
  };
}

/** The last non-empty lines of a file; none when it is not there. */
export function lastLinesOf(file: string, count = 20): readonly string[] {
  const bytes = readFrom(file, (size) => Math.max(0, size - CHUNK_BYTES));
  if (bytes.length === 0) return [];
  const text = new TextDecoder().decode(bytes);
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count);
}

/** `start`: of a file of this size, where to begin. */
function readFrom(file: string, start: (size: number) => number): Uint8Array {
  const known = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (known <= start(known)) return new Uint8Array(0);
  const read = withFile(file, (descriptor) => {
    const { size } = fstatSync(descriptor);
    const position = start(size);
    const length = Math.max(0, size - position);
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, position));
  });
  return read ?? new Uint8Array(0);
}

/** undefined: not there yet. */
function withFile<T>(file: string, use: (descriptor: number) => T): T | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
