/** Rows of cells as lines of columns, each as wide as its widest cell. Cells are plain text: paint the lines. */
import { textWidth } from '../lib/text-width.ts';

export function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<readonly number[]>(
    (widest, row) => row.map((cell, column) => Math.max(textWidth(cell), widest[column] ?? 0)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - textWidth(cell))))
      .join('  ')
      .trimEnd(),
  );
}
