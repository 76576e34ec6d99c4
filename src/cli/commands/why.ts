/** `pipe why`: one stage of `status`, with what its answer rests on. */
import { selectStages } from '../../core/target.ts';
import { loadPipeline } from '../../engine/load.ts';
import { status } from '../../engine/status.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { createTheme } from '../theme.ts';
import { renderStage } from './status.ts';

const EXAMPLES = `
Examples:
  pipe why train                   every reason why train would run, old → new
  pipe why artifacts/model.json    the same for the stage that writes this file
  pipe why train --json`;

export const why: CommandModule = {
  define: (command, context) => {
    command
      .argument('<stage|path>', 'a stage, or the path of an out')
      .addHelpText('after', EXAMPLES)
      .action((target: string) => run(context, target));
  },
};

async function run(context: CliContext, target: string): Promise<void> {
  const loaded = await loadPipeline(context.cwd);
  if (!loaded.ok) return fail(context, loaded.error);
  const asked = selectStages({ ...loaded.value, targets: [target], single: true });
  if (!asked.ok) return fail(context, asked.error);
  // With what it needs: whether upstream is fresh is part of the answer.
  const report = await status({ cwd: context.cwd, targets: asked.value, env: context.env });
  if (!report.ok) return fail(context, report.error);
  const stages = report.value.stages.filter(({ stage }) => asked.value.includes(stage));
  if (context.globals.json) return context.print(toPrettyJson({ stages }));
  const theme = createTheme(context.globals.color);
  for (const stage of stages) {
    context.print(renderStage(stage, { theme, width: stage.stage.length, context }).join('\n'));
    const upstream = report.value.stages.filter((other) => stage.upstream.includes(other.stage));
    for (const other of upstream)
      context.print(renderStage(other, { theme, width: other.stage.length, context }).join('\n'));
  }
}
