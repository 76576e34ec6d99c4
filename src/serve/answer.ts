/**
 * Answers: JSON with the headers every answer has, and errors in the one shape all clients know
 * (`{detail, code, request_id}`, FastAPI's `detail`).
 *
 * Invariant: no answer repeats what the caller sent, and Content-Type is exactly `application/json`.
 */
export type Headers = Readonly<Record<string, string>>;

/** Plain objects, not `Headers`: the adapter to Node writes those without building anything. */
const JSON_HEADERS: Headers = {
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
};

export function answerJson(value: unknown, status = 200, headers: Headers = {}): Response {
  return new Response(JSON.stringify(value), { status, headers: { ...JSON_HEADERS, ...headers } });
}

/** An answer in JSON that has not been written yet: to a `Response`, or to a socket without one. */
export interface TextAnswer {
  readonly status: number;
  /** All but Content-Length, which comes last. */
  readonly headers: Headers;
  readonly text: string;
}

/** Text that is JSON already. */
export const jsonText = (text: string): TextAnswer => ({ status: 200, headers: JSON_HEADERS, text });

export const toResponse = ({ status, headers, text }: TextAnswer): Response =>
  new Response(text, { status, headers: { ...headers, 'Content-Length': String(Buffer.byteLength(text)) } });

/** 204. */
export const answerEmpty = (): Response =>
  new Response(null, { status: 204, headers: { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } });

export function answerText(text: string, contentType: string, headers: Headers = {}): Response {
  const fixed = { 'Content-Type': contentType, 'X-Content-Type-Options': 'nosniff' };
  return new Response(text, { status: 200, headers: { ...fixed, ...headers } });
}

/** Text that is made while it is sent; a caller who leaves ends it. */
export function answerStream(text: AsyncGenerator<string>, contentType: string, headers: Headers = {}): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await text.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: async () => void (await text.return(undefined)),
  });
  const fixed = { 'Content-Type': contentType, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };
  return new Response(body, { status: 200, headers: { ...fixed, ...headers } });
}

/** One fault in a request, named as pydantic names it. */
export interface Fault {
  readonly type: string;
  /** Begins with `body`, `query` or `path`. */
  readonly loc: readonly (string | number)[];
  readonly msg: string;
}

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string | readonly Fault[];
  readonly headers?: Headers;
  /** Members of the body besides the three. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

export const answerProblem = (problem: Problem, requestId: string): Response =>
  toResponse(problemText(problem, requestId));

export function problemText({ status, code, detail, headers, extra }: Problem, requestId: string): TextAnswer {
  const text = JSON.stringify({ detail, code, request_id: requestId, ...extra });
  return { status, headers: { ...JSON_HEADERS, ...headers }, text };
}

/** A body that is understood and wrong. More than 20 faults help nobody. */
export function invalid(faults: readonly Fault[]): Problem {
  return { status: 422, code: 'invalid_request', detail: faults.slice(0, 20) };
}

export const fault = (type: string, loc: Fault['loc'], msg: string): Fault => ({ type, loc, msg });
