/** `pipe trace`: what made this, all the way back. */
import { trace as traceOut } from '../../engine/trace.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { renderOut, withTypes } from '../render-trace.ts';
import { createTheme } from '../theme.ts';

const EXAMPLES = `
Follows the lock entries: of the workspace, those that git remembers, and those that were
kept with each model version. For a folder with a million files, or a digest in somebody's
notes, as for a model, or for a single answer of \`pipe serve\`.

Examples:
  pipe trace artifacts/model.json
  pipe trace 3f9a2c81               the first digits of a digest
  pipe trace 01980c5e-7a31-7c21-9f0e-3f6a1b2c4d5e   the id of a prediction
  pipe trace -v artifacts/model.json    every file that code consists of, not only its folders
  pipe trace artifacts/model.json --json`;

interface Options {
  readonly dataDir?: string;
}

export const trace: CommandModule = {
  define: (command, context) => {
    command
      .argument(
        '<path|digest|prediction>',
        'an out, something in one, 8 digits or more of a digest, or a prediction’s id',
      )
      .option('--data-dir <dir>', 'where the server keeps its history (default: .pipe/serve)')
      .addHelpText('after', EXAMPLES)
      .action((target: string, options: Options) => run(context, target, options));
  },
};

async function run(context: CliContext, target: string, { dataDir }: Options): Promise<void> {
  const { cwd, env, globals } = context;
  if (PREDICTION_ID.test(target)) {
    const { tracePrediction } = await import('../trace-prediction.ts');
    return tracePrediction(context, { id: target, flag: dataDir });
  }
  const traced = await traceOut({ cwd, target, env });
  if (!traced.ok) return fail(context, traced.error);
  if (globals.json) return context.print(toPrettyJson(withTypes(traced.value)));
  context.print(renderOut(traced.value, createTheme(globals.color), globals.verbose).join('\n'));
}

/** A UUID of version 7. */
const PREDICTION_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
