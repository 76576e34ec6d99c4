/** Why a stage is stale. Every reason says what, and where it can, old and new. */
import type { Json } from '../lib/canonical-json.ts';
import { decodeParam, encodeParam, type ParamValue } from './param-value.ts';

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

/** The members of each kind besides `kind`, `was` and `now`. */
const MEMBERS: Readonly<Record<Reason['kind'], readonly string[]>> = {
  forced: [],
  'always-changed': [],
  'no-inputs': [],
  'never-run': [],
  'lock-unreadable': ['file'],
  'cmd-changed': ['name'],
  'shell-changed': ['name'],
  'wdir-changed': ['name'],
  'dep-changed': ['name'],
  'param-changed': ['name'],
  'env-changed': ['name'],
  'out-changed': ['name'],
  'out-missing': ['path'],
  'out-modified': ['path', 'was', 'now'],
  'registry-missing': ['path'],
  'registry-unreadable': ['path', 'problem'],
  'production-broken': ['path', 'problem'],
  'upstream-stale': ['stages'],
};

/** From a file: what `encodeReason` wrote. Undefined for a kind that only a later version knows. */
export function decodeReason(json: Json): Reason | undefined {
  const value = decodeParam(json);
  return isReason(value) ? value : undefined;
}

function isReason(value: ParamValue | Reason): value is Reason {
  if (value === null || typeof value !== 'object' || !('kind' in value) || typeof value.kind !== 'string') return false;
  const members = Object.entries(MEMBERS).find(([kind]) => kind === value.kind)?.[1];
  return members?.every((member) => Object.hasOwn(value, member)) ?? false;
}

/** For files and other programs: values keep their type as `encodeParam` writes it; what is undefined is left out. */
export function encodeReason(reason: Reason): Json {
  const members = Object.entries(reason).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, encodeParam(value)]],
  );
  return Object.fromEntries(members);
}
