/** The answer to an inference request: JSON, and behind it the outputs that were asked for as bytes. Pure. */
import { err, ok, type Result } from '../../lib/result.ts';
import type { PredictionTuple } from '../../store/database/predictions.ts';
import type { ServedModel } from '../served-model.ts';
import type { InferRequest, RequestedOutput } from './infer-request.ts';
import { tensorsOf } from './model-tensors.ts';
import { tensorToBytes, type OutputTensor } from './tensor.ts';

export interface InferAnswer {
  readonly json: string;
  /** Empty: nothing was asked for as bytes. */
  readonly binary: Buffer;
}

type Outputs = Pick<InferRequest, 'outputs' | 'isBinary'>;

/** Which outputs are to be sent: all when none is named. */
export function chooseOutputs(
  model: ServedModel,
  { outputs, isBinary }: Outputs,
): Result<readonly Required<RequestedOutput>[], string> {
  const known = tensorsOf(model).outputs.map(({ name }) => name);
  const unknown = outputs.find(({ name }) => !known.includes(name));
  if (unknown !== undefined) return err(`unexpected output: the model has ${known.join(' and ')}`);
  const wanted = outputs.length > 0 ? outputs : known.map((name) => ({ name, isBinary: undefined }));
  return ok(wanted.map((output) => ({ name: output.name, isBinary: output.isBinary ?? isBinary })));
}

export interface Answered {
  readonly model: ServedModel;
  readonly id: string;
  readonly outputs: readonly Required<RequestedOutput>[];
  /** As the history keeps them, one a row. */
  readonly rows: readonly PredictionTuple[];
}

export function renderInferAnswer({ model, id, outputs, rows }: Answered): InferAnswer {
  const parts: Buffer[] = [];
  const rendered = outputs.map(({ name, isBinary }) => {
    const tensor = outputOf(model, name, rows);
    const head = { name, datatype: tensor.datatype, shape: [rows.length] };
    if (isBinary !== true) return { ...head, data: tensor.values };
    const bytes = tensorToBytes(tensor);
    parts.push(bytes);
    return { ...head, parameters: { binary_data_size: bytes.length } };
  });
  const json = JSON.stringify({ model_name: model.name, model_version: model.version, id, outputs: rendered });
  return { json, binary: Buffer.concat(parts) };
}

function outputOf(model: ServedModel, name: string, rows: readonly PredictionTuple[]): OutputTensor {
  const probabilities = rows.map((row) => row[7]);
  const predictions = rows.map((row): unknown => JSON.parse(row[6]));
  if (name === 'probability') return { name, datatype: 'FP64', values: probabilities };
  if (name === 'confidence')
    return {
      name,
      datatype: 'FP64',
      values: probabilities.map((probability, i) => (predictions[i] === 'positive' ? probability : 1 - probability)),
    };
  return model.kind === 'text'
    ? { name, datatype: 'BYTES', values: predictions.map(String) }
    : { name, datatype: 'INT64', values: predictions.map(Number) };
}
