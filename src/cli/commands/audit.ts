/** `pipe audit`: who did what to accounts, keys and models, and whether anybody touched that record. */
import type { Command } from 'commander';
import { readAudit, type AuditReport } from '../../serve/audit-admin.ts';
import { findDataDir } from '../../serve/data-dir.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';

interface Options {
  readonly dataDir?: string;
  readonly head?: string;
}

const EXAMPLES = `
Examples:
  pipe audit export                 a JSON object a line, oldest first
  pipe audit verify                 is every line as it was written?
  pipe audit verify --head 3f2a…    and is all there up to this one? (the log notes it hourly)`;

export const audit: CommandModule = {
  define: (command: Command, context: CliContext) => {
    command.addHelpText('after', EXAMPLES);
    verb(command, 'export', 'print the audit').action((options: Options) =>
      withAudit(context, options, ({ lines }) => printLines(context, lines)),
    );
    verb(command, 'verify', 'say whether the audit is as it was written')
      .option('--head <hash>', 'a head that was noted elsewhere must stand in it')
      .action((options: Options) => withAudit(context, options, (report) => verify(context, report, options.head)));
  },
};

const verb = (command: Command, name: string, summary: string): Command =>
  command.command(name).description(summary).option('--data-dir <dir>', 'where the server keeps its data');

async function withAudit(
  context: CliContext,
  { dataDir: flag }: Options,
  act: (report: AuditReport) => void,
): Promise<void> {
  const { cwd, env } = context;
  const dataDir = findDataDir({ cwd, env, flag });
  if (!dataDir.ok) return fail(context, dataDir.error);
  const report = await readAudit(dataDir.value);
  return report.ok ? act(report.value) : fail(context, report.error);
}

function printLines({ print }: CliContext, lines: AuditReport['lines']): void {
  for (const { detail, ...line } of lines) print(JSON.stringify({ ...line, detail: JSON.parse(detail) }));
}

function verify(context: CliContext, { lines, brokenAt, head }: AuditReport, noted: string | undefined): void {
  if (brokenAt !== undefined) return refuse(context, `line ${brokenAt} is not what was written`);
  if (noted !== undefined && !lines.some(({ hash }) => hash === noted))
    return refuse(context, 'lines are missing: the head that was noted is not in it');
  const report = { lines: lines.length, head: head ?? null };
  context.print(context.globals.json ? toPrettyJson(report) : `${lines.length} lines, whole; head ${head ?? 'none'}`);
}

function refuse(context: CliContext, problem: string): void {
  fail(context, { code: 'serve-refused', problem: `the audit is not whole: ${problem}` });
}
