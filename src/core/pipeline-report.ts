/**
 * What the readers of a pipeline file share: where problems go, where a value stands, and how a path
 * becomes root-relative. All problems are wanted, not the first.
 */
import type { Problem } from './failure.ts';
import { isOutside, resolveAnywhere, resolveFromRoot } from './root-path.ts';
import type { PathPart } from './yaml-place.ts';
import type { ProblemAt, YamlSource } from './yaml-source.ts';

export interface Report {
  readonly source: YamlSource;
  /** Root-relative, as its folder, from which paths start. */
  readonly file: string;
  readonly folder: string;
  /** Stages that a group made: their names have an @ and whatever follows it. */
  readonly generated: ReadonlySet<string>;
  readonly problems: Problem[];
}

/** One stage of a file. */
export interface Within {
  readonly report: Report;
  readonly at: readonly PathPart[];
  readonly wdir: string;
}

export function complain({ source, problems }: Report, problem: ProblemAt): void {
  problems.push(source.problem(problem));
}

interface WrittenPath {
  readonly path: PathPart[];
  readonly written: string;
  readonly wdir: string;
  readonly atKey?: boolean;
  /** What to do when it leads out of the pipeline's folder. */
  readonly hint?: string;
}

/** Root-relative, or a problem and the path as it was written: reading goes on. */
export function rootPath(report: Report, { path, written, wdir, atKey = false, hint }: WrittenPath): string {
  // A wdir outside is told already: no path in it is at fault.
  const resolved = isOutside(wdir) ? resolveAnywhere(wdir, written) : resolveFromRoot(wdir, written);
  if (resolved.ok) return resolved.value;
  const leadsOut = /^([/~]|[A-Za-z]:|(.*\/)?\.\.(\/|$))/.test(written);
  const message = `\`${written}\` ${resolved.error}`;
  complain(report, { path, message, atKey, ...(leadsOut && hint !== undefined && { hint }) });
  return written;
}

/** As `rootPath`, of what may lie outside the root too. */
export function anyPath(report: Report, { path, written, wdir }: Omit<WrittenPath, 'atKey' | 'hint'>): string {
  const resolved = resolveAnywhere(wdir, written);
  if (!resolved.ok) complain(report, { path, message: `\`${written}\` ${resolved.error}` });
  return resolved.ok ? resolved.value : written;
}

export function checkName(report: Report, path: readonly PathPart[], name: string): void {
  // A dot, slash or @ tells pipelines, keys and members of a group apart.
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_-]*$/u.test(name)) return;
  complain(report, { path, atKey: true, message: `\`${name}\` cannot be a name`, hint: NAME_HINT });
}

const NAME_HINT = 'letters, digits, _ and - are allowed; the first is no -';
