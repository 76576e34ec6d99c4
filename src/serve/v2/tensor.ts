/**
 * Tensors of the Open Inference Protocol v2, as JSON and as bytes (Triton's extension_binary_data:
 * little-endian, no padding, BYTES with a length of four bytes before each element). Pure.
 *
 * Invariant: a tensor that this returns has as many elements as its shape says.
 */
import { isUtf8 } from 'node:buffer';
import { err, ok, type Result } from '../../lib/result.ts';

/** FP16 and BF16 are named so that they can be refused by name. */
export const DATATYPES = [
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP16',
  'BF16',
  'FP32',
  'FP64',
  'BYTES',
] as const;

export type Datatype = (typeof DATATYPES)[number];

export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major. null in JSON, and NaN in bytes, is a value that is not there: NaN here. */
  readonly values: readonly number[] | readonly string[];
}

/** What stands of a tensor in the JSON of a request. */
export interface TensorHead {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: Datatype;
}

export const isDatatype = (value: unknown): value is Datatype => DATATYPES.some((datatype) => datatype === value);

/** A name in a message: what does not look like one is not sent back. */
export const shown = (name: string): string => (/^[\w.-]{1,64}$/.test(name) ? name : '?');

const countOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** `data` may be flat or nested. */
export function tensorFromJson(head: TensorHead, data: unknown): Result<Tensor, string> {
  const { name, shape, datatype } = head;
  if (datatype === 'FP16' || datatype === 'BF16')
    return err(`input '${shown(name)}': ${datatype} cannot be sent as JSON`);
  if (!Array.isArray(data)) return err(`input '${shown(name)}': data should be a list`);
  const flat: readonly unknown[] = data.flat(Number.POSITIVE_INFINITY);
  if (flat.length !== countOf(shape)) return err(wrongCount(head, flat.length));
  if (datatype === 'BYTES') {
    const texts = flat.filter((value) => typeof value === 'string');
    return texts.length === flat.length ? ok({ name, shape, values: texts }) : err(wrongElement(head));
  }
  const values = flat.map((value) => toNumber(datatype, value));
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? ok({ name, shape, values: known }) : err(wrongElement(head));
}

function toNumber(datatype: Datatype, value: unknown): number | undefined {
  if (value === null) return Number.NaN;
  if (datatype === 'BOOL') return typeof value === 'boolean' ? Number(value) : undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  if (datatype === 'FP32' || datatype === 'FP64') return value;
  // JSON numbers beyond 2^53 have lost digits before we see them.
  const [low, high] = RANGES[datatype] ?? [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  return Number.isSafeInteger(value) && value >= low && value <= high ? value : undefined;
}

const RANGES: Partial<Record<Datatype, readonly [number, number]>> = {
  UINT8: [0, 255],
  UINT16: [0, 65_535],
  UINT32: [0, 4_294_967_295],
  UINT64: [0, Number.MAX_SAFE_INTEGER],
  INT8: [-128, 127],
  INT16: [-32_768, 32_767],
  INT32: [-2_147_483_648, 2_147_483_647],
};

export function tensorFromBytes(head: TensorHead, bytes: Buffer): Result<Tensor, string> {
  const { name, shape, datatype } = head;
  if (datatype === 'BYTES') {
    const values = readTexts(head, bytes);
    return values.ok ? ok({ name, shape, values: values.value }) : values;
  }
  const reading = READERS[datatype];
  if (reading === undefined) return err(`input '${shown(name)}': ${datatype} is not supported`);
  const { size, read } = reading;
  if (bytes.length !== countOf(shape) * size)
    return err(`input '${shown(name)}': ${bytes.length} bytes where its shape says ${countOf(shape) * size}`);
  const values = Array.from({ length: bytes.length / size }, (_, i) => read(bytes, i * size));
  return values.every((value) => Math.abs(value) <= Number.MAX_SAFE_INTEGER || !datatype.endsWith('INT64'))
    ? ok({ name, shape, values })
    : err(wrongElement(head));
}

interface Reading {
  readonly size: number;
  readonly read: (bytes: Buffer, at: number) => number;
}

const READERS: Partial<Record<Datatype, Reading>> = {
  BOOL: { size: 1, read: (bytes, at) => (bytes.readUInt8(at) === 0 ? 0 : 1) },
  UINT8: { size: 1, read: (bytes, at) => bytes.readUInt8(at) },
  UINT16: { size: 2, read: (bytes, at) => bytes.readUInt16LE(at) },
  UINT32: { size: 4, read: (bytes, at) => bytes.readUInt32LE(at) },
  UINT64: { size: 8, read: (bytes, at) => Number(bytes.readBigUInt64LE(at)) },
  INT8: { size: 1, read: (bytes, at) => bytes.readInt8(at) },
  INT16: { size: 2, read: (bytes, at) => bytes.readInt16LE(at) },
  INT32: { size: 4, read: (bytes, at) => bytes.readInt32LE(at) },
  INT64: { size: 8, read: (bytes, at) => Number(bytes.readBigInt64LE(at)) },
  FP32: { size: 4, read: (bytes, at) => bytes.readFloatLE(at) },
  FP64: { size: 8, read: (bytes, at) => bytes.readDoubleLE(at) },
};

function readTexts(head: TensorHead, bytes: Buffer): Result<readonly string[], string> {
  const texts: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const start = at + 4;
    const end = start > bytes.length ? Number.POSITIVE_INFINITY : start + bytes.readUInt32LE(at);
    if (end > bytes.length) return err(`input '${shown(head.name)}': an element ends past its bytes`);
    const element = bytes.subarray(start, end);
    if (!isUtf8(element)) return err(`input '${shown(head.name)}': an element is not valid UTF-8`);
    texts.push(element.toString());
    at = end;
  }
  return texts.length === countOf(head.shape) ? ok(texts) : err(wrongCount(head, texts.length));
}

const wrongCount = ({ name, shape }: TensorHead, given: number): string =>
  `input '${shown(name)}': ${given} elements where its shape says ${countOf(shape)}`;

const wrongElement = ({ name, datatype }: TensorHead): string => `input '${shown(name)}': an element is no ${datatype}`;

export interface OutputTensor {
  readonly name: string;
  readonly datatype: 'INT64' | 'FP64' | 'BYTES';
  readonly values: readonly number[] | readonly string[];
}

export function tensorToBytes({ datatype, values }: OutputTensor): Buffer {
  if (datatype === 'BYTES') return Buffer.concat(values.map((value) => withLength(Buffer.from(String(value)))));
  const bytes = Buffer.alloc(values.length * 8);
  for (const [i, value] of values.entries())
    if (datatype === 'INT64') bytes.writeBigInt64LE(BigInt(value), i * 8);
    else bytes.writeDoubleLE(Number(value), i * 8);
  return bytes;
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}
