/**
 * `repro --detach`: the same command line in a session of its own, its words in a log file. It takes claims
 * like any other `pipe`, so whoever looks or runs beside it sees it.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join, relative } from 'node:path';
import { loadPipeline } from '../engine/load.ts';
import { newRunId } from '../engine/run-id.ts';
import { layoutOf } from '../store/layout.ts';
import { preparePipeFolder } from '../store/pipe-folder.ts';
import type { CliContext } from './command.ts';
import { fail } from './fail.ts';
import { toJsonText } from './json.ts';

/** What is wrong with the pipeline is said here and now: nobody looks into a log that soon. */
export async function detach(context: CliContext): Promise<void> {
  const loaded = await loadPipeline(context.cwd);
  if (!loaded.ok) return fail(context, loaded.error);
  const layout = layoutOf(loaded.value.root, loaded.value.cache);
  preparePipeFolder(layout);
  const folder = join(layout.logs, 'detached');
  mkdirSync(folder, { recursive: true });
  const log = join(folder, `${newRunId(new Date())}.log`);
  const pid = start(log);
  const shown = relative(context.cwd, log);
  if (context.globals.json) return context.print(toJsonText({ pid, log: shown }));
  if (context.globals.quiet) return;
  context.print(`goes on in the background: pid ${pid}, what it says is in ${shown}`);
  context.print(
    '`pipe status` shows what runs, `pipe logs -f STAGE` what it prints; `kill` with the pid stops it cleanly',
  );
}

function start(log: string): number {
  const words = process.argv.slice(1).filter((word) => word !== '--detach');
  const output = openSync(log, 'wx');
  try {
    const child = spawn(process.execPath, [...process.execArgv, ...words], {
      detached: true,
      stdio: ['ignore', output, output],
    });
    child.unref();
    if (child.pid === undefined) throw new Error('the program that is running now could not be started again');
    return child.pid;
  } finally {
    closeSync(output);
  }
}
