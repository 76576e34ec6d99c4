/**
 * Follows a registry: whoever changes the production version, the daemon answers with it a moment
 * later. Knows nothing of requests, nor of how a version is loaded.
 *
 * Invariant: `current` is always a version that was loaded whole and checked; what cannot be loaded
 * never replaces what can.
 */
import type { Failure } from '../core/failure.ts';
import { productionOf, type RegistryState, type VersionEntry } from '../core/registry.ts';
import type { Result } from '../lib/result.ts';
import type { LoadVersion } from './load-model.ts';
import type { Log } from './log.ts';
import type { ServedModel } from './served-model.ts';

export interface LiveModel {
  /** As pipeline.yaml calls it. */
  readonly name: string;
  /** Read it once a request: a swap may happen while it is answered. */
  readonly current: () => ServedModel | undefined;
  /** Why what is served is not what the registry says; undefined when it is. */
  readonly problem: () => string | undefined;
  /** Looks at the registry now. Resolves when what it says has been loaded or refused. */
  readonly refresh: () => Promise<void>;
  /** Takes it out of service until `load`, or the next start of the daemon. */
  readonly unload: () => void;
  /** As `refresh`, also after `unload`. */
  readonly load: () => Promise<void>;
  readonly stop: () => void;
}

export interface LiveModelOptions {
  readonly name: string;
  readonly readRegistry: () => Result<RegistryState, Extract<Failure, { readonly code: 'registry' }>>;
  readonly load: LoadVersion;
  readonly log: Log;
  /** Calls back when the registry may have changed; returns how to stop. Polling goes on beside it. */
  readonly watch: (onChange: () => void) => () => void;
  readonly pollMs: number;
}

/** A version that was refused is tried again this often: its file may have been repaired. */
const RETRY_POLLS = 10;

export function createLiveModel({ name, readRegistry, load, log, watch, pollMs }: LiveModelOptions): LiveModel {
  let served: ServedModel | undefined;
  let problem: string | undefined;
  let refused: { readonly version: VersionEntry; polls: number } | undefined;
  let looking: Promise<void> | undefined;
  let isUnloaded = false;
  let isStopped = false;

  const report = (found: string): void => {
    if (found !== problem) log.error({ model: name, problem: found, served: served?.version }, 'model refused');
    problem = found;
  };

  const isServed = ({ n, sha }: VersionEntry): boolean => served?.sha === sha && served.version === String(n);

  const look = async (): Promise<void> => {
    if (isUnloaded) return;
    const state = readRegistry();
    if (!state.ok) return report(state.error.problem);
    const production = productionOf(state.value);
    if (production === undefined || isServed(production)) {
      if (production === undefined) served = undefined;
      problem = undefined;
      return;
    }
    if (refused !== undefined && isSame(refused.version, production) && refused.polls++ < RETRY_POLLS) return;
    const loaded = await load(production);
    if (isStopped || isUnloaded) return; // while it was loaded
    if (!loaded.ok) {
      refused = { version: production, polls: 0 };
      return report(`version ${production.n} cannot be served: ${loaded.error}`);
    }
    log.info({ model: name, version: loaded.value.version, previous: served?.version }, 'model live');
    served = loaded.value;
    problem = undefined;
    refused = undefined;
  };

  const refresh = (): Promise<void> => {
    looking ??= look()
      .catch((error: unknown) => report(String(error))) // a bug of ours must not end the daemon
      .finally(() => {
        looking = undefined;
      });
    return looking;
  };
  const onChange = (): void => void refresh();
  const timer = setInterval(onChange, pollMs);
  const unwatch = watch(onChange);

  return {
    name,
    current: () => served,
    problem: () => problem,
    refresh,
    unload() {
      isUnloaded = true;
      served = undefined;
    },
    async load() {
      isUnloaded = false;
      await refresh();
    },
    stop() {
      isStopped = true;
      clearInterval(timer);
      unwatch();
    },
  };
}

const isSame = (a: VersionEntry, b: VersionEntry): boolean => a.n === b.n && a.sha === b.sha;
