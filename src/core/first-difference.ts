/** Where two texts begin to differ. Pure. */

export interface TextDifference {
  /** From 1. */
  readonly line: number;
  /** null: the text has ended before. */
  readonly was: string | null;
  readonly now: string | null;
}

/** Undefined: they are the same but for what no line shows (a line end at the end). */
export function firstDifference(was: string, now: string): TextDifference | undefined {
  const [these, those] = [was.split('\n'), now.split('\n')];
  const length = Math.max(these.length, those.length);
  for (let index = 0; index < length; index++) {
    if (these[index] === those[index]) continue;
    return { line: index + 1, was: these[index] ?? null, now: those[index] ?? null };
  }
  return undefined;
}
