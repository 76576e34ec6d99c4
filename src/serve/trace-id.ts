/** The caller's trace as the id of his request, so that both sides' logs can be put together. Pure. */
import type { Head } from './request-body.ts';

/** undefined: the header is not there, or not as W3C Trace Context writes it. */
export function findTraceId({ headers }: Head): string | undefined {
  const id = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(headers.get('traceparent') ?? '')?.[1];
  return id === undefined || /^0+$/.test(id) ? undefined : id;
}
