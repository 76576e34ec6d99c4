/**
 * A large object in parts, several at a time, and resumable: what has arrived is written down, so that
 * after a kill only the rest is sent.
 *
 * Invariant: the object gets its name when every part is there and the file, read once from its beginning to
 * its end, had the digest it is named by.
 */
import { open } from 'node:fs/promises';
import { type Digest, digestOf, startDigest } from '../../lib/digest.ts';
import { inOrder } from '../../lib/at-most.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import { notThose, type Remoted, type RemoteProblem, type Upload } from './remote.ts';
import { retrying, USUAL_RETRIES } from './retry.ts';
import { errorIn, NOT_S3, problemIn, tagIn } from './s3-answer.ts';
import { encodeSegment } from './s3-signature.ts';
import type { SendS3 } from './s3.ts';

/** What is known of uploads that were begun. Only saves work: without it they begin anew. */
export interface UploadStates {
  read(target: string, digest: Digest): UploadState | undefined;
  write(target: string, digest: Digest, state: UploadState): void;
  forget(target: string, digest: Digest): void;
}

export interface UploadState {
  readonly uploadId: string;
  readonly partBytes: number;
  /** ETags of the parts that have arrived, by number from 1 on. */
  readonly parts: Readonly<Record<number, string>>;
}

interface Uploading {
  readonly send: SendS3;
  readonly uploads: UploadStates;
  readonly partBytes: number;
  /** The object's URL: the same bytes may be on their way to two remotes. */
  readonly target: string;
}

type FileUpload = Omit<Upload, 'from'> & { readonly file: string };

/** S3 takes so many parts, none but the last smaller than 5 MiB. */
const MAX_PARTS = 9000;
const AT_ONCE = 4;
/** The whole upload is tried again too, and goes on where it was. */
const PART_RETRIES = { ...USUAL_RETRIES, attempts: 3, signal: undefined } as const;

export async function uploadParts(uploading: Uploading, key: string, upload: FileUpload): Promise<Remoted<void>> {
  const { uploads, target } = uploading;
  const begun = await begin(uploading, key, upload);
  if (!begun.ok) return begun;
  const sent = await sendParts(uploading, { key, upload, state: begun.value });
  if (!sent.ok) {
    if (sent.error.kind === 'refused' || sent.error.kind === 'damaged') uploads.forget(target, upload.digest);
    return sent;
  }
  const completed = await complete(uploading.send, { key, uploadId: begun.value.uploadId, etags: sent.value });
  if (completed.ok || completed.error.kind === 'refused') uploads.forget(target, upload.digest);
  return completed;
}

/** The upload that was begun before, with what the server still has of it; or a new one. */
async function begin(
  { send, uploads, target, partBytes }: Uploading,
  key: string,
  upload: FileUpload,
): Promise<Remoted<UploadState>> {
  const known = uploads.read(target, upload.digest);
  const arrived = known && (await listParts(send, key, known.uploadId));
  if (known !== undefined && arrived !== undefined) {
    const parts = Object.entries(known.parts).filter(([number, etag]) => arrived.get(Number(number)) === etag);
    return ok({ ...known, parts: Object.fromEntries(parts) });
  }
  const answered = await send({ method: 'POST', key, query: '?uploads=' });
  if (!answered.ok) return answered;
  const uploadId = tagIn(Buffer.from(answered.value.bytes).toString('utf8'), 'UploadId');
  if (answered.value.status !== 200) return err(problemIn(answered.value));
  if (uploadId === '') return err(NOT_S3);
  const state = { uploadId, partBytes: Math.max(partBytes, Math.ceil(upload.size / MAX_PARTS)), parts: {} };
  uploads.write(target, upload.digest, state);
  return ok(state);
}

/** Undefined: the server knows nothing of it any more. */
async function listParts(
  send: SendS3,
  key: string,
  uploadId: string,
): Promise<ReadonlyMap<number, string> | undefined> {
  const parts = new Map<number, string>();
  for (let marker = 0; ; ) {
    const query = `?max-parts=1000&part-number-marker=${marker}&uploadId=${encodeSegment(uploadId)}`;
    const answered = await send({ method: 'GET', key, query });
    if (!answered.ok || answered.value.status !== 200) return undefined;
    const text = Buffer.from(answered.value.bytes).toString('utf8');
    for (const [, part = ''] of text.matchAll(/<Part>(.*?)<\/Part>/gs))
      parts.set(Number(tagIn(part, 'PartNumber')), tagIn(part, 'ETag'));
    marker = Number(tagIn(text, 'NextPartNumberMarker'));
    if (tagIn(text, 'IsTruncated') !== 'true' || marker === 0) return parts;
  }
}

interface Sending {
  readonly key: string;
  readonly upload: FileUpload;
  readonly state: UploadState;
}

/** The file is read once, in order; its parts are sent several at a time. */
async function sendParts(uploading: Uploading, sending: Sending): Promise<Result<readonly string[], RemoteProblem>> {
  const { upload, state } = sending;
  const count = Math.ceil(upload.size / state.partBytes);
  const file = await open(upload.file, 'r');
  const whole = startDigest();
  const etags: string[] = [];
  let reading: Promise<unknown> = Promise.resolve();
  const readPart = (number: number): Promise<Buffer> => {
    const read = reading.then(async () => {
      const start = (number - 1) * state.partBytes;
      const bytes = Buffer.allocUnsafe(Math.min(state.partBytes, upload.size - start));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      const piece = bytes.subarray(0, bytesRead);
      whole.update(piece);
      return piece;
    });
    reading = read.catch(() => undefined);
    return read;
  };
  try {
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    const sendOne = async (number: number) =>
      sendPart(uploading, { ...sending, etags }, number, await readPart(number));
    for await (const sent of inOrder(AT_ONCE, numbers, sendOne)) {
      if (!sent.ok) return sent;
    }
  } finally {
    await reading;
    await file.close();
  }
  if (whole.finish() === upload.digest) return ok(etags);
  return err(notThose(upload.digest));
}

async function sendPart(
  { send, uploads, target }: Uploading,
  { key, upload, state, etags }: Sending & { readonly etags: string[] },
  number: number,
  bytes: Buffer,
): Promise<Remoted<void>> {
  const known = state.parts[number];
  if (known === undefined) {
    const query = `?partNumber=${number}&uploadId=${encodeSegment(state.uploadId)}`;
    const digest = digestOf(bytes);
    const put = async (): Promise<Remoted<string>> => {
      const answered = await send({ method: 'PUT', key, query, body: bytes, digest });
      if (!answered.ok) return answered;
      const etag = answered.value.header('etag');
      if (answered.value.status !== 200) return err(problemIn(answered.value));
      return etag === undefined ? err(NOT_S3) : ok(etag);
    };
    const arrived = await retrying(PART_RETRIES, put);
    if (!arrived.ok) return arrived;
    etags[number - 1] = arrived.value;
    const soFar = Object.fromEntries(etags.flatMap((etag, index) => (etag === undefined ? [] : [[index + 1, etag]])));
    uploads.write(target, upload.digest, { ...state, parts: { ...state.parts, ...soFar } });
  } else etags[number - 1] = known;
  upload.onBytes?.(bytes.length);
  return ok(undefined);
}

interface Completing {
  readonly key: string;
  readonly uploadId: string;
  readonly etags: readonly string[];
}

/** The answer may be 200 and hold an error: it begins before the server is done. */
async function complete(send: SendS3, { key, uploadId, etags }: Completing): Promise<Remoted<void>> {
  const parts = etags.map(
    (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escape(etag)}</ETag></Part>`,
  );
  const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`);
  const answered = await send({ method: 'POST', key, query: `?uploadId=${encodeSegment(uploadId)}`, body });
  if (!answered.ok) return answered;
  const { value: answer } = answered;
  if (answer.status !== 200 || errorIn(answer).code !== '') return err(problemIn(answer));
  const isComplete = /<ETag>/.test(Buffer.from(answer.bytes).toString('utf8'));
  return isComplete ? ok(undefined) : err(NOT_S3);
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
