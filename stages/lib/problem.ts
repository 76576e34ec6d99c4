/**
 * One thing wrong that the person who runs a stage can put right, with where it stands.
 *
 * Stage programs hand these back as values; bugs throw. Knows nothing of what was read.
 */
import type { Result } from '../../src/lib/result.ts';

export interface Problem {
  /** Root-relative, as the person would type it. */
  readonly file: string;
  /** From 1; without it the problem is the file's as a whole. */
  readonly line?: number;
  /** From 1, in characters. */
  readonly column?: number;
  readonly message: string;
}

/** What every reading step of a stage returns: all problems found, never only the first that was convenient. */
export type Checked<T> = Result<T, readonly Problem[]>;

/** `file:line:column: message`, which editors and terminals make into a link. */
export function renderProblem({ file, line, column, message }: Problem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return `${place}: ${message}`;
}
