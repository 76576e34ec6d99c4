/** What an S3 server's refusals mean, from status and error document. Source: "Error responses" of the S3 API reference. */
import type { RemoteProblem } from './remote.ts';
import type { WebAnswer } from './web-client.ts';

export interface S3Error {
  readonly code: string;
  readonly message: string;
}

/** Empty words where the answer holds no error document. */
export function errorIn({ bytes }: Pick<WebAnswer, 'bytes'>): S3Error {
  const text = Buffer.from(bytes.subarray(0, 16_384)).toString('utf8');
  if (!/<Error[\s>]/.test(text)) return { code: '', message: '' };
  return { code: tagIn(text, 'Code'), message: tagIn(text, 'Message') };
}

export function tagIn(text: string, tag: string): string {
  const [, value = ''] = new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(text) ?? [];
  return value.replaceAll(/&(quot|amp|lt|gt|apos|#34|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&#34;': '"',
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&apos;': "'",
  '&#39;': "'",
};

/** Not there: the key, as opposed to the bucket or the account. A HEAD has no document. */
export function isAbsent(answer: WebAnswer): boolean {
  const { code } = errorIn(answer);
  return answer.status === 404 && (code === '' || code === 'NoSuchKey' || code === 'NotFound');
}

/** Of an answer that is no success. */
export function problemIn(answer: WebAnswer): RemoteProblem {
  const { code, message } = errorIn(answer);
  const said = [code, message].filter((word) => word !== '').join(': ');
  const problem = `the server answers ${answer.status}${said === '' ? '' : ` (${said})`}`;
  const retryAfterMs = secondsIn(answer.header('retry-after'));
  if (PASSING_CODES.has(code) || PASSING.has(answer.status))
    return { kind: 'unreachable', problem, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  if (DAMAGED_CODES.has(code)) return { kind: 'damaged', problem };
  const hint = HINTS[code] ?? (answer.status === 403 ? HINTS['AccessDenied'] : undefined);
  return { kind: answer.status === 501 ? 'unsupported' : 'refused', problem, ...(hint !== undefined && { hint }) };
}

/** A proxy, or a page to sign in on, answers 200 too. */
export const NOT_S3: RemoteProblem = {
  kind: 'unreachable',
  problem: 'something that is no S3 server answered for it',
  hint: 'is there a proxy, or a page to sign in on, between here and there?',
};

const PASSING: ReadonlySet<number> = new Set([408, 409, 429, 500, 502, 503, 504]);
const PASSING_CODES: ReadonlySet<string> = new Set([
  'RequestTimeout',
  'SlowDown',
  'InternalError',
  'ServiceUnavailable',
]);
/** The bytes were changed on their way. */
const DAMAGED_CODES: ReadonlySet<string> = new Set([
  'BadDigest',
  'XAmzContentSHA256Mismatch',
  'InvalidDigest',
  'IncompleteBody',
]);

const HINTS: Readonly<Record<string, string>> = {
  AccessDenied: 'check the rights of this account; without the right to list, S3 says this of a missing object too',
  NoSuchBucket: 'make the bucket, or mend the url of the remote',
  InvalidAccessKeyId: 'check access_key_id, or AWS_ACCESS_KEY_ID',
  SignatureDoesNotMatch: 'check the secret key and the region',
  RequestTimeTooSkewed: 'the clock of this machine is wrong',
  ExpiredToken: 'sign in again: the session has run out',
};

function secondsIn(value: string | undefined): number | undefined {
  const seconds = Number(value);
  return value !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
