/**
 * Digest of a text file as if all its lines ended in LF: the same in a checkout that turned them into CRLF.
 *
 * Kept by the digest of the file's bytes, so that what has not changed is not read again.
 */
import { createReadStream } from 'node:fs';
import { digestOf, isDigest, startDigest, type Digest } from '../lib/digest.ts';
import { placeFrom } from './digest-link.ts';
import type { Layout } from './layout.ts';
import { readParsed, writeParsed } from './parsed-cache.ts';

/** `known`: of the bytes, as they were a moment ago. Throws what the operating system says. */
export async function digestText(layout: Layout, path: string, known: Digest): Promise<Digest> {
  const key = { kind: 'text/1', file: '', text: known };
  const stored = readParsed<unknown>(layout, key);
  if (isDigest(stored)) return stored;
  const { bytes, text } = await readBoth(placeFrom(layout.root, path));
  // A file that changed in between is digested again after the run, and is then found out.
  if (bytes === known) writeParsed(layout, key, text);
  return text;
}

/** The same of a text that is at hand whole. */
export const textDigestOf = (bytes: Uint8Array): Digest => digestOf(withoutCr(bytes, false));

const CR = 13;
const LF = 10;

async function readBoth(file: string): Promise<{ readonly bytes: Digest; readonly text: Digest }> {
  const bytes = startDigest();
  const text = startDigest();
  let heldCr = false;
  for await (const piece of createReadStream(file)) {
    if (!(piece instanceof Uint8Array)) throw new Error('a stream without encoding gives bytes');
    bytes.update(piece);
    // A CR at the end of a piece may belong to an LF at the beginning of the next.
    if (heldCr && piece[0] !== LF) text.update(Uint8Array.of(CR));
    heldCr = piece.at(-1) === CR;
    text.update(withoutCr(piece, heldCr));
  }
  if (heldCr) text.update(Uint8Array.of(CR));
  return { bytes: bytes.finish(), text: text.finish() };
}

function withoutCr(piece: Uint8Array, dropLast: boolean): Uint8Array {
  if (!piece.includes(CR)) return piece;
  const kept = new Uint8Array(piece.length);
  let length = 0;
  for (const [index, byte] of piece.entries()) {
    const isDropped = byte === CR && (index === piece.length - 1 ? dropLast : piece[index + 1] === LF);
    if (!isDropped) kept[length++] = byte;
  }
  return kept.subarray(0, length);
}
