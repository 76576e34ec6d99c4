/**
 * The command line: from argv to an exit code.
 *
 * Loads only the verb that was typed. The only module that sets the process's exit code, and the
 * one place where a bug is caught: whatever throws past a verb is ours to mend, save what the
 * operating system refuses anybody (a full disk, a folder of somebody else's).
 */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { killChildGroups } from '../executors/process-group.ts';
import { closest } from '../lib/suggest.ts';
import { refusalIn } from '../store/system-failure.ts';
import { renderBug } from './bug-report.ts';
import type { CliContext, GlobalOptions } from './command.ts';
import { VERSION } from './manifest.ts';
import { createOutput, type Output } from './output.ts';
import { renderWelcome } from './overview.ts';
import type { ProcessIo, StopSignal } from './process-io.ts';
import { createProgram, readGlobals, type Typed } from './program.ts';
import { ignoreSignals, listenToSignals } from './stop-signals.ts';
import { type Verb, VERBS } from './verbs.ts';

const USAGE = 2;
const BUG = 70;

/** The program as `bin/pipe.js` starts it. */
export function runProcess(): void {
  const cwd = currentFolder();
  if (cwd === undefined) {
    process.stderr.write('error: the folder you are in is gone\n  hint: `cd` to one that is there, and run again\n');
    process.exitCode = USAGE;
    return;
  }
  const io = realProcess(cwd);
  const argv = process.argv.slice(2);
  process.on('uncaughtException', (error) => {
    io.stderr.write(`${renderBug(error, argv)}\n`);
    process.exit(BUG);
  });
  void run(argv, io);
}

async function run(argv: readonly string[], io: ProcessIo): Promise<void> {
  process.exitCode = await main(argv, io);
}

/** Resolves to the exit code; never throws. */
export async function main(argv: readonly string[], io: ProcessIo): Promise<number> {
  const stdout = createOutput(io.stdout);
  const stderr = createOutput(io.stderr);
  try {
    return await runVerb(argv, { io, stdout, stderr });
  } catch (error) {
    if (isUsageError(error)) return error.exitCode === 0 ? 0 : USAGE;
    stderr.write(`${renderBug(error, argv)}\n`);
    return BUG;
  }
}

interface Streams {
  readonly io: ProcessIo;
  readonly stdout: Output;
  readonly stderr: Output;
}

async function runVerb(argv: readonly string[], { io, stdout, stderr }: Streams): Promise<number> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    stdout.write(`${VERSION}\n`);
    return 0;
  }
  const typed = readGlobals(argv);
  const cwd = resolve(io.cwd, typed.folder ?? '.');
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    stderr.write(`error: -C ${typed.folder}: there is no such folder\n`);
    return USAGE;
  }
  const verb = VERBS.find(({ name }) => name === typed.verb);
  if (typed.verb === undefined && !typed.wantsHelp && isOnlyGlobals(argv, typed)) {
    stdout.write(`${renderWelcome(existsSync(resolve(cwd, 'pipeline.yaml')))}\n`);
    return 0;
  }
  if (typed.verb !== undefined && verb === undefined) {
    stderr.write(`${renderUnknownVerb(typed.verb)}\n`);
    return USAGE;
  }
  return parse(argv, { io, stdout, stderr, typed, cwd, verb });
}

interface Parsing extends Streams {
  readonly typed: Typed;
  readonly cwd: string;
  readonly verb: Verb | undefined;
}

async function parse(argv: readonly string[], parsing: Parsing): Promise<number> {
  const { io, stdout, stderr, typed, cwd, verb } = parsing;
  const stop = verb?.stopsItself === true ? listenToSignals(io) : ignoreSignals();
  let exitCode = 0;
  const context: CliContext = {
    cwd,
    env: io.env,
    signal: stop.signal,
    leaveInterrupts: stop.leaveInterrupts,
    globals: globalsOf(typed, io),
    print: (text) => stdout.write(`${text}\n`),
    printError: (text) => stderr.write(`${text}\n`),
    terminal: {
      isTty: io.stdout.isTTY === true && io.env['TERM'] !== 'dumb',
      columns: () => io.stdout.columns ?? 80,
      write: stdout.write,
    },
    finish: (code) => {
      exitCode = code;
    },
    grammarFor: (words) => grammarFor(words, context),
  };
  try {
    const loaded = verb === undefined ? undefined : { verb, module: await verb.load(), context };
    await createProgram({ stdout, stderr, loaded }).parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    const refusal = refusalIn(error);
    if (refusal === undefined) throw error;
    (await import('./fail.ts')).fail(context, refusal);
    return exitCode;
  } finally {
    stop.dispose();
  }
}

/** Says nothing, whatever is asked of it: it is only looked at. */
async function grammarFor(words: readonly string[], context: CliContext): Promise<Command> {
  const verb = VERBS.find(({ name }) => words.includes(name));
  const silent = createOutput({ write: () => undefined });
  const loaded = verb && { verb, module: await verb.load(), context };
  return createProgram({ stdout: silent, stderr: silent, loaded });
}

function globalsOf({ globals }: Typed, io: ProcessIo): GlobalOptions {
  const isPlain = io.env['NO_COLOR'] || io.env['TERM'] === 'dumb' || io.stdout.isTTY !== true;
  const isForced = io.env['FORCE_COLOR'] !== undefined && io.env['FORCE_COLOR'] !== '0';
  return { ...globals, color: globals.color && !io.env['NO_COLOR'] && (isForced || !isPlain) };
}

/** `pipe -q --nope` is a mistake to be named, not a wish to be welcomed. */
function isOnlyGlobals(argv: readonly string[], { folder }: Typed): boolean {
  return argv.every((argument) => GLOBAL.has(argument) || argument === folder || argument === `-C${folder}`);
}

const GLOBAL = new Set(['-C', '-q', '--quiet', '-v', '--verbose', '--json', '--no-color']);

function renderUnknownVerb(typed: string): string {
  const names = VERBS.map(({ name }) => name);
  const meant = closest(typed, names);
  return [
    `error: there is no command \`${typed}\``,
    ...(meant === undefined ? [] : [`  did you mean \`pipe ${meant}\`?`]),
    `  commands: ${names.join(', ')}`,
  ].join('\n');
}

interface UsageError {
  readonly exitCode: number;
}

/** Commander's way out; told by its code, since the bundle may hold the class twice. */
function isUsageError(error: unknown): error is UsageError {
  return (
    error instanceof Error && 'code' in error && 'exitCode' in error && String(error.code).startsWith('commander.')
  );
}

/** Undefined: it was removed after the shell had entered it. */
function currentFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

function realProcess(cwd: string): ProcessIo {
  const signals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  return {
    cwd,
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    onSignal: (listener) => {
      for (const name of signals) process.on(name, listener);
      return () => {
        for (const name of signals) process.off(name, listener);
      };
    },
    killCommands: () => killChildGroups(process.pid),
    exitNow: (exitCode) => process.exit(exitCode),
  };
}
