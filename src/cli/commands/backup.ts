/** `pipe backup`: a copy of the server's accounts, keys and history, taken while it runs. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Failure } from '../../core/failure.ts';
import type { Result } from '../../lib/result.ts';
import { createBackup, restoreBackup, verifyBackup, type BackupReport } from '../../serve/backup.ts';
import type { DataFolder } from '../../serve/data-files.ts';
import { findDataDir } from '../../serve/data-dir.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';

interface Options {
  readonly dataDir?: string;
}

const EXAMPLES = `
A backup is a folder with the database, the keys that sign tokens and the key of
the audit: keep it as secret as they are. Models are files of the project: copy
the folder of the registry with any program.

Examples:
  pipe backup create /backups/2026-11-24    while the server runs
  pipe backup verify /backups/2026-11-24
  pipe backup restore /backups/2026-11-24   into an empty data directory, server stopped`;

export const backup: CommandModule = {
  define: (command: Command, context: CliContext) => {
    command.addHelpText('after', EXAMPLES);
    const verb = (name: string, summary: string, act: Act): void =>
      void command
        .command(name)
        .description(summary)
        .argument('<folder>')
        .option('--data-dir <dir>', 'where the server keeps its data')
        .action((folder: string, options: Options) => run(context, options, { folder, name, act }));
    verb('create', 'copy the data directory as it is at this moment', async (data, folder) =>
      createBackup(data, folder),
    );
    verb('verify', 'say whether a backup is whole', (_, folder) => verifyBackup(folder));
    verb('restore', 'put a backup into an empty data directory', restoreBackup);
  },
};

type Act = (data: DataFolder, folder: string) => Promise<Result<BackupReport, Failure>>;

interface Wish {
  readonly folder: string;
  readonly name: string;
  readonly act: Act;
}

async function run(context: CliContext, { dataDir: flag }: Options, { folder, name, act }: Wish): Promise<void> {
  const { cwd, env, globals } = context;
  const dataDir = findDataDir({ cwd, env, flag });
  if (!dataDir.ok) return fail(context, dataDir.error);
  const report = await act({ dataDir: dataDir.value }, resolve(cwd, folder));
  if (!report.ok) return fail(context, report.error);
  const { users, predictions } = report.value;
  if (globals.json) return context.print(toPrettyJson(report.value));
  if (!globals.quiet)
    context.print(`${DONE[name] ?? name} ${report.value.folder}: ${users} users, ${predictions} predictions`);
}

const DONE: Readonly<Record<string, string>> = { create: 'written to', verify: 'whole:', restore: 'restored into' };
