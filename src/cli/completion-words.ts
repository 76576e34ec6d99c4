/**
 * What may come next on a command line that is being typed: verbs, options, names of stages and outs.
 * Never fails: where there is no pipeline that can be read, its names are left out.
 */
import type { Command } from 'commander';
import { loadPipeline } from '../engine/load.ts';

export interface Completing {
  /** All verbs, each with its options and arguments defined. */
  readonly program: Command;
  /** Folder of the pipeline whose names are meant. */
  readonly cwd: string;
  /** Everything after `pipe`; the last is being typed. */
  readonly words: readonly string[];
}

export interface Completion {
  readonly word: string;
  readonly about: string;
}

export async function completionsFor({ program, cwd, words }: Completing): Promise<readonly Completion[]> {
  const typed = words.at(-1) ?? '';
  const command = words
    .slice(0, -1)
    .reduce<Command>((at, word) => at.commands.find((sub) => sub.name() === word) ?? at, program);
  const all = typed.startsWith('-')
    ? optionsOf(command, program)
    : [...commandsOf(command), ...(await argumentsOf(command, cwd))];
  return all.filter(({ word }) => word.startsWith(typed));
}

/** Without those that are hidden. */
function commandsOf(command: Command): readonly Completion[] {
  const visible = command.createHelp().visibleCommands(command);
  const named = visible.filter((sub) => command.parent === null || sub.name() !== 'help');
  return named.map((sub) => ({ word: sub.name(), about: sub.summary() }));
}

function optionsOf(command: Command, program: Command): readonly Completion[] {
  const options = [...new Set([...command.options, ...program.options])];
  const own = options.flatMap(({ long, short, description }) =>
    [long, typeof short === 'string' && typeof long !== 'string' ? short : undefined].flatMap((word) =>
      typeof word === 'string' ? [{ word, about: description }] : [],
    ),
  );
  return [...own, { word: '--help', about: 'explain this command' }];
}

async function argumentsOf(command: Command, cwd: string): Promise<readonly Completion[]> {
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  if (choices.length > 0) return choices.map((word) => ({ word, about: '' }));
  const takesStages = command.registeredArguments.some((argument) => /^(targets?|stage)/.test(argument.name()));
  const loaded = takesStages ? await loadPipeline(cwd) : undefined;
  if (loaded?.ok !== true) return [];
  const { stages, sources } = loaded.value.pipeline;
  const groups = new Set(stages.flatMap(({ name }) => (name.includes('@') ? [name.slice(0, name.indexOf('@'))] : [])));
  return [
    ...stages.map(({ name, desc }) => ({ word: name, about: desc ?? 'a stage' })),
    ...[...groups].map((word) => ({ word, about: 'a group of stages' })),
    ...stages.flatMap(({ name, outs }) => outs.map(({ path }) => ({ word: path, about: `an out of ${name}` }))),
    ...sources.map(({ path }) => ({ word: path, about: 'a source' })),
  ];
}
