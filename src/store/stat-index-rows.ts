/**
 * Rows of {name, type, four numbers, digest} in typed arrays that grow, and their bytes.
 *
 * A million rows are some 90 MB, and reading them back makes no object a row. Knows nothing of what
 * the numbers mean. Byte order is the machine's: these bytes never leave it.
 */
import type { Digest } from '../lib/digest.ts';

const NUMBERS = 4;
const DIGEST_BYTES = 32;
const ROW_BYTES = NUMBERS * 8 + 4 + DIGEST_BYTES + 1;

export interface Row {
  readonly name: string;
  readonly type: number;
  /** `NUMBERS` of them. */
  readonly numbers: readonly number[];
  readonly digest: Digest | undefined;
}

interface Columns {
  readonly numbers: Float64Array;
  /** Where each row's name ends in `names`. */
  readonly nameEnds: Uint32Array;
  readonly digests: Buffer;
  readonly types: Uint8Array;
  readonly names: Buffer;
}

export class Rows {
  #columns: Columns;
  #count: number;

  constructor(columns: Columns = createColumns(16, 256), count = 0) {
    this.#columns = columns;
    this.#count = count;
  }

  get count(): number {
    return this.#count;
  }

  append({ name, type, numbers, digest }: Row): void {
    const at = this.#count;
    const start = this.#nameStart(at);
    this.#reserve(at + 1, start + name.length * 3);
    const columns = this.#columns;
    columns.nameEnds[at] = start + columns.names.write(name, start, 'utf8');
    columns.types[at] = type;
    columns.numbers.set(numbers, at * NUMBERS);
    if (digest !== undefined) columns.digests.write(digest, at * DIGEST_BYTES, 'hex');
    this.#count = at + 1;
  }

  nameAt(at: number): string {
    return this.#columns.names.toString('utf8', this.#nameStart(at), this.#columns.nameEnds[at]);
  }

  typeAt(at: number): number {
    return this.#columns.types[at] ?? 0;
  }

  numberAt(at: number, column: number): number {
    return this.#columns.numbers[at * NUMBERS + column] ?? Number.NaN;
  }

  digestAt(at: number): Digest {
    const digest = this.#columns.digests.toString('hex', at * DIGEST_BYTES, (at + 1) * DIGEST_BYTES);
    if (!isHexOfDigest(digest)) throw new Error(`row ${at} has no digest`);
    return digest;
  }

  /** A multiple of eight bytes long, so that what follows is aligned too. */
  encode(): Buffer {
    const nameBytes = this.#nameStart(this.#count);
    const { numbers, nameEnds, digests, types, names } = resized(this.#columns, this.#count, nameBytes);
    const header = new Float64Array([this.#count, nameBytes]);
    const parts = [bytesOf(header), bytesOf(numbers), bytesOf(nameEnds), digests, types, names];
    const length = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
    return Buffer.concat(parts, padded(length));
  }

  /** Reads what `encode` wrote, in place: `bytes` begin at a multiple of eight. Undefined: they do not fit. */
  static decode(bytes: Uint8Array): { readonly rows: Rows; readonly length: number } | undefined {
    if (bytes.length < 16) return undefined;
    const [count = 0, nameBytes = 0] = new Float64Array(bytes.buffer, bytes.byteOffset, 2);
    const length = padded(16 + count * ROW_BYTES + nameBytes);
    if (!(length <= bytes.length)) return undefined;
    let offset = bytes.byteOffset + 16;
    const take = (size: number): number => (offset += size) - size;
    const columns: Columns = {
      numbers: new Float64Array(bytes.buffer, take(count * NUMBERS * 8), count * NUMBERS),
      nameEnds: new Uint32Array(bytes.buffer, take(count * 4), count),
      digests: Buffer.from(bytes.buffer, take(count * DIGEST_BYTES), count * DIGEST_BYTES),
      types: new Uint8Array(bytes.buffer, take(count), count),
      names: Buffer.from(bytes.buffer, take(nameBytes), nameBytes),
    };
    return { rows: new Rows(columns, count), length };
  }

  #nameStart(at: number): number {
    return at === 0 ? 0 : (this.#columns.nameEnds[at - 1] ?? 0);
  }

  #reserve(rows: number, nameBytes: number): void {
    const { types, names } = this.#columns;
    if (rows <= types.length && nameBytes <= names.length) return;
    const capacity = rows <= types.length ? types.length : rows * 2;
    this.#columns = resized(this.#columns, capacity, nameBytes <= names.length ? names.length : nameBytes * 2);
  }
}

function createColumns(rows: number, nameBytes: number): Columns {
  return {
    numbers: new Float64Array(rows * NUMBERS),
    nameEnds: new Uint32Array(rows),
    digests: Buffer.alloc(rows * DIGEST_BYTES),
    types: new Uint8Array(rows),
    names: Buffer.alloc(nameBytes),
  };
}

/** Shorter or longer copies. */
function resized(from: Columns, rows: number, nameBytes: number): Columns {
  const to = createColumns(rows, nameBytes);
  to.numbers.set(from.numbers.subarray(0, rows * NUMBERS));
  to.nameEnds.set(from.nameEnds.subarray(0, rows));
  to.digests.set(from.digests.subarray(0, rows * DIGEST_BYTES));
  to.types.set(from.types.subarray(0, rows));
  to.names.set(from.names.subarray(0, nameBytes));
  return to;
}

/** Of what is hex already: a million of them are not matched against a pattern. */
const isHexOfDigest = (hex: string): hex is Digest => hex.length === DIGEST_BYTES * 2;

const padded = (length: number): number => Math.ceil(length / 8) * 8;

const bytesOf = (column: Float64Array | Uint32Array): Uint8Array =>
  new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
