/** From rows of several revisions to points that can be drawn. Pure. */
import type { Cell, PlotRow } from './plot-data.ts';
import type { PlotSeries } from './plot.ts';

export interface Point {
  readonly revision: string;
  /** The column that y comes from. */
  readonly series: string;
  readonly x: Cell;
  readonly y: Cell;
}

/** Of one revision; `file`: root-relative. */
export type RowsOf = (file: string) => readonly PlotRow[] | undefined;

/** More are not told apart on a picture: of more, every so manyth is drawn. */
export const MAX_POINTS = 2000;

export interface PointSource {
  readonly revision: string;
  readonly rowsOf: RowsOf;
  /** Columns of several files may be called alike. */
  readonly hasFiles: boolean;
}

/** A series whose column is not there has no points. */
export function pointsOf(series: PlotSeries, { revision, rowsOf, hasFiles }: PointSource): readonly Point[] {
  const rows = rowsOf(series.file) ?? [];
  const xs = series.x === undefined ? undefined : series.x.file === series.file ? rows : rowsOf(series.x.file);
  const column = series.y ?? lastColumn(rows, series.x?.column);
  if (column === undefined) return [];
  const name = hasFiles ? `${series.file}: ${column}` : column;
  return rows.flatMap((row, index) => {
    const x = series.x === undefined ? index : (xs?.[index]?.[series.x.column] ?? null);
    const y = row[column] ?? null;
    return x === null || y === null ? [] : [{ revision, series: name, x, y }];
  });
}

/** In their order; the first and the last stay. */
export function thinOut(points: readonly Point[]): readonly Point[] {
  if (points.length <= MAX_POINTS) return points;
  const step = (points.length - 1) / (MAX_POINTS - 1);
  return Array.from({ length: MAX_POINTS }, (_, index) => points[Math.round(index * step)]).filter(
    (point) => point !== undefined,
  );
}

const lastColumn = ([first]: readonly PlotRow[], x: string | undefined): string | undefined =>
  Object.keys(first ?? {}).findLast((name) => name !== x);
