/**
 * A file's digests as DVC has them, and ours, in one reading.
 *
 * DVC 2 took the MD5 of a text with LF for every CRLF: of each piece of 1 MiB, if its first 512 bytes look
 * like text. Constant memory; large files do not stall the process.
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Digest } from '../../lib/digest.ts';
import { startDigest } from '../../lib/digest.ts';

export interface DvcDigests {
  readonly md5: string;
  /** Of DVC 2; equal to `md5` unless the file is a text with CRLF. */
  readonly legacyMd5: string;
  readonly digest: Digest;
  readonly size: number;
}

const PIECE = 1024 * 1024;
const LOOK = 512;

/** Throws what the operating system says. */
export async function dvcDigests(path: string): Promise<DvcDigests> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const buffer = Buffer.allocUnsafe(Math.min(PIECE, size + 1));
    const md5 = createHash('md5');
    const ours = startDigest();
    let legacy: ReturnType<typeof createHash> | undefined;
    let read = 0;
    for (let piece = await fill(file, buffer); piece.length > 0; piece = await fill(file, buffer)) {
      const unix = looksLikeText(piece.subarray(0, LOOK)) ? withoutCarriageReturns(piece) : piece;
      // Until the first CRLF both are one.
      if (unix !== piece) legacy ??= md5.copy();
      legacy?.update(unix);
      md5.update(piece);
      ours.update(piece);
      read += piece.length;
    }
    const hex = md5.digest('hex');
    return { md5: hex, legacyMd5: legacy?.digest('hex') ?? hex, digest: ours.finish(), size: read };
  } finally {
    await file.close();
  }
}

export const md5Of = (text: string | Uint8Array): string => createHash('md5').update(text).digest('hex');

/** Pieces begin at multiples of their size: which bytes are looked at depends on it. */
async function fill(file: Awaited<ReturnType<typeof open>>, buffer: Buffer): Promise<Buffer> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function looksLikeText(block: Uint8Array): boolean {
  if (block.includes(0)) return false;
  let odd = 0;
  for (const byte of block) if (!isTextByte(byte)) odd += 1;
  return odd / block.length <= 0.3;
}

/** Printable ASCII and \n \r \t \f \b. */
const isTextByte = (byte: number): boolean => (byte >= 32 && byte < 127) || [8, 9, 10, 12, 13].includes(byte);

function withoutCarriageReturns(piece: Buffer): Buffer {
  if (!piece.includes('\r\n')) return piece;
  return Buffer.from(piece.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}
