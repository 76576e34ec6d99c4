/** `pipe doctor`: is everything that a checkout rests on as it should be? */
import { createInterface } from 'node:readline/promises';
import { doctor as examine, type Finding } from '../../engine/doctor.ts';
import type { Claim } from '../../store/claims.ts';
import { alignColumns } from '../columns.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { createTheme } from '../theme.ts';

const EXAMPLES = `
Looks at Node, git, lock entries, the cache and how files come out of it, reads every
object again, and lists who works on what. --fix loses nothing: broken objects go to
quarantine, what dead processes left is recovered; a claim of another machine is taken
away only after asking (or with --yes).

Examples:
  pipe doctor
  pipe doctor --fix
  pipe doctor --remote main     can it be written, and read back?
  pipe doctor --json

Exit code: 0 all is well; 1 something is not.`;

interface Options {
  readonly fix?: boolean;
  readonly yes?: boolean;
  readonly remote?: readonly string[];
}

export const doctor: CommandModule = {
  define: (command, context) => {
    command
      .option('--fix', 'mend what can be mended without loss')
      .option('--yes', 'take claims of other machines away without asking')
      .option('-r, --remote <names...>', 'try these remotes: write, refuse, read back, remove')
      .addHelpText('after', EXAMPLES)
      .action((options: Options) => run(context, options));
  },
};

async function run(context: CliContext, { fix = false, yes = false, remote = [] }: Options): Promise<void> {
  const { cwd, env, signal, globals } = context;
  const mayTake = async (claim: Claim) => yes || (await ask(context, claim));
  const found = await examine({ cwd, env, signal, fix, mayTake, remotes: remote });
  if (!found.ok) return fail(context, found.error);
  const isWell = found.value.every(({ state }) => state !== 'problem');
  if (globals.json) context.print(toPrettyJson({ findings: found.value }));
  else if (!globals.quiet || !isWell) context.print(renderFindings(found.value, context));
  if (!isWell) context.finish(1);
}

/** Nobody to ask: no. */
async function ask({ terminal, globals }: CliContext, { stage, holder }: Claim): Promise<boolean> {
  if (!terminal.isTty || globals.json || !process.stdin.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await lines.question(
      `Is pid ${holder.pid} on ${holder.host}, which holds ${stage}, gone for good? [y/N] `,
    );
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

function renderFindings(findings: readonly Finding[], { globals }: CliContext): string {
  const theme = createTheme(globals.color);
  const marks = { fine: theme.good('✓'), mended: theme.warn('+'), problem: theme.bad('✗') };
  const lines = alignColumns(findings.map(({ about, message }) => [about, message]));
  return findings
    .flatMap(({ state, hint }, index) => [
      `${marks[state]} ${lines[index] ?? ''}`,
      ...(hint === undefined ? [] : [`    ${theme.faint(`hint: ${hint}`)}`]),
    ])
    .join('\n');
}
