/**
 * Small deps that no commit has as they were when their stage ran are kept as objects: else nobody could ever
 * see again what a result was made from. What is large belongs under `pipe add`.
 */
import { isWithin } from '../core/claim.ts';
import type { Failure } from '../core/failure.ts';
import { ok, type Result } from '../lib/result.ts';
import { contentOf } from './inputs.ts';
import type { Performance } from './performance.ts';

const MAX_BYTES = 1024 * 1024;

export async function keepUncommitted({
  workspace,
  inputs,
  uncommitted,
}: Pick<Performance, 'workspace' | 'inputs' | 'uncommitted'>): Promise<Result<void, Failure>> {
  const paths = workspace.terms.commit ? await uncommitted : [];
  if (paths.length === 0) return ok(undefined);
  for (const [path, dep] of Object.entries(inputs.deps)) {
    if (!isUncommitted(paths, path) || dep.type === 'text') continue;
    const content = await contentOf(workspace, path);
    if (!content.ok) return content;
    if (content.value?.digest !== dep.digest || content.value.size > MAX_BYTES) continue;
    if (workspace.objects.has(content.value, { deep: true })) continue;
    const stored = await workspace.objects.store(path, content.value);
    // A link out of the project counts as what it leads to, and is no object: then it cannot be shown later.
    if (!stored.ok && stored.error.code !== 'path-refused') return stored;
  }
  return ok(undefined);
}

function isUncommitted(uncommitted: readonly string[], path: string): boolean {
  return uncommitted.some((other) => {
    const name = other.endsWith('/') ? other.slice(0, -1) : other;
    return isWithin(name, path) || isWithin(path, name);
  });
}
