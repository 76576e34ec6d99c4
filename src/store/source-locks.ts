/** What each source held when it was added: one file a source under locks/sources/. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { lockName } from '../core/lock-name.ts';
import { parseSourceLock, renderSourceLock, type SourceLock } from '../core/source-lock.ts';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { Layout } from './layout.ts';
import { publishFile } from './publish.ts';
import { listIfThere, readTextIfThere } from './read-if-there.ts';

/** `locks/sources/data%2Fraw.csv.json`, as people know it. */
export const sourceLockPath = (path: string): string => `locks/sources/${lockName(path)}.json`;

/** Sorted by path; one that is not as we wrote it counts as absent. Failures: lock-conflict. */
export function listSourceLocks({ root }: Layout): Result<readonly SourceLock[], Failure> {
  const locks: SourceLock[] = [];
  for (const name of listIfThere(join(root, 'locks', 'sources'))) {
    if (!name.endsWith('.json') || name.startsWith('.')) continue;
    const file = `locks/sources/${name}`;
    const parsed = parseSourceLock(readTextIfThere(join(root, file)) ?? '{}');
    if (parsed.kind === 'conflict') return err({ code: 'lock-conflict', file, problem: parsed.problem });
    if (parsed.kind === 'entry') locks.push(parsed.lock);
  }
  return ok(locks.sort((a, b) => compareCodeUnits(a.path, b.path)));
}

export function writeSourceLock({ root }: Layout, lock: SourceLock): void {
  const text = renderSourceLock(lock);
  const file = join(root, sourceLockPath(lock.path));
  if (readTextIfThere(file) !== text) publishFile(file, text);
}

export function removeSourceLock({ root }: Layout, path: string): void {
  rmSync(join(root, sourceLockPath(path)), { force: true });
}
