/** The two questions about a glob pattern that need no matcher: is it one, and where does it begin. Pure. */

/** Anything that may be more than a plain character: a walk that starts too high is only slower. */
const MAGIC = /[*?[\]{}()!+@\\]/;

/** `a+b.csv` and `(1).csv` are plain names: `+`, `@`, `!` mean something only before `(`. */
export function isGlob(pattern: string): boolean {
  return /[*?]|\[.*\]|\{.*[,.].*\}|[!+@]\(.*\)/.test(pattern);
}

/** The folders before the first segment with magic in it: where a walk has to start. `.` is the root. */
export function globBase(pattern: string): string {
  const segments = pattern.split('/');
  const first = segments.findIndex((segment) => MAGIC.test(segment));
  const fixed = segments.slice(0, first === -1 ? segments.length - 1 : first);
  return fixed.length === 0 ? '.' : fixed.join('/');
}
