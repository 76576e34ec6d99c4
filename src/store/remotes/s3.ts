/**
 * An S3 bucket, or a folder of one, as a remote: signed requests over connections that stay open. The
 * SDK is only asked who we are (`store/remotes/s3-place`): for thousands of small objects it needs four times as long.
 *
 * Invariant: every body carries its SHA-256, which the server checks, and a success without an ETag is none:
 * it comes from something in between.
 */
import { readFile } from 'node:fs/promises';
import type { RemoteSettings } from '../../core/remote-settings.ts';
import { digestOf, type Digest } from '../../lib/digest.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import { errorIn, isAbsent, NOT_S3, problemIn } from './s3-answer.ts';
import { listKeys } from './s3-list.ts';
import { type UploadStates, uploadParts } from './s3-multipart.ts';
import { createCredentialSource, placeOf, type S3Place } from './s3-place.ts';
import { createSigner } from './s3-signature.ts';
import { type ReadOptions, type Remote, notThose, type Remoted, type RemoteProblem, type Upload } from './remote.ts';
import { createWebClient, type WebAnswer, type WebClient } from './web-client.ts';

export interface S3Options {
  readonly settings: RemoteSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly connections: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Of uploads in parts, so that they can be resumed. */
  readonly uploads: UploadStates;
  readonly isReadOnly: boolean;
  readonly partBytes: number;
}

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly key: string;
  /** With its question mark. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Of the body, when it is known already. */
  readonly digest?: Digest;
  readonly maxBytes?: number | undefined;
  readonly into?: Uint8Array | undefined;
}

export type SendS3 = (request: S3Request) => Promise<Remoted<WebAnswer>>;

export async function createS3Remote(options: S3Options): Promise<Result<Remote, RemoteProblem>> {
  const { settings, env, uploads, isReadOnly, partBytes } = options;
  const place = placeOf(settings, env);
  if (!place.ok) return place;
  const client = createWebClient(options);
  const send = createSender(place.value, client, options);
  return ok({
    shown: settings.url,
    isReadOnly,
    partBytes,
    stat: (key) => stat(send, key),
    read: (key, what = {}) => read(send, key, what),
    put: async (key, upload) =>
      upload.size > partBytes && 'file' in upload.from
        ? await uploadParts({ send, uploads, partBytes, target: place.value.urlOf(key).href }, key, {
            ...upload,
            file: upload.from.file,
          })
        : await putWhole(send, key, upload),
    create: (key, bytes) => create(send, key, bytes),
    list: (prefix) => listKeys(send, place.value.prefix, prefix),
    remove: async (key) => {
      const answered = await send({ method: 'DELETE', key });
      if (!answered.ok) return answered;
      return answered.value.status < 300 || isAbsent(answered.value) ? ok(undefined) : err(problemIn(answered.value));
    },
    close: () => client.close(),
  });
}

const EMPTY = digestOf('');

function createSender(place: S3Place, client: WebClient, { settings, env }: S3Options): SendS3 {
  const credentials = createCredentialSource(settings, env);
  let region = place.region;
  let sign = createSigner(region);
  const sendOnce = async ({ method, key, query, headers = {}, body, digest, ...how }: S3Request) => {
    const who = await credentials();
    if (!who.ok) return who;
    const url = place.urlOf(key, query);
    const payload = digest ?? (body === undefined ? EMPTY : digestOf(body));
    const signed = who.value === undefined ? headers : sign({ method, url, headers, payload }, who.value, new Date());
    return await client.send({ method, url, headers: signed, body, ...how });
  };
  return async (request) => {
    const answered = await sendOnce(request);
    // A bucket elsewhere says where: asked again there, and from now on.
    const home = answered.ok && answered.value.status >= 300 ? answered.value.header('x-amz-bucket-region') : undefined;
    if (home === undefined || home === region) return answered;
    region = home;
    sign = createSigner(region);
    return await sendOnce(request);
  };
}

async function stat(send: SendS3, key: string): Promise<Remoted<number | undefined>> {
  const answered = await send({ method: 'HEAD', key });
  if (!answered.ok) return answered;
  const { value: answer } = answered;
  if (isAbsent(answer)) return ok(undefined);
  if (answer.status !== 200) return err(problemIn(answer));
  const size = Number(answer.header('content-length') ?? Number.NaN);
  return answer.header('etag') === undefined || !Number.isSafeInteger(size) ? err(NOT_S3) : ok(size);
}

async function read(
  send: SendS3,
  key: string,
  { range, maxBytes, into }: ReadOptions,
): Promise<Remoted<Uint8Array | undefined>> {
  const wanted = range && range.end - range.start;
  const headers = range === undefined ? {} : { range: `bytes=${range.start}-${range.end - 1}` };
  const answered = await send({ method: 'GET', key, headers, maxBytes: wanted ?? maxBytes, into });
  if (!answered.ok) return answered;
  const { value: answer } = answered;
  if (isAbsent(answer)) return ok(undefined);
  if (answer.status >= 300) return err(problemIn(answer));
  if (answer.header('etag') === undefined) return err(NOT_S3);
  if (range !== undefined && answer.status !== 206) return err(NO_RANGES);
  if (wanted === undefined || answer.bytes.length === wanted) return ok(answer.bytes);
  return err({ kind: 'damaged', problem: `it sent ${answer.bytes.length} bytes of the ${wanted} that were asked for` });
}

async function putWhole(send: SendS3, key: string, { from, size, digest, onBytes }: Upload): Promise<Remoted<void>> {
  const body = 'bytes' in from ? from.bytes : await readFile(from.file);
  if ('file' in from && digestOf(body) !== digest) return err(notThose(digest));
  const answered = await send({ method: 'PUT', key, body, digest });
  if (!answered.ok) return answered;
  const stored = storedProblem(answered.value);
  if (stored !== undefined) return err(stored);
  onBytes?.(size);
  return ok(undefined);
}

async function create(send: SendS3, key: string, bytes: Uint8Array): Promise<Remoted<'created' | 'exists'>> {
  const answered = await send({ method: 'PUT', key, body: bytes, headers: { 'if-none-match': '*' } });
  if (!answered.ok) return answered;
  if (answered.value.status === 412) return ok('exists');
  if (answered.value.status === 501 || errorIn(answered.value).code === 'NotImplemented') return err(NO_CONDITIONS);
  const stored = storedProblem(answered.value);
  return stored === undefined ? ok('created') : err(stored);
}

/** A proxy or a sign-in page also answers 200. */
function storedProblem(answer: WebAnswer): RemoteProblem | undefined {
  if (answer.status !== 200) return problemIn(answer);
  return answer.header('etag') === undefined ? NOT_S3 : undefined;
}

const NO_RANGES: RemoteProblem = {
  kind: 'unsupported',
  problem: 'it does not answer requests for a part of an object (Range)',
};

const NO_CONDITIONS: RemoteProblem = {
  kind: 'unsupported',
  problem: 'the server cannot create an object only where none is (501 to If-None-Match: *), which run records need',
  hint: 'objects alone travel with --no-run-cache',
};
