/**
 * What an HTTP answer means for a file whose beginning may be here already. Pure: headers and status in,
 * a plan out.
 *
 * Invariant: a body is only ever taken for what follows the bytes that are here when its range and the
 * version it belongs to both say so.
 */
import type { PartFile } from './part-file.ts';

export type Plan =
  | Take
  /** Everything had arrived already. */
  | { readonly kind: 'complete' }
  | { readonly kind: 'start-over'; readonly message: string }
  | Retry
  /** The server has no such file. */
  | { readonly kind: 'absent'; readonly status: number }
  | { readonly kind: 'failed'; readonly message: string };

/** Another attempt may help. */
export interface Retry {
  readonly kind: 'retry';
  readonly message: string;
}

export interface Take {
  readonly kind: 'take';
  /** The place of the body's first byte in the file. */
  readonly from: number;
  /** Of the whole file; undefined when the server does not say. */
  readonly total: number | undefined;
}

/** What the status line and the headers mean for a file whose beginning is here. */
export function planFor(response: Response, part: PartFile): Plan {
  const { status, headers } = response;
  const size = part.size();
  const type = headers.get('content-type') ?? '';
  if (status === 200) {
    if (/^text\/html\b/i.test(type)) return { kind: 'failed', message: 'answered with a web page, not a table' };
    return { kind: 'take', from: 0, total: lengthOf(headers) };
  }
  const [, from, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
  if (status === 206) {
    const version = validatorOf(response);
    // A part need not repeat the date of its file: then If-Range has to be trusted.
    const isSameVersion = version === undefined || version === part.validator();
    if (isSameVersion && Number(from) === size) return { kind: 'take', from: size, total: Number(total) };
    return { kind: 'start-over', message: 'the server sent another part of the file than was asked for' };
  }
  if (status === 416) {
    const [, end] = /^bytes \*\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
    if (size > 0 && Number(end) === size) return { kind: 'complete' };
    return { kind: 'start-over', message: 'the server has no such part of the file' };
  }
  // Object stores without a listing answer 403 for what they do not have.
  if (status === 404 || status === 410 || status === 403) return { kind: 'absent', status };
  const isBusy = status >= 500 || status === 429 || status === 408;
  return { kind: isBusy ? 'retry' : 'failed', message: `the server answered ${status}` };
}

function lengthOf(headers: Headers): number | undefined {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? undefined : Number(length);
}

/** A weak tag does not promise the same bytes. */
export function validatorOf({ headers }: Response): string | undefined {
  const tag = headers.get('etag');
  if (tag !== null && !tag.startsWith('W/')) return tag;
  return headers.get('last-modified') ?? undefined;
}
