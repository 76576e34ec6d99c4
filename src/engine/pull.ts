/**
 * `pull`: `fetch`, and then `checkout`. What turns out to be broken in the cache when it is put in place, as after a
 * power cut, is fetched once more.
 */
import type { Failure } from '../core/failure.ts';
import { ok, type Result } from '../lib/result.ts';
import { checkout } from './checkout.ts';
import { fetch, type FetchReport } from './fetch.ts';
import type { TransferOptions } from './push.ts';
import type { WritingOptions } from './writing.ts';

export interface PullVerbOptions extends TransferOptions, Pick<WritingOptions, 'onEvent'> {}

export interface PullReport extends FetchReport {
  readonly restored: readonly string[];
  /** Where what had to make way is kept now. */
  readonly saved: readonly string[];
}

/** Failures: those of `fetch` and of `checkout`. */
export async function pull(options: PullVerbOptions): Promise<Result<PullReport, Failure>> {
  const first = await fetch(options);
  if (!first.ok) return first;
  const placed = await checkout(options);
  if (!placed.ok) return placed;
  const report = { ...first.value, restored: placed.value.restored, saved: placed.value.saved };
  const broken = placed.value.missing.filter((path) => !report.missing.includes(path));
  if (broken.length === 0) return ok(report);
  const again = await fetch({ ...options, targets: broken, commits: {}, verify: true });
  if (!again.ok) return again;
  const rest = await checkout({ ...options, targets: broken });
  if (!rest.ok) return rest;
  return ok({
    remote: report.remote,
    objects: report.objects + again.value.objects,
    bytes: report.bytes + again.value.bytes,
    records: report.records + again.value.records,
    missing: [...report.missing, ...again.value.missing],
    restored: [...report.restored, ...rest.value.restored],
    saved: [...report.saved, ...rest.value.saved],
  });
}
