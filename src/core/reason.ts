/** Why a stage is stale. Every reason says what, and where it can, old and new. */
import type { Json } from '../lib/canonical-json.ts';
import { encodeParam, type ParamValue } from './param-value.ts';

export type Reason =
  | { readonly kind: 'forced' }
  | { readonly kind: 'always-changed' }
  /** Neither deps, params nor outs: there is nothing to compare. */
  | { readonly kind: 'no-inputs' }
  | { readonly kind: 'never-run' }
  /** The lock file is there but is not what we wrote: merged by hand, or torn. */
  | { readonly kind: 'lock-unreadable'; readonly file: string }
  /** `was`/`now` undefined: the entry was added or removed. `name` is empty for cmd, shell and wdir. */
  | {
      readonly kind:
        | 'cmd-changed'
        | 'shell-changed'
        | 'wdir-changed'
        | 'dep-changed'
        | 'param-changed'
        | 'env-changed'
        | 'out-changed';
      readonly name: string;
      readonly was: ParamValue | undefined;
      readonly now: ParamValue | undefined;
    }
  | { readonly kind: 'out-missing'; readonly path: string }
  /** Edited after the run. */
  | { readonly kind: 'out-modified'; readonly path: string; readonly was: string; readonly now: string }
  /** The registry of a model that this stage owns. */
  | { readonly kind: 'registry-missing'; readonly path: string }
  | { readonly kind: 'registry-unreadable'; readonly path: string; readonly problem: string }
  | { readonly kind: 'production-broken'; readonly path: string; readonly problem: string }
  /** Known only once those stages are done. */
  | { readonly kind: 'upstream-stale'; readonly stages: readonly string[] };

/** For files and other programs: values keep their type as `encodeParam` writes it; what is undefined is left out. */
export function encodeReason(reason: Reason): Json {
  const members = Object.entries(reason).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, encodeParam(value)]],
  );
  return Object.fromEntries(members);
}
