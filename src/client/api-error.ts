/** The server said no: what it said. */
export interface Fault {
  readonly type: string;
  /** Where in the request: begins with body, query or path. */
  readonly loc: readonly (string | number)[];
  readonly msg: string;
}

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** Stable; see the table of errors in docs/api.md. */
  readonly code: string;
  readonly detail: string | readonly Fault[];
  /** Stands in the server's log beside whatever went wrong. */
  readonly requestId: string | undefined;

  constructor(status: number, body: unknown) {
    const { detail, code, request_id: requestId } = Object(body);
    super(`${status}: ${messageOf(detail)}`);
    this.status = status;
    this.code = typeof code === 'string' ? code : 'unknown';
    this.detail = Array.isArray(detail) ? detail : messageOf(detail);
    this.requestId = typeof requestId === 'string' ? requestId : undefined;
  }
}

function messageOf(detail: unknown): string {
  if (typeof detail === 'string') return detail;
  if (!Array.isArray(detail)) return 'the server gave no reason';
  return detail.map((fault) => `${Object(fault).loc?.join('.')}: ${Object(fault).msg}`).join('; ');
}
