/**
 * The answers of a job while they are made: a file that grows, and beside it a mark that says how much of it
 * counts. Knows nothing of models or formats.
 *
 * Invariant: what a mark says was on the disk before the mark was; so after a kill or a power cut the file, cut
 * to that length, holds the answers of exactly that many rows, and the job goes on after them.
 */
import { closeSync, fdatasyncSync, ftruncateSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { publishFile } from '../../store/publish.ts';
import { readTextIfThere } from '../../store/read-if-there.ts';

const markSchema = z.strictObject({ rows: z.int(), errors: z.int(), bytes: z.int() });

export type RowCounts = Pick<z.infer<typeof markSchema>, 'rows' | 'errors'>;

export interface GrowingResult {
  /** Answered by whoever was stopped here; their lines stand in the file. */
  readonly kept: RowCounts;
  readonly add: (text: string) => void;
  /** All that was added counts from now on: these rows are never answered again. */
  readonly mark: (counts: RowCounts) => void;
  /** It is whole, and gets its name. */
  readonly finish: () => void;
  /** Nothing of it stays. */
  readonly discard: () => void;
}

/** Lines are short: written one by one they would cost more than they are worth. */
const BLOCK_LENGTH = 65_536;

export function openGrowingResult(output: string): GrowingResult {
  const part = `${output}.part`;
  const markFile = `${output}.mark`;
  const { bytes, ...kept } = readMark(markFile, part) ?? { rows: 0, errors: 0, bytes: 0 };
  const descriptor = openSync(part, 'a', 0o600);
  ftruncateSync(descriptor, bytes);
  let written = bytes;
  let block = '';

  const flush = (): void => {
    const rest = Buffer.from(block);
    block = '';
    for (let at = 0; at < rest.length; ) at += writeSync(descriptor, rest, at);
    written += rest.length;
  };
  return {
    kept,
    add(text) {
      block += text;
      if (block.length >= BLOCK_LENGTH) flush();
    },
    mark(counts) {
      flush();
      fdatasyncSync(descriptor);
      publishFile(markFile, JSON.stringify({ ...counts, bytes: written }), { mode: 0o600 });
    },
    finish() {
      flush();
      fdatasyncSync(descriptor);
      closeSync(descriptor);
      renameSync(part, output);
      rmSync(markFile, { force: true });
    },
    discard() {
      closeSync(descriptor);
      rmSync(part, { force: true });
      rmSync(markFile, { force: true });
    },
  };
}

/** undefined: nothing counts yet, or what counted is not there any more. */
function readMark(markFile: string, part: string): z.infer<typeof markSchema> | undefined {
  const text = readTextIfThere(markFile);
  if (text === undefined) return undefined;
  const mark = markSchema.parse(JSON.parse(text));
  const size = statSync(part, { throwIfNoEntry: false })?.size ?? 0;
  return size < mark.bytes ? undefined : mark;
}
