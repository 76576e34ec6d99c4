/** How far the holdout is from what the model was trained on, input by input. Of a text it counts words, as the model does. */
import { compareCodeUnits } from '../../src/lib/canonical-json.ts';
import { driftOf, type InputDrift } from '../../src/ml/drift.ts';
import type { Matrix } from '../../src/ml/matrix.ts';
import type { ModelFile } from '../../src/ml/model.ts';
import type { Holdout } from '../../src/ml/score.ts';
import { termsOf } from '../../src/ml/text-tokens.ts';

export interface NamedDrift extends InputDrift {
  readonly input: string;
}

/** Most moved first. */
export function measureDrift({ inputs, reference }: ModelFile, holdout: Holdout): readonly NamedDrift[] {
  const columnOf = (column: number): Float64Array =>
    'rows' in holdout
      ? pickColumn(holdout.rows, column)
      : Float64Array.from(holdout.texts, (text) => termsOf(text, [1]).length);
  return reference
    .map((histogram, i) => ({ input: inputs[i]?.name ?? '', ...driftOf(histogram, columnOf(i)) }))
    .sort((a, b) => b.psi - a.psi || compareCodeUnits(a.input, b.input));
}

function pickColumn({ rows, columns, values }: Matrix, column: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => values[row * columns + column] ?? Number.NaN);
}
