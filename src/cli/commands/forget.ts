/** `pipe forget`: a stage's record goes, so that it runs again. */
import { forget as forgetStage } from '../../engine/forget.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { createTeller } from '../tell.ts';

const EXAMPLES = `
For a result that is wrong although its inputs say otherwise: an undeclared input, a
program that failed without saying so. Files stay; the next repro runs the stage.

Examples:
  pipe forget train && pipe repro`;

export const forget: CommandModule = {
  define: (command, context) => {
    command
      .argument('<stage>', 'a stage, or the path of an out')
      .addHelpText('after', EXAMPLES)
      .action((stage: string) => run(context, stage));
  },
};

async function run(context: CliContext, stage: string): Promise<void> {
  const { cwd, env, signal, globals } = context;
  const result = await forgetStage({ cwd, env, signal, stage, onEvent: createTeller(context) });
  if (!result.ok) return fail(context, result.error);
  if (globals.json) return context.print(toPrettyJson(result.value));
  if (globals.quiet) return;
  const { stage: name, lockRemoved, records } = result.value;
  if (!lockRemoved && records === 0) return context.print(`nothing was known of ${name}`);
  const results = records === 0 ? '' : `, and ${records} earlier ${records === 1 ? 'result' : 'results'}`;
  context.print(`forgot ${lockRemoved ? `the lock entry of ${name}` : name}${results}: the next repro runs it`);
}
