/**
 * The command line's grammar: global options, all verbs by name, and the typed one in full.
 *
 * Reads nothing and runs nothing until `parseAsync`. Every usage error ends as a `CommanderError`.
 */
import { Command } from 'commander';
import type { CliContext, CommandModule, GlobalOptions } from './command.ts';
import type { Output } from './output.ts';
import { renderOverview } from './overview.ts';
import { type Verb, VERBS } from './verbs.ts';

export interface Typed {
  readonly verb: string | undefined;
  readonly folder: string | undefined;
  readonly wantsHelp: boolean;
  readonly globals: Omit<GlobalOptions, 'color'> & { readonly color: boolean };
}

/** A first look, for what must be known before the verb's own module is loaded. */
export function readGlobals(argv: readonly string[]): Typed {
  const command = addGlobals(new Command('pipe').exitOverride().configureOutput({ outputError: () => undefined }));
  const { operands } = command.parseOptions([...argv]);
  const options = command.opts<RawGlobals>();
  const [first, second] = operands;
  return {
    verb: first === 'help' ? second : first,
    folder: options.C,
    wantsHelp: argv.includes('--help') || argv.includes('-h') || first === 'help',
    globals: {
      json: options.json ?? false,
      quiet: options.quiet ?? false,
      verbose: options.verbose ?? false,
      color: options.color,
    },
  };
}

interface RawGlobals {
  readonly C?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color: boolean;
}

export interface ProgramParts {
  readonly stdout: Output;
  readonly stderr: Output;
  /** The typed verb and its module; the others are known by name only. */
  readonly loaded: { readonly verb: Verb; readonly module: CommandModule; readonly context: CliContext } | undefined;
}

export function createProgram({ stdout, stderr, loaded }: ProgramParts): Command {
  const program = addGlobals(new Command('pipe'));
  program
    .usage('[options] <command>')
    .exitOverride()
    .configureOutput({
      writeOut: stdout.write,
      writeErr: stderr.write,
      getOutHelpWidth: () => Math.min(stdout.stream.columns ?? 80, 100),
      getErrHelpWidth: () => Math.min(stderr.stream.columns ?? 80, 100),
    })
    .configureHelp({ showGlobalOptions: true })
    .helpCommand('help [command]', 'explain a command, with examples')
    .addHelpText('after', `\n${renderOverview()}`);
  for (const verb of VERBS) {
    const command = program.command(verb.name).summary(verb.summary).description(capitalized(verb.summary));
    command.showHelpAfterError(`See \`pipe ${verb.name} --help\`.`).allowExcessArguments(false);
    if (verb === loaded?.verb) loaded.module.define(command, loaded.context);
  }
  return program;
}

function addGlobals(program: Command): Command {
  return program
    .option('-C <dir>', 'do as if started in this folder')
    .option('-q, --quiet', 'print nothing unless something is wrong')
    .option('-v, --verbose', 'print more')
    .option('--json', 'print JSON, for programs')
    .option('--no-color', 'no colours (also NO_COLOR)');
}

const capitalized = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
