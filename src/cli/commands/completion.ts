/** `pipe completion`: the Tab key. */
import { Argument } from 'commander';
import type { CliContext, CommandModule } from '../command.ts';
import { completionScript, type Shell, SHELLS } from '../completion-script.ts';
import { completionsFor } from '../completion-words.ts';
import { toPrettyJson } from '../json.ts';

const EXAMPLES = `
Completes commands, options, stages, outs and sources. Works without a network.

Examples:
  pipe completion bash >> ~/.bashrc
  pipe completion zsh > ~/.zfunc/_pipe        (a folder in your fpath)
  pipe completion fish > ~/.config/fish/completions/pipe.fish`;

export const completion: CommandModule = {
  define: (command, context) => {
    command
      .addArgument(new Argument('<shell>', 'for which shell').choices([...SHELLS]))
      .addHelpText('after', EXAMPLES)
      .action((shell: Shell) =>
        context.print(
          context.globals.json ? toPrettyJson({ shell, script: completionScript(shell) }) : completionScript(shell),
        ),
      );
    // What the scripts call; people have no use for it.
    command
      .command('words', { hidden: true })
      .argument('[words...]')
      .action((words: readonly string[]) => printWords(context, words));
  },
};

async function printWords(context: CliContext, words: readonly string[]): Promise<void> {
  const program = await context.grammarFor(words.slice(0, -1));
  const found = await completionsFor({ program, cwd: context.cwd, words });
  if (found.length > 0) context.print(found.map(({ word, about }) => `${word}\t${about}`).join('\n'));
}
