/**
 * The head of an HTTP/1.1 answer, read strictly. Knows nothing of sockets.
 *
 * Invariant: an answer is taken only if its end is known from its one content-length and no two readers could
 * understand it differently. Everything else is left to others. Source: RFC 9112, sections 4 to 6.
 */

export interface AnswerHead {
  readonly status: number;
  /** By name in lower case; the first where a name comes twice. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the body, in bytes. */
  readonly length: number;
  /** Whether another request may follow on the connection. */
  readonly staysOpen: boolean;
}

/** What other clients take too. */
export const MAX_HEAD_BYTES = 16 * 1024;

const STATUS_LINE = /^HTTP\/1\.1 ([2-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const HEADER_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)$/;
const LENGTH = /^\d{1,15}$/;
/** Never have a body, whatever they say of its length. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * `text` is Latin-1, from the status line to before the empty line. `hasBody` is false for the answer to a HEAD,
 * which ends here whatever it says. Undefined: not to be read here.
 */
export function parseAnswerHead(text: string, { hasBody }: { readonly hasBody: boolean }): AnswerHead | undefined {
  const [first = '', ...lines] = text.split('\r\n');
  const status = Number(STATUS_LINE.exec(first)?.[1] ?? Number.NaN);
  const headers = headersIn(lines);
  if (Number.isNaN(status) || headers === undefined || 'upgrade' in headers) return undefined;
  const staysOpen = !/(?:^|,)[\t ]*close[\t ]*(?:,|$)/i.test(headers['connection'] ?? '');
  if (!hasBody) return { status, headers, length: 0, staysOpen };
  const length = headers['content-length'] ?? '';
  if (BODILESS.has(status) || !LENGTH.test(length) || 'transfer-encoding' in headers) return undefined;
  return { status, headers, length: Number(length), staysOpen };
}

function headersIn(lines: readonly string[]): Readonly<Record<string, string>> | undefined {
  const headers: Record<string, string> = Object.create(null);
  for (const line of lines) {
    const [, name, value = ''] = HEADER_LINE.exec(line) ?? [];
    if (name === undefined) return undefined;
    const known = name.toLowerCase();
    // Two lengths, even the same twice, are how one answer is passed off as two.
    if (known === 'content-length' && known in headers) return undefined;
    headers[known] ??= value.trimEnd();
  }
  return headers;
}
