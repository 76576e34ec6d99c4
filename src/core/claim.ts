/**
 * A stage claim: the right of one process to run a stage, naming what the stage writes and reads.
 * Pure; `store/claims` keeps them and knows who is alive.
 */
export interface ClaimScope {
  /** Root-relative paths: outs and state. */
  readonly writes: readonly string[];
  /** Deps that stages make: somebody may be about to rewrite them. */
  readonly reads: readonly string[];
}

/** Two readers do not disturb each other; a writer disturbs everybody on the same path, above or below. */
export function conflicts(a: ClaimScope, b: ClaimScope): boolean {
  return overlaps(a.writes, b.writes) || overlaps(a.writes, b.reads) || overlaps(a.reads, b.writes);
}

function overlaps(these: readonly string[], those: readonly string[]): boolean {
  return these.some((a) => those.some((b) => isWithin(a, b) || isWithin(b, a)));
}

/** Whether `path` is `folder` or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || folder === '.' || path.startsWith(`${folder}/`);
}
