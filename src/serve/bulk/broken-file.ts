/** What is wrong with a file as a whole: none of its rows can be told from the others. The message is a sentence. */
export class BrokenFile extends Error {}

/** Characters of one row or line; as many as the body of one question may have. */
export const MAX_ROW_LENGTH = 1_000_000;

export const rowTooLong = (line: number): BrokenFile =>
  new BrokenFile(`line ${line} of the file has more than ${MAX_ROW_LENGTH} characters`);
