/** Rows of cells as lines of columns, each as wide as its widest cell. Cells are plain text: paint the lines. */
import { padText, textWidth } from '../lib/text-width.ts';

/** A longer name moves its own line to the right, and no other. */
const MAX_LABEL = 32;

/** Of a column of names at the beginning of lines. */
export const labelWidth = (names: readonly string[]): number =>
  Math.min(MAX_LABEL, Math.max(0, ...names.map(textWidth)));

export function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<readonly number[]>(
    (widest, row) => row.map((cell, column) => Math.max(textWidth(cell), widest[column] ?? 0)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, column) => padText(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
