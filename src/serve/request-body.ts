/**
 * Reads a body: size, media type, encoding. Knows nothing of what is in it.
 *
 * Invariant: never holds more than the limit, whatever the headers claim.
 */
import { isUtf8 } from 'node:buffer';
import { err, ok, type Result } from '../lib/result.ts';
import type { Problem } from './answer.ts';
import { bodyIncomplete, notUtf8, tooLarge, unread, unsupportedMediaType } from './problems.ts';

export type MediaType =
  | 'application/json'
  | 'application/x-www-form-urlencoded'
  | 'application/octet-stream'
  | 'application/x-ndjson'
  | 'text/csv';

/** The part of a `Request` that comes before the body. */
export interface Head {
  readonly headers: Pick<Request['headers'], 'get' | 'has'>;
}

/** Before anything is read: a length that is announced and too large. */
export function findAnnouncedExcess(request: Head, maxBytes: number): Problem | undefined {
  return (announcedLength(request) ?? 0) > maxBytes ? tooLarge(maxBytes) : undefined;
}

export interface MediaRule {
  readonly type: MediaType;
  readonly orForm?: true;
  readonly also?: readonly MediaType[];
}

export function findMediaFault(request: Head, { type: expected, orForm, also }: MediaRule): Problem | undefined {
  const given = request.headers.get('content-type');
  const isRight =
    given === expected ||
    (given !== null &&
      (isSameType(given, expected) ||
        (orForm === true && isSameType(given, FORM)) ||
        also?.some((type) => isSameType(given, type)) === true));
  return isRight && !isEncoded(request) ? undefined : unsupportedMediaType([expected, ...(also ?? [])].join(' or '));
}

/** Nothing is unpacked: a few bytes could become a body of any size. */
export function isEncoded({ headers }: Head): boolean {
  const encoding = headers.get('content-encoding');
  return encoding !== null && encoding.toLowerCase() !== 'identity';
}

export async function readText(request: Request, maxBytes: number): Promise<Result<string, Problem>> {
  const bytes = await readBytes(request, maxBytes);
  return bytes.ok ? decodeText(bytes.value) : bytes;
}

export async function readBytes(request: Request, maxBytes: number): Promise<Result<Buffer, Problem>> {
  try {
    // Node gives no more than was announced, so an announced body needs no counting.
    if (announcedLength(request) !== undefined) return ok(Buffer.from(await request.arrayBuffer()));
    return request.body === null ? ok(Buffer.alloc(0)) : await readCounted(request.body, maxBytes);
  } catch {
    return err(bodyIncomplete); // the connection broke: nobody will read the answer
  }
}

async function readCounted(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Result<Buffer, Problem>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) return err(unread(tooLarge(maxBytes)));
    chunks.push(chunk);
  }
  return ok(Buffer.concat(chunks));
}

/** undefined: sent in chunks. */
function announcedLength(request: Head): number | undefined {
  const length = request.headers.get('content-length');
  return length === null ? undefined : Number(length);
}

const FORM: MediaType = 'application/x-www-form-urlencoded';

export const isForm = (request: Request): boolean => isSameType(request.headers.get('content-type') ?? '', FORM);

/** The charset may be named if it is the only one there is. */
function isSameType(given: string, expected: MediaType): boolean {
  const [type = '', ...parameters] = given.toLowerCase().split(';');
  const charsets = parameters
    .map((parameter) => parameter.trim())
    .filter((parameter) => parameter.startsWith('charset='));
  return type.trim() === expected && charsets.every((charset) => /^charset="?utf-?8"?$/.test(charset));
}

/**
 * A mark at the start that says UTF-8 is taken off; those of UTF-16 and UTF-32 are not valid UTF-8. Without a mark
 * these begin with a NUL or have one in the second place, as nothing does that is sent here.
 */
export function decodeText(bytes: Buffer): Result<string, Problem> {
  if (!isUtf8(bytes) || bytes[0] === 0 || bytes[1] === 0) return err(notUtf8);
  const text = bytes.toString();
  return ok(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
}

const BYTE_ORDER_MARK = 0xfeff;
