/**
 * A model's registry on disk: immutable versions, `registry.json` as the one truth about them, and
 * the copy of the production version that people and `predict` read.
 *
 * Knows nothing of how a verdict is reached. Reading never writes, waits or claims; a daemon may
 * call `read` twice a second. Writing is in `store/registry-commit`.
 */
import type { Failure } from '../core/failure.ts';
import type { ModelState } from '../core/pipeline.ts';
import type { Reason } from '../core/reason.ts';
import type { RegistryMark, RegistryState, VersionEntry } from '../core/registry.ts';
import type { Digest } from '../lib/digest.ts';
import type { Json } from '../lib/canonical-json.ts';
import type { Result } from '../lib/result.ts';
import type { Evaluation } from '../core/gate-evaluation.ts';

export interface RegistryOptions {
  readonly root: string;
  readonly model: ModelState;
  /** Digest of a file by its absolute path; give the stat index's to save reading unchanged bytes. */
  readonly digestFile?: (path: string) => Digest;
}

export interface Registry {
  readonly model: ModelState;
  /** One small file. A registry that does not exist yet reads as revision 0 without versions. */
  read(): Result<RegistryState, RegistryFailure>;
  /** What makes the owning stage stale; empty when the registry is as it should be. */
  inspect(): readonly Reason[];
  /** A number, `n-sha12`, `production`, `previous`, `latest`, or a label with a dot. The bytes have been checked against their sha. */
  readVersion(selector: string): Result<StoredVersion, RegistryFailure>;
  /** Makes the copy at `model.path` again if it is missing or holds another registered version; unknown bytes are a failure. */
  restoreCopy(): Result<'intact' | 'restored' | 'no-production', RegistryFailure>;
  /** One change, under the registry's claim: version folder, then registry.json, then the copy. */
  commit(change: RegistryChange): Promise<Result<RegistryState, CommitFailure>>;
  appendEvaluation(evaluation: Evaluation): void;
  /** Newest first; those of one `pipe` run only when it is given. */
  readEvaluations(filter?: { readonly run?: string; readonly limit?: number }): readonly Evaluation[];
}

export type RegistryFailure = Extract<Failure, { readonly code: 'registry' }>;

export interface StoredVersion extends VersionEntry {
  /** Absolute path of its model.json. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface RegistryChange {
  /** When given, and the registry has moved on since: `champion-changed`, and nothing is written. */
  readonly expected?: RegistryMark;
  /** A model to be listed first, unless its bytes already are. */
  readonly addition?: { readonly bytes: Uint8Array; readonly card: (n: number) => Json };
  /** The state to write, from the state as it is under the claim (the addition already in it). */
  readonly transition: (
    state: RegistryState,
    added: VersionEntry | undefined,
  ) => Result<RegistryState, RegistryFailure>;
}

export type CommitFailure = RegistryFailure | { readonly code: 'champion-changed'; readonly now: RegistryState };

export declare function openRegistry(options: RegistryOptions): Registry;
