/**
 * What a server says of a file without sending it, and what it sends. Knows HTTP, and nothing of stages.
 *
 * Only what names one exact content is believed: a strong ETag, or else the time of the last change
 * together with the length.
 */
import { startDigest, type Digest } from '../lib/digest.ts';
import { err, ok, type Result } from '../lib/result.ts';

export interface WebState {
  /** Names the content; equal for two contents only if the server is wrong. Undefined: it says nothing exact. */
  readonly validator: string | undefined;
}

export interface WebProblem {
  /** The server did not answer, or cannot now: the file itself may be fine. */
  readonly isUnreachable: boolean;
  readonly problem: string;
}

export interface WebOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export async function askWebFile(url: string, options: WebOptions): Promise<Result<WebState, WebProblem>> {
  const asked = await request(url, 'HEAD', options);
  // Some servers know no HEAD: then the beginning of a GET says the same.
  const refused = asked.ok && [405, 501].includes(asked.value.status);
  const answered = refused ? await request(url, 'GET', options) : asked;
  if (!answered.ok) return answered;
  const { value: response } = answered;
  await response.body?.cancel();
  const bad = statusProblem(response.status);
  return bad === undefined ? ok({ validator: validatorOf(response.headers) }) : err(bad);
}

export async function digestWebFile(url: string, options: WebOptions): Promise<Result<Digest, WebProblem>> {
  const answered = await request(url, 'GET', options);
  if (!answered.ok) return answered;
  const bad = statusProblem(answered.value.status);
  if (bad !== undefined) return err(bad);
  try {
    const digest = startDigest();
    for await (const piece of answered.value.body ?? []) digest.update(piece);
    return ok(digest.finish());
  } catch (error) {
    return err({ isUnreachable: true, problem: describe(error, options) });
  }
}

function validatorOf(headers: Headers): string | undefined {
  const etag = headers.get('etag');
  if (etag !== null && /^"[^"]*"$/.test(etag)) return `etag ${etag}`;
  const changed = headers.get('last-modified');
  const length = headers.get('content-length');
  return changed === null || length === null ? undefined : `${changed}, ${length} bytes`;
}

async function request(url: string, method: string, options: WebOptions): Promise<Result<Response, WebProblem>> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  try {
    const signal = AbortSignal.any(options.signal ? [deadline, options.signal] : [deadline]);
    // Unpacked on the way, the length would be that of the packed content.
    return ok(await fetch(url, { method, signal, headers: { 'accept-encoding': 'identity' } }));
  } catch (error) {
    return err({ isUnreachable: true, problem: describe(error, options) });
  }
}

function statusProblem(status: number): WebProblem | undefined {
  if (status >= 200 && status < 300) return undefined;
  return { isUnreachable: status >= 500 || status === 429, problem: `the server answers ${status}` };
}

function describe(error: unknown, { timeoutMs }: WebOptions): string {
  if (!(error instanceof Error)) throw error;
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message === '' && 'code' in cause ? String(cause.code) : cause.message;
}
