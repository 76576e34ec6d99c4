/**
 * Bytes of a downloaded file to text, refusing what is no table at all: an empty file, a web page,
 * endless lines, another encoding. Knows nothing of columns.
 */
import { isUtf8 } from 'node:buffer';
import { err, ok } from '../../src/lib/result.ts';
import type { Result } from '../../src/lib/result.ts';
import type { Problem } from '../lib/problem.ts';

/** The longest real line has about 400 bytes; one far longer has lost its line ends. */
const MAX_LINE_BYTES = 65_536;
const LINE_FEED = 10;

export interface EncodedTable {
  readonly file: string;
  readonly bytes: Buffer;
  /** Read what is not UTF-8 as Latin-1, in which every byte is a character? */
  readonly isMaybeLatin1: boolean;
}

export function decodeTable({ file, bytes, isMaybeLatin1 }: EncodedTable): Result<string, Problem> {
  if (bytes.length === 0) return err({ file, line: 1, column: 1, message: 'the file is empty' });
  const start = bytes.toString('latin1', 0, 512).trimStart();
  if (/^(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|head|body|!--)/i.test(start)) {
    return err({ file, line: 1, column: 1, message: 'a web page, not a table: the download was answered with HTML' });
  }
  const longLine = findLongLine(file, bytes);
  if (longLine !== undefined) return err(longLine);
  const foreign = findForeignByte(file, bytes);
  if (foreign !== undefined) return isMaybeLatin1 ? ok(bytes.toString('latin1')) : err(foreign);
  const text = bytes.toString('utf8');
  return ok(text.startsWith('\ufeff') ? text.slice(1) : text);
}

function findLongLine(file: string, bytes: Buffer): Problem | undefined {
  for (let line = 1, from = 0; from < bytes.length; line++) {
    const end = bytes.indexOf(LINE_FEED, from);
    const length = (end < 0 ? bytes.length : end) - from;
    if (length > MAX_LINE_BYTES) {
      return {
        file,
        line,
        column: 1,
        message: `a line of ${length} bytes (at most ${MAX_LINE_BYTES}): the line ends are lost`,
      };
    }
    from += length + 1;
  }
  return undefined;
}

/** Looks for the place only when there is one: the check of the whole file costs next to nothing. */
function findForeignByte(file: string, bytes: Buffer): Problem | undefined {
  if (isUtf8(bytes)) return undefined;
  for (let line = 1, from = 0; from < bytes.length; line++) {
    const end = bytes.indexOf(LINE_FEED, from);
    const content = bytes.subarray(from, end < 0 ? bytes.length : end);
    if (!isUtf8(content)) {
      // What cannot be decoded becomes U+FFFD; a table has none of its own.
      const column = content.toString('utf8').indexOf('\ufffd') + 1;
      const byte = content[Buffer.byteLength(content.toString('utf8').slice(0, column - 1))] ?? 0;
      return { file, line, column, message: `not UTF-8: byte 0x${byte.toString(16).padStart(2, '0')} (Latin-1?)` };
    }
    from += content.length + 1;
  }
  return undefined;
}
