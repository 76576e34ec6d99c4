/**
 * The state of a `{url:}` dep: what the server says of the file; with `sha256`, the very content, which is
 * fetched once for each thing the server says.
 */
import type { DepState } from '../core/fingerprint.ts';
import { digestOf, isDigest, type Digest } from '../lib/digest.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { Layout } from '../store/layout.ts';
import { readParsed, writeParsed } from '../store/parsed-cache.ts';
import { askWebFile, digestWebFile, type WebProblem } from '../store/web-file.ts';
import type { UrlDep } from './outside.ts';

export type UrlProblem = WebProblem & { readonly hint?: string };

interface Asking {
  readonly layout: Layout;
  readonly signal: AbortSignal | undefined;
}

const ASK_MS = 60_000;
const FETCH_MS = 3_600_000;

export async function readWebState(asking: Asking, { url, sha256 }: UrlDep): Promise<Result<DepState, UrlProblem>> {
  const asked = await askWebFile(url, { timeoutMs: ASK_MS, signal: asking.signal });
  if (!asked.ok) return asked;
  const { validator } = asked.value;
  if (sha256 !== null) return await checkContent(asking, { url, sha256, validator });
  if (validator !== undefined) return ok({ type: 'url', digest: digestOf(validator), shown: validator });
  const problem = 'the server gives neither a strong ETag nor Last-Modified and Content-Length';
  return err({ isUnreachable: false, problem, hint: 'give the content itself: {url: …, sha256: …}' });
}

interface Expected {
  readonly url: string;
  readonly sha256: Digest;
  readonly validator: string | undefined;
}

async function checkContent(
  { layout, signal }: Asking,
  { url, sha256, validator }: Expected,
): Promise<Result<DepState, UrlProblem>> {
  const key = { kind: 'url/1', file: url, text: validator ?? '' };
  const known = validator === undefined ? undefined : readParsed<unknown>(layout, key);
  const content = isDigest(known) ? ok(known) : await digestWebFile(url, { timeoutMs: FETCH_MS, signal });
  if (!content.ok) return content;
  if (validator !== undefined && known === undefined) writeParsed(layout, key, content.value);
  if (content.value === sha256) return ok({ type: 'url', digest: sha256 });
  const problem = `it holds other content: its SHA-256 is ${content.value}`;
  return err({ isUnreachable: false, problem, hint: 'if that is what you want, write this digest under sha256' });
}
