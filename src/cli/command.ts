/**
 * What every verb's module looks like to `cli/main`, and what it is given.
 *
 * A verb's module is imported only when that verb is typed. It prints through the context and
 * hands its exit code to `finish`: only `cli/main` sets the process's.
 */
import type { Command } from 'commander';

export interface CommandModule {
  /** Adds arguments, options, help text with examples, and the action. */
  readonly define: (command: Command, context: CliContext) => void;
}

export interface CliContext {
  /** Folder the command was typed in, or the one given by -C. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by SIGINT, SIGTERM or SIGHUP; the reason is the signal's name. */
  readonly signal: AbortSignal;
  /** Before a command gets the terminal: its Ctrl-C is none of ours. */
  readonly leaveInterrupts: () => void;
  readonly globals: GlobalOptions;
  /** Text for people or JSON for programs, on standard output; a line end is added. */
  readonly print: (text: string) => void;
  /** On standard error; a line end is added. */
  readonly printError: (text: string) => void;
  /** Standard output for what redraws itself; everything else is printed. */
  readonly terminal: Terminal;
  readonly finish: (exitCode: number) => void;
  /** The whole command line's grammar, with the verb that these words begin with in full. */
  readonly grammarFor: (words: readonly string[]) => Promise<Command>;
}

export interface GlobalOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
}

export interface Terminal {
  readonly isTty: boolean;
  /** Asked anew each time: the window may have been resized. */
  readonly columns: () => number;
  /** As it is, without a line end. */
  readonly write: (text: string) => void;
}
