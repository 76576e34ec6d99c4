/** What a model looks like in the Open Inference Protocol: its tensors, and rows or texts out of a request's. Pure. */
import { err, ok, type Result } from '../../lib/result.ts';
import type { ServedModel, ServedTable } from '../served-model.ts';
import { shown, type Datatype, type Tensor } from './tensor.ts';

export interface TensorSpec {
  readonly name: string;
  readonly datatype: Datatype;
  /** -1: any length. */
  readonly shape: readonly number[];
}

export interface ModelTensors {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** Rows and texts that one request may hold. */
const MAX_ROWS = 10_000;

const FEATURES = 'features';
const TEXT = 'text';

export function tensorsOf(model: ServedModel): ModelTensors {
  if (model.kind === 'text')
    return {
      inputs: [{ name: TEXT, datatype: 'BYTES', shape: [-1] }],
      outputs: [
        { name: 'prediction', datatype: 'BYTES', shape: [-1] },
        { name: 'confidence', datatype: 'FP64', shape: [-1] },
      ],
    };
  return {
    inputs: [{ name: FEATURES, datatype: 'FP64', shape: [-1, model.inputs.length] }],
    outputs: [
      { name: 'prediction', datatype: 'INT64', shape: [-1] },
      { name: 'probability', datatype: 'FP64', shape: [-1] },
    ],
  };
}

export function textsIn(inputs: readonly Tensor[]): Result<readonly string[], string> {
  const [input, second] = inputs;
  if (second !== undefined) return err(unknownInput(second));
  if (input?.name !== TEXT) return err(`input '${TEXT}' is missing`);
  const texts = input.values.filter((value) => typeof value === 'string');
  if (texts.length < input.values.length) return err(`input '${TEXT}' should be BYTES`);
  return texts.length > MAX_ROWS ? err(tooMany) : ok(texts);
}

/** One tensor of all features, or one tensor a feature; NaN is a value that is not there. */
export function rowsIn(inputs: readonly Tensor[], model: ServedTable): Result<readonly Float64Array[], string> {
  const [first] = inputs;
  const columns = first?.name === FEATURES ? wholeRows(inputs, model) : columnsOf(inputs, model);
  if (!columns.ok) return columns;
  const { rows, at } = columns.value;
  if (rows > MAX_ROWS) return err(tooMany);
  const made = Array.from({ length: rows }, (_, row) =>
    Float64Array.from(model.inputs, (_input, column) => at(row, column)),
  );
  return findBadValue(made, model) ?? ok(made);
}

interface Columns {
  readonly rows: number;
  readonly at: (row: number, column: number) => number;
}

function wholeRows([input, second]: readonly Tensor[], model: ServedTable): Result<Columns, string> {
  if (second !== undefined) return err(unknownInput(second));
  const width = model.inputs.length;
  const shape = input?.shape ?? [];
  const isRight = shape.at(-1) === width && shape.length <= 2;
  if (input === undefined || !isRight) return err(`input '${FEATURES}' should have the shape [-1,${width}]`);
  return ok({ rows: input.values.length / width, at: (row, column) => numberAt(input, row * width + column) });
}

function columnsOf(inputs: readonly Tensor[], model: ServedTable): Result<Columns, string> {
  const byName = new Map(inputs.map((input) => [input.name, input]));
  const unknown = inputs.find(({ name }) => !model.inputs.some((input) => input.name === name));
  if (unknown !== undefined) return err(unknownInput(unknown));
  const columns = model.inputs.map(({ name }) => byName.get(name));
  const missing = model.inputs.find((_, i) => columns[i] === undefined);
  if (missing !== undefined) return err(`input '${missing.name}' is missing (or send '${FEATURES}')`);
  const rows = columns[0]?.values.length ?? 0;
  const isColumn = ({ shape, values }: Tensor): boolean =>
    values.length === rows && (shape.length === 1 || (shape.length === 2 && shape[1] === 1));
  const odd = columns.find((column) => column !== undefined && !isColumn(column));
  if (odd !== undefined) return err(`input '${odd.name}' should have the shape [${rows}]`);
  return ok({ rows, at: (row, column) => numberAt(columns[column], row) });
}

const numberAt = (input: Tensor | undefined, i: number): number => {
  const value = input?.values[i];
  return typeof value === 'number' ? value : Number.POSITIVE_INFINITY;
};

function findBadValue(rows: readonly Float64Array[], { inputs }: ServedTable): Result<never, string> | undefined {
  for (const [i, row] of rows.entries())
    for (const [column, { name, nullable }] of inputs.entries()) {
      const value = row[column] ?? Number.NaN;
      if (Number.isFinite(value) || (nullable && Number.isNaN(value))) continue;
      return err(`row ${i}: '${name}' should be a finite number`);
    }
  return undefined;
}

const unknownInput = ({ name }: Tensor): string => `unexpected input '${shown(name)}'`;

const tooMany = `a request may hold ${MAX_ROWS} rows at most`;
