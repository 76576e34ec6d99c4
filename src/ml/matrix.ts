/** A table of numbers, row after row in one array. NaN is a missing value. Knows no column names. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Row-major: the value of row i, column j stands at i * columns + j. */
  readonly values: Float64Array;
}

/** Throws when a row has another length: rows of unequal length are a bug of the caller. */
export function matrixOf(rows: readonly ArrayLike<number>[]): Matrix {
  const columns = rows[0]?.length ?? 0;
  const values = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => {
    if (row.length !== columns) throw new Error(`row ${i} has ${row.length} values, not ${columns}`);
    values.set(row, i * columns);
  });
  return { rows: rows.length, columns, values };
}

/** The rows whose numbers are given, in that order. */
export function pickRows(matrix: Matrix, picked: Int32Array): Matrix {
  const { columns } = matrix;
  const values = new Float64Array(picked.length * columns);
  picked.forEach((row, i) => values.set(matrix.values.subarray(row * columns, (row + 1) * columns), i * columns));
  return { rows: picked.length, columns, values };
}
