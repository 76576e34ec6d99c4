/**
 * Decides what to do with one stage whose upstream stages are all done.
 *
 * Pure: `engine/observe` gathers the facts. There is no plan of the whole run in advance, because
 * a downstream fingerprint is unknown until upstream outs exist.
 */
import { diffInputs, fingerprint, type Fingerprint, type StageInputs } from './fingerprint.ts';
import type { LockEntry } from './lock-entry.ts';
import type { Reason } from './reason.ts';

export interface Facts {
  readonly inputs: StageInputs;
  /** Their fingerprint, where it was needed already. */
  readonly key?: Fingerprint;
  /** Absent when the stage never finished here or in any commit this one comes from. */
  readonly locked: LockEntry | undefined;
  /** Set when there is a lock file that cannot be believed. */
  readonly lockUnreadable: string | undefined;
  /** Outs, and state, that are not as the lock entry or the registry says. */
  readonly drift: readonly Reason[];
  /** Where complete outs for exactly these inputs can be had without running. */
  readonly restorable: RestoreSource | undefined;
  /** What a fresh stage still needs. */
  readonly repairs: readonly Repair[];
  readonly force: boolean;
  readonly alwaysChanged: boolean;
}

export type RestoreSource = 'lock-entry' | 'run-cache';

export interface Repair {
  readonly kind: 'store-object';
  readonly path: string;
}

/** A decision to act always says why. */
export type Decision =
  | { readonly action: 'skip'; readonly key: Fingerprint; readonly repairs: readonly Repair[] }
  | {
      readonly action: 'restore';
      readonly key: Fingerprint;
      readonly from: RestoreSource;
      readonly reasons: NonEmpty<Reason>;
    }
  | { readonly action: 'run'; readonly key: Fingerprint; readonly reasons: NonEmpty<Reason> };

export type NonEmpty<T> = readonly [T, ...T[]];

export function decide(facts: Facts): Decision {
  const key = facts.key ?? fingerprint(facts.inputs);
  const [first, ...rest] = staleReasons(facts, key);
  if (first === undefined) return { action: 'skip', key, repairs: facts.repairs };
  const reasons = [first, ...rest] as const;
  const mustRun = facts.force || facts.alwaysChanged || facts.restorable === undefined;
  return mustRun ? { action: 'run', key, reasons } : { action: 'restore', key, from: facts.restorable, reasons };
}

function staleReasons(facts: Facts, key: Fingerprint): readonly Reason[] {
  const { inputs, locked } = facts;
  const own: Reason[] = [];
  if (facts.force) own.push({ kind: 'forced' });
  if (facts.alwaysChanged) own.push({ kind: 'always-changed' });
  if (isWithoutInputs(inputs)) own.push({ kind: 'no-inputs' });
  if (facts.lockUnreadable !== undefined) return [...own, { kind: 'lock-unreadable', file: facts.lockUnreadable }];
  if (locked === undefined) return [...own, { kind: 'never-run' }];
  // Equal fingerprints mean equal inputs (a property says so); comparing them costs much less.
  const changes = locked.fingerprint === key ? [] : diffInputs(locked.inputs, inputs);
  return [...own, ...changes, ...facts.drift];
}

function isWithoutInputs(inputs: StageInputs): boolean {
  return Object.keys(inputs.deps).length + Object.keys(inputs.params).length + inputs.outs.length === 0;
}
