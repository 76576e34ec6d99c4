/** `pipe verify`: are the recorded outs what their stages make, from what they declare? */
import { type OutVerdict, type SkipReason, type StageVerdict, verify as verifyStages } from '../../engine/verify.ts';
import { assertNever } from '../../lib/assert-never.ts';
import { fitText, plainLine } from '../../lib/text-width.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { parseCount } from '../parse-count.ts';
import { renderDuration } from '../render-time.ts';
import { createTeller } from '../tell.ts';
import { createTheme, type Theme } from '../theme.ts';

const EXAMPLES = `
Each fresh stage runs again in a private folder that holds only what it declares, with a
home and temporary folder of its own, and of the environment only PATH, LANG=C.UTF-8,
TZ=UTC and what it declares. What comes out is compared with its lock entry. Nothing is
recorded, restored or changed. It finds undeclared inputs, clocks and chance; it is no
security sandbox.

Examples:
  pipe verify                all fresh stages
  pipe verify train          train alone
  pipe verify -j 1           one after the other

Exit code: 0 all reproducible; 1 some are not, or need what they do not declare.`;

interface Options {
  readonly jobs?: number;
}

export const verify: CommandModule = {
  define: (command, context) => {
    command
      .argument('[targets...]', 'stages, paths of outs, or globs of stage names')
      .option(
        '-j, --jobs <n>',
        'how many stages may run at a time (default: the number of cores)',
        parseCount('It is a number of stages'),
      )
      .addHelpText('after', EXAMPLES)
      .action((targets: readonly string[], options: Options) => run(context, targets, options));
  },
};

async function run(context: CliContext, targets: readonly string[], { jobs }: Options): Promise<void> {
  const { cwd, env, signal, globals } = context;
  const theme = createTheme(globals.color);
  const tell = createTeller(context);
  const result = await verifyStages({
    cwd,
    env,
    signal,
    targets,
    ...(jobs !== undefined && { jobs }),
    onEvent: tell,
    onVerdict: (verdict) => {
      if (!globals.json && !(globals.quiet && isFine(verdict))) context.print(renderVerdict(verdict, theme));
    },
  });
  if (!result.ok) return fail(context, result.error);
  if (globals.json) context.print(toPrettyJson({ stages: result.value }));
  if (!globals.json && !globals.quiet) context.print(`\n${summarize(result.value, theme)}`);
  if (!result.value.every(isFine)) context.finish(1);
}

const isFine = ({ state }: StageVerdict): boolean => state === 'reproducible' || state === 'skipped';

function renderVerdict(verdict: StageVerdict, theme: Theme): string {
  const name = theme.name(verdict.stage);
  switch (verdict.state) {
    case 'reproducible':
      return `${name}  ${theme.good('reproducible')} ${theme.faint(`in ${renderDuration(verdict.ms)}`)}`;
    case 'different':
      return [
        `${name}  ${theme.bad('not reproducible')}`,
        ...verdict.outs.flatMap((out) => renderOut(out, theme)),
      ].join('\n');
    case 'failed':
      return renderFailed(verdict, theme);
    case 'skipped':
      return `${name}  ${theme.faint(SKIPPED[verdict.because])}`;
    default:
      return assertNever(verdict);
  }
}

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  'not-fresh': 'not looked at: not fresh, so there is nothing to compare with (`pipe status` says why)',
  state: 'not looked at: what it makes hangs on state from before, which is not at hand',
  'no-outs': 'not looked at: it has no outs',
};

function renderOut({ path, isSame, difference }: OutVerdict, theme: Theme): readonly string[] {
  if (isSame) return [`  ${theme.good('same')}       ${path}`];
  if (difference === null) return [`  ${theme.bad('not written')} ${path}`];
  const file = difference === undefined || difference.file === '' ? path : `${path}/${difference.file}`;
  const what = difference === undefined || difference.kind === 'changed' ? '' : `, ${KINDS[difference.kind]}`;
  const text = difference?.text;
  const line = (mark: string, words: string | null) => `    ${mark} ${words === null ? '(ends here)' : shown(words)}`;
  return [
    `  ${theme.bad('different')}  ${file}${text === undefined ? '' : `:${text.line}`}${what}`,
    ...(text === undefined ? [] : [theme.bad(line('-', text.was)), theme.good(line('+', text.now))]),
  ];
}

const KINDS = { added: 'was not there before', removed: 'is not there any more', mode: 'another mode' } as const;
const shown = (line: string): string => fitText(plainLine(line), 100);

function renderFailed(verdict: Extract<StageVerdict, { state: 'failed' }>, theme: Theme): string {
  const { outcome, undeclared, lastLines } = verdict;
  const ending =
    outcome.kind === 'exited' ? `exit code ${outcome.code}` : outcome.kind === 'killed' ? outcome.signal : outcome.kind;
  return [
    `${theme.name(verdict.stage)}  ${theme.bad('does not run with what it declares')}: ${ending}`,
    ...lastLines.slice(-8).map((line) => `${theme.faint('  |')} ${shown(line)}`),
    ...undeclared.map((path) => `  ${theme.warn('undeclared')} ${path}: list it under deps, or under environment`),
  ].join('\n');
}

function summarize(verdicts: readonly StageVerdict[], theme: Theme): string {
  const count = (state: StageVerdict['state']) => verdicts.filter((verdict) => verdict.state === state).length;
  const parts = [
    [count('reproducible'), 'reproducible'],
    [count('different'), 'not reproducible'],
    [count('failed'), 'with undeclared inputs or broken'],
    [count('skipped'), 'not looked at'],
  ] as const;
  const text = parts.flatMap(([number, words]) => (number === 0 ? [] : [`${number} ${words}`])).join(', ');
  return `${verdicts.every(isFine) ? theme.good('✓') : theme.bad('✗')} ${text === '' ? 'no stages' : text}`;
}
