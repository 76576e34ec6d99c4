/**
 * The operating system's word that something may have changed, collected until it has been quiet for a while.
 * Knows nothing of stages, and nothing of what really is different.
 */
import { basename, join } from 'node:path';
import type { FSWatcher } from 'chokidar';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { errorCode } from '../store/read-if-there.ts';
import { isLookedAt, relevantPath, startingFolders, toRootPath, type Watched } from './watch-paths.ts';

/** An editor's save is several events; a checkout of another branch is hundreds. */
const QUIET_MS = 200;
const POLL_MS = 1_000;

export interface Watcher {
  /** Whether it looks at just these. */
  readonly isFor: (watched: Watched) => boolean;
  /** Something has happened that `changed` has not told yet. */
  readonly isStirred: () => boolean;
  /** Resolves when something happened and then nothing for a while, with the root-relative paths; at an abort with none. */
  readonly changed: (signal: AbortSignal) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** Resolves when everything is looked at. `onPolling`: the system has no more to give, so we look again and again. */
export async function openWatcher(
  watched: Watched,
  { onPolling }: { readonly onPolling: () => void },
): Promise<Watcher> {
  const pending = createPending();
  let isExhausted = false;
  const note = (absolute: string) => {
    const path = relevantPath(watched, absolute);
    if (path !== undefined) pending.add(path);
  };
  const onExhausted = () => {
    isExhausted = true; // by folders that came later: whoever waits looks once more, and then opens another watcher
    pending.add(watched.paths[0] ?? '.');
  };
  const opened = await look(watched, { usePolling: false, note, onExhausted });
  if (opened === 'exhausted') onPolling();
  const eyes = opened === 'exhausted' ? await poll(watched, note) : opened;
  if (opened === 'exhausted') isExhausted = false;
  return {
    isFor: (other) =>
      !isExhausted && other.root === watched.root && other.paths.join('\n') === watched.paths.join('\n'),
    isStirred: pending.isStirred,
    changed: pending.settled,
    close: () => eyes.close(),
  };
}

interface Pending {
  readonly add: (path: string) => void;
  readonly isStirred: () => boolean;
  readonly settled: Watcher['changed'];
}

function createPending(): Pending {
  const paths = new Set<string>();
  let lastChange = 0;
  let wake = () => {};
  const rest = (ms: number | undefined, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = ms === undefined ? undefined : setTimeout(done, ms);
      wake = done;
      signal.addEventListener('abort', done);
    });
  return {
    add: (path) => {
      paths.add(path);
      lastChange = performance.now();
      wake();
    },
    isStirred: () => paths.size > 0,
    settled: async (signal) => {
      while (!signal.aborted) {
        const quietFor = performance.now() - lastChange;
        if (paths.size > 0 && quietFor >= QUIET_MS) break;
        await rest(paths.size > 0 ? QUIET_MS - quietFor : undefined, signal);
      }
      if (signal.aborted) return [];
      const settled = [...paths].sort(compareCodeUnits);
      paths.clear();
      return settled;
    },
  };
}

async function poll(watched: Watched, note: (path: string) => void): Promise<FSWatcher> {
  const eyes = await look(watched, { usePolling: true, note, onExhausted: () => undefined });
  if (eyes === 'exhausted') throw new Error('polling takes nothing that could be exhausted');
  return eyes;
}

interface Looking {
  readonly usePolling: boolean;
  readonly note: (path: string) => void;
  readonly onExhausted: () => void;
}

async function look(watched: Watched, { usePolling, note, onExhausted }: Looking): Promise<FSWatcher | 'exhausted'> {
  const { watch } = await import('chokidar');
  // From a folder down: a file that is opened by itself is lost when it is removed and written anew.
  const watcher = watch([...startingFolders(watched)], {
    ignoreInitial: true,
    ignored: (path, stats) =>
      !isLookedAt(watched, toRootPath(watched.root, path), stats?.isDirectory() ? 'dir' : 'file'),
    usePolling,
    interval: POLL_MS,
  });
  watcher.on('all', (_, path) => note(path));
  // A changed mode is told here only. Of a folder that is looked at, with the name inside it.
  watcher.on('raw', (_, name, details) => {
    const at = watchedPathOf(details);
    note(basename(at) === name ? at : join(at, name));
  });
  const ready = await new Promise<'ready' | 'exhausted'>((resolve) => {
    watcher.on('ready', () => resolve('ready'));
    watcher.on('error', (error) => {
      if (!['ENOSPC', 'EMFILE', 'ENFILE'].includes(errorCode(error) ?? '')) return;
      onExhausted();
      resolve('exhausted');
    });
  });
  if (ready === 'ready') return watcher;
  await watcher.close();
  return 'exhausted';
}

function watchedPathOf(details: unknown): string {
  const isKnown = typeof details === 'object' && details !== null && 'watchedPath' in details;
  return isKnown && typeof details.watchedPath === 'string' ? details.watchedPath : '';
}
