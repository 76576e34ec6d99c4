/**
 * A pipeline in a folder of its own, driven through the engine or through the real command, and
 * judged from outside: what stands in the folder, what was told.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, vi } from 'vitest';
import type { RunEvent, RunSummary, StageResult } from '../../src/core/event.ts';
import type { Failure } from '../../src/core/failure.ts';
import type { Reason } from '../../src/core/reason.ts';
import { repro, type ReproOptions } from '../../src/engine/repro.ts';
import type { Result } from '../../src/lib/result.ts';
import { tempFolder } from './temp-folder.ts';

export interface Rig {
  readonly root: string;
  readonly write: (path: string, text: string) => void;
  readonly read: (path: string) => string;
  readonly remove: (path: string) => void;
  readonly exists: (path: string) => boolean;
  /** Resolves when the path is there. */
  readonly appears: (path: string) => Promise<void>;
  readonly repro: (options?: Omit<ReproOptions, 'cwd'>) => Promise<Ran>;
  readonly git: (...args: readonly string[]) => string;
  /** Every file below the root with its text and mode, without `.pipe` and `.git`. */
  readonly snapshot: () => Readonly<Record<string, string>>;
}

export interface Ran {
  readonly result: Result<RunSummary, Failure>;
  readonly events: readonly RunEvent[];
  readonly summary: RunSummary;
  readonly of: (stage: string) => StageResult;
  readonly reasons: (stage: string) => readonly Reason[];
  readonly warnings: readonly string[];
}

/** `root`: a folder of the caller's; default: a new one that is gone when the test ends. */
export function createRig(files: Readonly<Record<string, string>>, root = tempFolder()): Rig {
  const at = (path: string) => join(root, path);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  return {
    root,
    write,
    read: (path) => readFileSync(at(path), 'utf8'),
    remove: (path) => rmSync(at(path), { recursive: true, force: true }),
    exists: (path) => existsSync(at(path)),
    appears: (path) => vi.waitUntil(() => existsSync(at(path)), { timeout: 20_000, interval: 5 }).then(() => undefined),
    repro: (options = {}) => runRepro(root, options),
    git: (...args) => execFileSync('git', [...GIT_USER, ...args], { cwd: root, encoding: 'utf8' }),
    snapshot: () => snapshotOf(root),
  };
}

const GIT_USER = ['-c', 'user.name=test', '-c', 'user.email=test@localhost', '-c', 'init.defaultBranch=main'];

async function runRepro(root: string, options: Omit<ReproOptions, 'cwd'>): Promise<Ran> {
  const events: RunEvent[] = [];
  const result = await repro({
    ...options,
    cwd: root,
    onEvent: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
  });
  return {
    result,
    events,
    get summary() {
      return result.ok ? result.value : expect.unreachable(JSON.stringify(result.error));
    },
    of: (stage) => resultOf(events, stage),
    reasons: (stage) => reasonsOf(events, stage),
    warnings: events.flatMap((event) => (event.type === 'stage-warning' ? [event.message] : [])),
  };
}

function resultOf(events: readonly RunEvent[], stage: string): StageResult {
  const found = events.findLast((event) => event.type === 'stage-finished' && event.stage === stage);
  return found?.type === 'stage-finished' ? found.result : expect.unreachable(`${stage} did not finish`);
}

function reasonsOf(events: readonly RunEvent[], stage: string): readonly Reason[] {
  const found = events.findLast((event) => event.type === 'stage-decided' && event.stage === stage);
  if (found?.type !== 'stage-decided' || found.decision.action === 'skip') return [];
  return found.decision.reasons;
}

function snapshotOf(root: string): Readonly<Record<string, string>> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(
      (path) => !/^\.(pipe|git)(\/|$)/.test(path) && statSync(join(root, path), { throwIfNoEntry: false })?.isFile(),
    )
    .sort();
  return Object.fromEntries(
    files.map((path) => [
      path,
      `${statSync(join(root, path)).mode.toString(8)} ${readFileSync(join(root, path), 'utf8')}`,
    ]),
  );
}
