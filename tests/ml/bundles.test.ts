import { expect, test } from 'vitest';
import { createBinTable } from '../../src/ml/bin-table.ts';
import { bundleRows, mostSlots } from '../../src/ml/bundles.ts';
import { addToHistogram, unfoldHistogram } from '../../src/ml/gbdt-kernels.ts';
import type { Matrix } from '../../src/ml/matrix.ts';
import { fc } from '../support/properties.ts';

/** Of the columns asked for, each value counted by itself. */
function countSingly(table: ReturnType<typeof createBinTable>, columns: readonly number[], sums: Float64Array) {
  const counts = new Float64Array(table.from[table.columns] ?? 0);
  for (const column of columns) {
    for (let row = 0; row < table.rows; row++) {
      counts[table.slots[column * table.rows + row] ?? 0]! += sums[row] ?? 0;
    }
  }
  return counts;
}

function countBundled(matrix: Matrix, columns: readonly number[]) {
  const table = createBinTable(matrix);
  const sums = Float64Array.from({ length: matrix.rows }, (_, row) => (row * 7919) % 1009);
  const target = new Uint16Array(matrix.rows * ((matrix.columns + 1) & ~1));
  const bundled = bundleRows(table, Int32Array.from(columns), target);
  const histogram = new Float64Array(mostSlots(table) + 1);
  const rows = Int32Array.from({ length: matrix.rows }, (_, row) => row);
  addToHistogram(bundled.pairs, bundled.pairsPerRow, rows, 0, matrix.rows, sums, histogram);
  const unfolded = new Float64Array(table.from[table.columns] ?? 0);
  unfoldHistogram(histogram, bundled.unfolding.bundled, bundled.unfolding.single, unfolded);
  const total = histogram.subarray(0, bundled.firstSlots).reduce((a, b) => a + b, 0);
  return { table, sums, bundled, unfolded, total };
}

test('a bundle counts each of its inputs as if it were alone, missing values and constant inputs included', () => {
  const cells = fc.array(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constant(Number.NaN)), {
    minLength: 60,
    maxLength: 240,
  });
  fc.assert(
    fc.property(cells, fc.integer({ min: 1, max: 9 }), fc.nat(), (values, columns, seed) => {
      const rows = Math.floor(values.length / columns);
      const capped = Float64Array.from(values.slice(0, rows * columns), (value, i) => value % (1 + (i % columns) * 4));
      const asked = Array.from({ length: columns }, (_, column) => column).filter(
        (column) => column === 0 || (seed >> column) % 3 > 0,
      );
      const { table, sums, unfolded, total } = countBundled({ rows, columns, values: capped }, asked);
      expect(unfolded).toEqual(countSingly(table, asked, sums));
      expect(total).toBe(sums.reduce((a, b) => a + b, 0));
    }),
  );
});

test('inputs of few values share a place, those of many stay alone', () => {
  const rows = 600;
  const values = Float64Array.from({ length: rows * 4 }, (_, i) => (i % 4 === 3 ? i : (i * (1 + (i % 4))) % 5));
  const { bundled } = countBundled({ rows, columns: 4, values }, [0, 1, 2, 3]);
  expect(bundled.pairsPerRow).toBe(1);
});

test('a table so wide that slots run out is counted all the same', () => {
  const [rows, columns] = [300, 900];
  const values = Float64Array.from({ length: rows * columns }, (_, i) => (i * 31 + Math.floor(i / columns)) % 97);
  const asked = Array.from({ length: columns }, (_, column) => column);
  const { table, sums, bundled, unfolded } = countBundled({ rows, columns, values }, asked);
  expect(bundled.slots).toBeLessThanOrEqual(mostSlots(table));
  expect(unfolded).toEqual(countSingly(table, asked, sums));
});
