/**
 * What a person decides about a model, as plain data, and how it is done. Knows nothing of HTTP.
 *
 * It reads and checks a whole model and waits for the disk several times, so a daemon does it in a thread.
 */
import type { Failure } from '../core/failure.ts';
import { pinVersion, promoteVersion, rollBackVersion, type ModelChange } from '../engine/model.ts';
import type { Result } from '../lib/result.ts';
import type { Registry } from '../store/registry.ts';

export interface ModelAct {
  readonly name: 'promote' | 'rollback' | 'pin' | 'unpin';
  /** Of a promotion; others have one that is meant without it. */
  readonly version?: string;
  /** Of a promotion: against what the gate or a person said. */
  readonly force?: boolean;
}

export type ModelActOutcome = Result<ModelChange, Failure>;

export function performAct(registry: Registry, { name, version, force = false }: ModelAct): Promise<ModelActOutcome> {
  switch (name) {
    case 'promote':
      return promoteVersion(registry, { version: version ?? '', force });
    case 'rollback':
      return rollBackVersion(registry, version === undefined ? {} : { version });
    case 'pin':
    case 'unpin':
      return pinVersion(registry, name === 'pin', version);
  }
}
