/** `pipe trace`: what made this, all the way back. */
import { renderDepName } from '../../core/dep-name.ts';
import { encodeParam, renderParam } from '../../core/param-value.ts';
import { trace as traceOut, type TracedDep, type TracedOut } from '../../engine/trace.ts';
import { assertNever } from '../../lib/assert-never.ts';
import { fitText, plainLine } from '../../lib/text-width.ts';
import type { Commit } from '../../store/git-history.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { renderDuration } from '../render-time.ts';
import { createTheme, type Theme } from '../theme.ts';

const EXAMPLES = `
Follows the lock entries: of the workspace, and those that git remembers. For a folder
with a million files, or a digest in somebody's notes, as for a model.

Examples:
  pipe trace artifacts/model.json
  pipe trace 3f9a2c81               the first digits of a digest
  pipe trace artifacts/model.json --json`;

export const trace: CommandModule = {
  define: (command, context) => {
    command
      .argument('<path|digest>', 'an out, something in one, or the first 8 digits or more of a digest')
      .addHelpText('after', EXAMPLES)
      .action((target: string) => run(context, target));
  },
};

async function run(context: CliContext, target: string): Promise<void> {
  const { cwd, env, globals } = context;
  const traced = await traceOut({ cwd, target, env });
  if (!traced.ok) return fail(context, traced.error);
  if (globals.json) return context.print(toPrettyJson(withTypes(traced.value)));
  context.print(renderOut(traced.value, createTheme(globals.color)).join('\n'));
}

/** Values of params keep their type in JSON, as everywhere. */
function withTypes(out: TracedOut): unknown {
  const params = Object.fromEntries(Object.entries(out.params).map(([name, value]) => [name, encodeParam(value)]));
  const deps = out.deps.map((dep) => (dep.kind === 'made' ? { ...dep, by: withTypes(dep.by) } : dep));
  return { ...out, params, deps };
}

function renderOut(out: TracedOut, theme: Theme): readonly string[] {
  return [`${theme.strong(out.path)} ${theme.faint(out.digest.slice(0, 12))}`, ...indented(renderMaking(out, theme))];
}

function renderMaking(out: TracedOut, theme: Theme): readonly string[] {
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
    ...out.deps.flatMap((dep) => renderDep(dep, theme)),
  ];
}

function renderRun({ run: past }: TracedOut): readonly string[] {
  if (past === null) return [];
  return [`ran      ${past.started.slice(0, 19).replace('T', ' ')} UTC on ${past.host}, ${renderDuration(past.ms)}`];
}

function renderDep(dep: TracedDep, theme: Theme): readonly string[] {
  const name = `dep      ${renderDepName(dep.path)} ${theme.faint(dep.digest.slice(0, 12))}`;
  switch (dep.kind) {
    case 'file':
      return [`${name}, ${renderCommit(dep.commit, theme)}`];
    case 'source':
      return [`${name}, a source`];
    case 'made-above':
      return [`${name}, made by ${theme.name(dep.stage)} (above)`];
    case 'made':
      // Of something inside a folder what follows is about the folder.
      return [name, ...indented(dep.path === dep.by.path ? renderMaking(dep.by, theme) : renderOut(dep.by, theme))];
    default:
      return assertNever(dep);
  }
}

function renderCommit(commit: Commit | null, theme: Theme): string {
  if (commit === null) return theme.warn('in no commit');
  return `commit ${commit.hash.slice(0, 10)} ${theme.faint(`(${commit.date.slice(0, 10)}, ${fitText(plainLine(commit.subject), 50)})`)}`;
}

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);
