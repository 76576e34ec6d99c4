/**
 * The body of an inference request: JSON, and behind it the tensors that are sent as bytes. Knows
 * nothing of models. Pure.
 *
 * Content-Type says nothing here: tritonclient sends JSON as application/octet-stream. What counts is
 * `Inference-Header-Content-Length`.
 */
import { isUtf8 } from 'node:buffer';
import { err, ok, type Result } from '../../lib/result.ts';
import { isObject, type Members } from '../predict-body.ts';
import { parseStrictJson } from '../strict-json.ts';
import { isDatatype, shown, tensorFromBytes, tensorFromJson, type Tensor, type TensorHead } from './tensor.ts';

export interface InferRequest {
  readonly id: string | undefined;
  readonly inputs: readonly Tensor[];
  /** Empty: all. */
  readonly outputs: readonly RequestedOutput[];
  /** What an output that does not say so itself is sent as. */
  readonly isBinary: boolean;
}

export interface RequestedOutput {
  readonly name: string;
  readonly isBinary: boolean | undefined;
}

export interface InferBody {
  readonly bytes: Buffer;
  /** `Inference-Header-Content-Length`; null: all of it is JSON. */
  readonly headerLength: string | null;
}

const MAX_DEPTH = 100;
const MAX_DIMENSIONS = 8;

/** The error is a sentence for the caller. */
export function parseInferRequest(body: InferBody): Result<InferRequest, string> {
  const split = splitBody(body);
  if (!split.ok) return split;
  const { json, rest } = split.value;
  if (!isUtf8(json)) return err('the request is not valid UTF-8');
  const parsed = parseStrictJson(json.toString(), MAX_DEPTH);
  if (!parsed.ok) return err(`the request is not valid JSON: ${parsed.error.msg}`);
  if (!isObject(parsed.value)) return err('the request should be an object');
  const { id, inputs, outputs = [], parameters = {} } = parsed.value;
  if (id !== undefined && typeof id !== 'string') return err('id should be a string');
  if (!isObject(parameters)) return err('parameters should be an object');
  const tensors = parseInputs(inputs, rest);
  if (!tensors.ok) return tensors;
  const requested = parseOutputs(outputs);
  if (!requested.ok) return requested;
  return ok({
    id: id === '' ? undefined : id,
    inputs: tensors.value,
    outputs: requested.value,
    isBinary: parameters['binary_data_output'] === true,
  });
}

interface Split {
  readonly json: Buffer;
  readonly rest: Buffer;
}

function splitBody({ bytes, headerLength }: InferBody): Result<Split, string> {
  if (headerLength === null) return ok({ json: bytes, rest: Buffer.alloc(0) });
  const length = /^\d{1,10}$/.test(headerLength) ? Number(headerLength) : Number.POSITIVE_INFINITY;
  if (length > bytes.length) return err('Inference-Header-Content-Length is no length within the body');
  return ok({ json: bytes.subarray(0, length), rest: bytes.subarray(length) });
}

function parseInputs(inputs: unknown, rest: Buffer): Result<readonly Tensor[], string> {
  if (!Array.isArray(inputs) || inputs.length === 0) return err('inputs should be a list with at least one tensor');
  const tensors: Tensor[] = [];
  let at = 0;
  for (const input of inputs) {
    const head = parseHead(input);
    if (!head.ok) return head;
    if (tensors.some(({ name }) => name === head.value.name))
      return err(`input '${shown(head.value.name)}' occurs twice`);
    const size = binarySize(input);
    if (size !== undefined && !(Number.isSafeInteger(size) && Number(size) >= 0 && at + Number(size) <= rest.length))
      return err(`input '${shown(head.value.name)}': binary_data_size is no length within the body`);
    const end = at + Number(size ?? 0);
    const tensor =
      size === undefined
        ? tensorFromJson(head.value, Object(input)['data'])
        : tensorFromBytes(head.value, rest.subarray(at, end));
    if (!tensor.ok) return tensor;
    at = end;
    tensors.push(tensor.value);
  }
  return at === rest.length ? ok(tensors) : err(`${rest.length - at} bytes of the body belong to no input`);
}

function parseHead(input: unknown): Result<TensorHead, string> {
  if (!isObject(input) || typeof input['name'] !== 'string') return err('each input should be an object with a name');
  const name = input['name'];
  const where = `input '${shown(name)}'`;
  const { shape, datatype } = input;
  if (!isShape(shape)) return err(`${where}: shape should be a list of whole numbers, none negative`);
  if (!isDatatype(datatype)) return err(`${where}: unknown datatype`);
  return ok({ name, shape, datatype });
}

const isShape = (shape: unknown): shape is readonly number[] =>
  Array.isArray(shape) &&
  shape.length <= MAX_DIMENSIONS &&
  shape.every((length) => Number.isSafeInteger(length) && length >= 0);

function binarySize(input: Members): unknown {
  const { parameters } = input;
  return isObject(parameters) ? parameters['binary_data_size'] : undefined;
}

function parseOutputs(outputs: unknown): Result<readonly RequestedOutput[], string> {
  if (!Array.isArray(outputs)) return err('outputs should be a list');
  const requested: RequestedOutput[] = [];
  for (const output of outputs) {
    if (!isObject(output) || typeof output['name'] !== 'string')
      return err('each output should be an object with a name');
    const { name } = output;
    if (requested.some((other) => other.name === name)) return err(`output '${shown(name)}' occurs twice`);
    const parameters = isObject(output['parameters']) ? output['parameters'] : {};
    if (parameters['classification'] !== undefined)
      return err(`output '${shown(name)}': classification is not supported`);
    const isBinary = parameters['binary_data'];
    requested.push({ name, isBinary: typeof isBinary === 'boolean' ? isBinary : undefined });
  }
  return ok(requested);
}
