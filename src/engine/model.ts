/**
 * What a person may do with a model's registry: look, promote, roll back, pin, repair.
 *
 * Knows nothing of the gate: these are acts, and the next evaluation respects them. Every act is one
 * commit of the registry, checked against the state as it is under the claim.
 */
import type { Failure } from '../core/failure.ts';
import type { Evaluation } from '../core/gate-evaluation.ts';
import type { RegistryState, VersionEntry } from '../core/registry.ts';
import type { Result } from '../lib/result.ts';
import type { Registry } from '../store/registry.ts';

export interface ModelSummary {
  readonly model: string;
  readonly state: RegistryState;
  readonly latestEvaluation: Evaluation | null;
}

export interface ModelChange {
  readonly model: string;
  readonly production: VersionEntry | null;
  readonly previous: VersionEntry | null;
  readonly pinned: boolean;
  /** False when everything was already so. */
  readonly changed: boolean;
}

/** `force`: also a version that the gate or a person turned down, or that could not be compared. */
export declare function promoteVersion(
  registry: Registry,
  options: { readonly version: string; readonly force: boolean },
): Promise<Result<ModelChange, Failure>>;

/** To the previous version, or the one given; the present one counts as rejected by a person from then on. */
export declare function rollBackVersion(
  registry: Registry,
  options: { readonly version?: string },
): Promise<Result<ModelChange, Failure>>;

export declare function pinVersion(registry: Registry, pinned: boolean): Promise<Result<ModelChange, Failure>>;
