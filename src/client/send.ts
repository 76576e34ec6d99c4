/**
 * One request to the server, tried again where that is safe and useful: after 429 and 503 the server has
 * done nothing and says in Retry-After when to come back; a connection that failed is tried again only
 * for what changes nothing. Knows nothing of tokens.
 */
import { ApiError } from './api-error.ts';

export interface Outgoing {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** As much of `fetch` as is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface SendOptions {
  /** Without a slash at the end. */
  readonly url: string;
  readonly fetch: Fetch;
  /** How often a request is tried again. */
  readonly retries: number;
  /** The longest that Retry-After is waited for. */
  readonly maxWaitMs: number;
  /** Of one try. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export type Send = (request: Outgoing) => Promise<Response>;

/** Resolves with the last answer, whatever it is. */
export function createSend(options: SendOptions): Send {
  const tryOnce = ({ method, path, headers = {}, body }: Outgoing): Promise<Response> => {
    const timeout = AbortSignal.timeout(options.timeoutMs);
    const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
    return options.fetch(options.url + path, { method, headers, signal, ...(body === undefined ? {} : { body }) });
  };
  return async (request) => {
    for (let tried = 0; ; tried++) {
      const isLast = tried >= options.retries || options.signal?.aborted === true;
      let waitMs = BACKOFF_MS * 2 ** tried;
      try {
        const response = await tryOnce(request);
        if (isLast || !isBusy(response.status)) return response;
        waitMs = waitOf(response) ?? waitMs;
        if (waitMs > options.maxWaitMs) return response;
        await response.body?.cancel();
      } catch (error) {
        if (isLast || request.method !== 'GET') throw error;
      }
      await pause(Math.min(waitMs, options.maxWaitMs), options.signal);
    }
  };
}

const BACKOFF_MS = 200;

const isBusy = (status: number): boolean => status === 429 || status === 503;

/** Seconds, or a date. */
function waitOf({ headers }: Response): number | undefined {
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      },
      { once: true },
    );
  });
}

/** The answer's body, or the refusal as an error. */
export async function readAnswer(response: Response): Promise<unknown> {
  const text = await response.text();
  const body = parseJson(text);
  if (!response.ok) throw new ApiError(response.status, body);
  return body;
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
