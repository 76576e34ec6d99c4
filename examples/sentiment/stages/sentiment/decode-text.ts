/**
 * The text of a file somebody else wrote. UTF-8 with or without a byte order mark, UTF-16 with one; whatever is neither is
 * read as Windows-1252, which holds Latin-1, and said so. Bytes that are no text at all are refused.
 */
import { err, ok } from '../../../../src/lib/result.ts';
import type { Checked } from '../../../../stages/lib/problem.ts';

export interface TextFile {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Told what was taken for granted. */
  readonly say: (text: string) => void;
}

export function decodeText({ file, bytes, say }: TextFile): Checked<string> {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return ok(new TextDecoder('utf-16le').decode(bytes));
  if (first === 0xfe && second === 0xff) return ok(new TextDecoder('utf-16be').decode(bytes));
  if (bytes.includes(0)) return err([{ file, message: 'is no text: there are zero bytes in it' }]);
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    say(`${file} is not UTF-8; read as Windows-1252`);
    return ok(
      Buffer.from(bytes)
        .toString('latin1')
        .replace(/[\u0080-\u009f]/g, toWindows),
    );
  }
}

/** Windows-1252 from 0x80 on, by hand: Node 20 takes it for Latin-1, newer ones do not, and these texts end in digests. */
const WINDOWS = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

const toWindows = (character: string): string => WINDOWS[character.charCodeAt(0) - 0x80] ?? character;
