/**
 * Versions of one model besides the one in production: loaded when a request names one, and the few
 * that were asked for last are kept.
 *
 * Invariant: one load at a time, so that whoever asks for version after version takes one core at most.
 */
import { selectVersion, type RegistryState, type VersionEntry } from '../core/registry.ts';
import type { Result } from '../lib/result.ts';
import { createInTurn } from './auth/in-turn.ts';
import type { LoadVersion } from './load-model.ts';
import type { ServedModel } from './served-model.ts';

export interface VersionShelf {
  /** undefined: there is no such version, or it cannot be loaded. */
  find(selector: string): Promise<ServedModel | undefined>;
}

export interface VersionShelfOptions {
  readonly readRegistry: () => Result<RegistryState, unknown>;
  /** By a label for people: "1.0.0". */
  readonly findLabel: (label: string) => VersionEntry | undefined;
  readonly load: LoadVersion;
  readonly capacity: number;
}

export function createVersionShelf({ readRegistry, findLabel, load, capacity }: VersionShelfOptions): VersionShelf {
  const kept = new Map<string, ServedModel>();
  const inTurn = createInTurn();

  const take = (sha: string): ServedModel | undefined => {
    const model = kept.get(sha);
    if (model === undefined) return undefined;
    kept.delete(sha); // a Map keeps the order of insertion: the first is the one used longest ago
    kept.set(sha, model);
    return model;
  };
  const loadInTurn = (version: VersionEntry): Promise<ServedModel | undefined> =>
    inTurn('load', async () => {
      const known = take(version.sha);
      if (known !== undefined) return known;
      const loaded = await load(version);
      if (!loaded.ok) return undefined;
      const [oldest] = kept.keys();
      if (kept.size >= capacity && oldest !== undefined) kept.delete(oldest);
      kept.set(version.sha, loaded.value);
      return loaded.value;
    });

  return {
    async find(selector) {
      const state = readRegistry();
      if (!state.ok) return undefined;
      const version =
        selectVersion(state.value, selector) ?? (selector.includes('.') ? findLabel(selector) : undefined);
      return version && (take(version.sha) ?? loadInTurn(version));
    },
  };
}
