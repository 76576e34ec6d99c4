/** The words for what `trace` found: an out, and below it what it was made from. */
import { renderDepName } from '../core/dep-name.ts';
import { encodeParam, renderParam } from '../core/param-value.ts';
import type { TracedDep, TracedOut } from '../engine/trace.ts';
import { assertNever } from '../lib/assert-never.ts';
import { fitText, plainLine } from '../lib/text-width.ts';
import type { Commit } from '../store/git-history.ts';
import { renderDuration } from './render-time.ts';
import type { Theme } from './theme.ts';

/** Values of params keep their type in JSON, as everywhere. */
export function withTypes(out: TracedOut): unknown {
  const params = Object.fromEntries(Object.entries(out.params).map(([name, value]) => [name, encodeParam(value)]));
  const deps = out.deps.map((dep) => (dep.kind === 'made' ? { ...dep, by: withTypes(dep.by) } : dep));
  return { ...out, params, deps };
}

/** `isFull`: every committed file on a line of its own. */
export function renderOut(out: TracedOut, theme: Theme, isFull: boolean): readonly string[] {
  return [
    `${theme.strong(out.path)} ${theme.faint(out.digest.slice(0, 12))}`,
    ...indented(renderMaking(out, theme, isFull)),
  ];
}

function renderMaking(out: TracedOut, theme: Theme, isFull: boolean): readonly string[] {
  const cmd = (typeof out.cmd === 'string' ? out.cmd : out.cmd.join('; ')).trim().replaceAll(/\s*\n\s*/g, '; ');
  return [
    `made by  ${theme.name(out.stage)}: ${fitText(plainLine(cmd), 90)}`,
    `locked   ${out.lockFile}, ${renderCommit(out.commit, theme)}`,
    ...renderRun(out),
    ...Object.entries(out.params).map(
      ([name, value]) => `param    ${name.replace(/^params\.yaml:/, '')} = ${fitText(renderParam(value), 60)}`,
    ),
    ...Object.entries(out.variables).map(
      ([name, value]) => `env      ${name} ${value === null ? 'unset' : `= ${value}`}`,
    ),
    ...renderDeps(out.deps, theme, isFull),
  ];
}

function renderRun({ run: past }: TracedOut): readonly string[] {
  if (past === null) return [];
  return [`ran      ${past.started.slice(0, 19).replace('T', ' ')} UTC on ${past.host}, ${renderDuration(past.ms)}`];
}

/** Many committed files are told by their folders; whatever is not as git has it is always told by itself. */
function renderDeps(deps: readonly TracedDep[], theme: Theme, isFull: boolean): readonly string[] {
  const committed = deps.filter(isCommitted);
  if (isFull || committed.length <= MANY) return deps.flatMap((dep) => renderDep(dep, theme, isFull));
  const folders = new Map<string, CommittedDep[]>();
  for (const dep of committed) {
    const folder = dep.path.includes('/') ? dep.path.slice(0, dep.path.lastIndexOf('/') + 1) : './';
    folders.set(folder, [...(folders.get(folder) ?? []), dep]);
  }
  const others = deps.filter((dep) => !isCommitted(dep));
  return [
    ...[...folders].flatMap(([folder, files]) => renderFolder(folder, files, theme)),
    ...others.flatMap((dep) => renderDep(dep, theme, isFull)),
  ];
}

const MANY = 6;

type CommittedDep = Extract<TracedDep, { readonly kind: 'file' }> & { readonly commit: Commit };

const isCommitted = (dep: TracedDep): dep is CommittedDep => dep.kind === 'file' && dep.commit !== null;

function renderFolder(folder: string, files: readonly CommittedDep[], theme: Theme): readonly string[] {
  const [first] = files;
  if (files.length === 1 && first !== undefined) return renderDep(first, theme, false);
  const latest = files.map(({ commit }) => commit).reduce((a, b) => (b.date > a.date ? b : a));
  return [`deps     ${folder} ${files.length} files; the last to change in ${renderCommit(latest, theme)}`];
}

function renderDep(dep: TracedDep, theme: Theme, isFull: boolean): readonly string[] {
  const name = `dep      ${renderDepName(dep.path)} ${theme.faint(dep.digest.slice(0, 12))}`;
  switch (dep.kind) {
    case 'file':
      return [`${name}, ${renderCommit(dep.commit, theme)}${dep.kept === null ? '' : `; its bytes are ${dep.kept}`}`];
    case 'outside':
      return [`dep      ${renderDepName(dep.path)} ${dep.shown ?? theme.faint(dep.digest.slice(0, 12))}`];
    case 'source':
      return [`${name}, a source`];
    case 'made-above':
      return [`${name}, made by ${theme.name(dep.stage)} (above)`];
    case 'made':
      // Of something inside a folder what follows is about the folder.
      return [
        name,
        ...indented(dep.path === dep.by.path ? renderMaking(dep.by, theme, isFull) : renderOut(dep.by, theme, isFull)),
      ];
    default:
      return assertNever(dep);
  }
}

function renderCommit(commit: Commit | null, theme: Theme): string {
  if (commit === null) return theme.warn('in no commit');
  return `commit ${commit.hash.slice(0, 10)} ${theme.faint(`(${commit.date.slice(0, 10)}, ${fitText(plainLine(commit.subject), 50)})`)}`;
}

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);
