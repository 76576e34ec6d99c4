/** `pipe exp run` at the terminal: what each experiment does, with its name before it, and what came of all. */
import type { ExperimentOutcome, ExperimentResult } from '../engine/experiment-run.ts';
import { runExperiments } from '../engine/experiment-run.ts';
import { assertNever } from '../lib/assert-never.ts';
import type { CliContext } from './command.ts';
import { fail } from './fail.ts';
import { toJsonText } from './json.ts';
import { renderFailure } from './render-failure.ts';
import { createReporter, type Reporter } from './reporter.ts';
import { lineIn } from './source-line.ts';
import { createTheme } from './theme.ts';

export interface ExpRunOptions {
  readonly setParam?: readonly string[];
  readonly name?: string;
  readonly jobs?: number;
  readonly resume?: boolean;
  readonly force?: boolean;
}

export async function runExp(context: CliContext, targets: readonly string[], options: ExpRunOptions): Promise<void> {
  const { cwd, env, signal, globals } = context;
  const { setParam = [], ...choices } = options;
  const reporters = new Map<string, Reporter>();
  const reporterOf = (experiment: string): Reporter => {
    const known =
      reporters.get(experiment) ?? createReporter({ context: prefixed(context, experiment), stream: false });
    reporters.set(experiment, known);
    return known;
  };
  const result = await runExperiments({
    cwd,
    env,
    signal,
    targets,
    set: setParam,
    ...choices,
    onEvent: (event) => {
      if (globals.json) return context.print(toJsonText(event));
      if (globals.quiet) return;
      if (event.type === 'experiment-started')
        context.print(`${createTheme(globals.color).name(event.experiment)}: ${renderSet(event.set)}`);
      else if (event.outcome.kind === 'known') context.print(renderEnd(event.experiment, event.outcome, context));
    },
    onRunEvent: (experiment, event) => {
      if (globals.json) context.print(toJsonText({ ...event, experiment }));
      else reporterOf(experiment).onEvent(event);
    },
  });
  if (!result.ok) {
    if (result.error.code === 'interrupted' && !globals.quiet)
      context.printError('what was not finished is queued: `pipe exp run --resume` goes on');
    return fail(context, result.error);
  }
  tell(result.value, context);
}

const renderSet = (set: readonly string[]): string => (set.length === 0 ? 'as it stands' : set.join(' '));

/** Several run at a time: nothing redraws itself, and every line says whose it is. */
function prefixed(context: CliContext, experiment: string): CliContext {
  const mark = (text: string) =>
    text
      .split('\n')
      .map((line) => `[${experiment}] ${line}`)
      .join('\n');
  return {
    ...context,
    print: (text) => context.print(mark(text)),
    printError: (text) => context.printError(mark(text)),
    terminal: { ...context.terminal, isTty: false },
  };
}

function tell(results: readonly ExperimentResult[], context: CliContext): void {
  const failed = results.filter(({ outcome }) => outcome.kind === 'failed');
  for (const { name, outcome } of failed) context.printError(renderEnd(name, outcome, context));
  if (failed.length > 0) context.finish(1);
  if (context.globals.json || context.globals.quiet) return;
  const count = (kind: ExperimentOutcome['kind']) => results.filter(({ outcome }) => outcome.kind === kind).length;
  const parts = [
    `${count('ran')} ran`,
    ...(count('known') > 0 ? [`${count('known')} made before`] : []),
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
  ];
  context.print(results.length === 0 ? 'nothing is queued' : `${parts.join(', ')}; \`pipe exp show\` compares them`);
}

function renderEnd(name: string, outcome: ExperimentOutcome, context: CliContext): string {
  const theme = createTheme(context.globals.color);
  switch (outcome.kind) {
    case 'ran':
      return `${theme.good('made')} ${name}`;
    case 'known':
      return `${theme.faint('made before:')} ${name}`;
    case 'stopped':
      return `${theme.warn('stopped')} ${name}`;
    case 'failed': {
      const logs = outcome.logs === undefined ? '' : `\n  logs kept in ${outcome.logs}`;
      // What happened in a stage was told when it happened.
      if (outcome.stage !== undefined) return `${theme.bad('error:')} ${name} failed in ${outcome.stage}${logs}`;
      return `${theme.bad('error:')} ${name}: ${renderFailure(outcome.failure, { theme, lineOf: lineIn(context) })}${logs}`;
    }
    default:
      return assertNever(outcome);
  }
}
