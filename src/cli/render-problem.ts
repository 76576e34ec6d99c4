/** One problem in a file the user wrote: where, what, what to do, and the line itself with a mark. */
import type { Problem } from '../core/failure.ts';
import type { Place } from '../core/pipeline.ts';
import { plainLine, textWidth } from '../lib/text-width.ts';
import type { Theme } from './theme.ts';

/** The text of a line, for problems that come without; undefined when it cannot be had. */
export type LineOf = (place: Place) => string | undefined;

export const renderPlace = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;

export function renderProblem(problem: Problem, { theme, lineOf }: { theme: Theme; lineOf: LineOf }): string {
  const { place, path, message, hint } = problem;
  const where = path === '' ? '' : `${path}: `;
  const shown = problem.text ?? lineOf(place);
  return [
    `${theme.strong(renderPlace(place))} ${where}${message}`,
    ...renderMark(shown, place, theme),
    ...(hint === undefined ? [] : [`  hint: ${hint}`]),
  ].join('\n');
}

const WIDTH = 96;

/** The line with a mark below the column; nothing when there is no line to show. */
export function renderMark(text: string | undefined, { line, column }: Place, theme: Theme): readonly string[] {
  if (text === undefined || text.trim() === '') return [];
  // A long line is shown from a little before the mark.
  const from = column > WIDTH - 16 ? column - 33 : 0;
  const before = plainLine(text.slice(from, column - 1));
  const shown = plainLine(text.slice(from, from + WIDTH));
  const gutter = `${line} | `;
  return [`  ${theme.faint(gutter)}${shown}`, `  ${' '.repeat(gutter.length + textWidth(before))}${theme.bad('^')}`];
}
