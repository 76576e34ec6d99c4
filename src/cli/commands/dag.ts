/** `pipe dag`: the pipeline drawn in the terminal, as Mermaid, or as JSON. Looks at no data. */
import type { Pipeline } from '../../core/pipeline.ts';
import type { Graph } from '../../core/graph.ts';
import { selectStages } from '../../core/target.ts';
import { loadPipeline } from '../../engine/load.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { drawGraph } from '../draw-graph.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { createTheme } from '../theme.ts';

const EXAMPLES = `
A stage stands below all it needs; the rails show what it reads from.

Examples:
  pipe dag                  the whole pipeline
  pipe dag evaluate         evaluate, and what it needs
  pipe dag --mermaid        for a README on GitHub or GitLab
  pipe dag --json           stages and edges for programs`;

export const dag: CommandModule = {
  define: (command, context) => {
    command
      .argument('[targets...]', 'stages, paths of outs, or globs of stage names')
      .option('--mermaid', 'as a Mermaid flowchart')
      .addHelpText('after', EXAMPLES)
      .action((targets: readonly string[], options: { readonly mermaid?: boolean }) => run(context, targets, options));
  },
};

interface Shown {
  readonly pipeline: Pipeline;
  readonly graph: Graph;
  readonly stages: readonly string[];
}

async function run(
  context: CliContext,
  targets: readonly string[],
  options: { readonly mermaid?: boolean },
): Promise<void> {
  const loaded = await loadPipeline(context.cwd);
  if (!loaded.ok) return fail(context, loaded.error);
  const selected = selectStages({ ...loaded.value, targets });
  if (!selected.ok) return fail(context, selected.error);
  const shown = { ...loaded.value, stages: selected.value };
  if (context.globals.json) return context.print(toPrettyJson(toEdges(shown)));
  if (shown.stages.length === 0) return context.print('the pipeline has no stages');
  context.print(options.mermaid === true ? toMermaid(shown) : renderDrawing(shown, context));
}

const upstreamIn = ({ graph, stages }: Shown, stage: string): readonly string[] =>
  graph.upstream(stage).filter((needed) => stages.includes(needed));

function toEdges(shown: Shown) {
  const { pipeline, stages } = shown;
  const byName = new Map(pipeline.stages.map((stage) => [stage.name, stage]));
  return {
    stages: stages.map((name) => ({
      stage: name,
      desc: byName.get(name)?.desc ?? null,
      upstream: upstreamIn(shown, name),
      outs: byName.get(name)?.outs.map(({ path }) => path) ?? [],
    })),
  };
}

function toMermaid(shown: Shown): string {
  // Numbers as ids: any stage name is right in a label, not every one as an id ("end" is a keyword).
  const id = new Map(shown.stages.map((stage, index) => [stage, `s${index}`]));
  return [
    'flowchart TD',
    ...shown.stages.map((stage) => `  ${id.get(stage)}["${stage}"]`),
    ...shown.stages.flatMap((stage) =>
      upstreamIn(shown, stage).map((needed) => `  ${id.get(needed)} --> ${id.get(stage)}`),
    ),
  ].join('\n');
}

function renderDrawing(shown: Shown, context: CliContext): string {
  const theme = createTheme(context.globals.color);
  const descriptions = new Map(shown.pipeline.stages.map(({ name, desc }) => [name, desc]));
  const rows = drawGraph(shown.stages.map((name) => ({ name, upstream: upstreamIn(shown, name) })));
  const width = Math.max(...rows.map(({ rails }) => rails.length));
  return rows
    .map(({ rails, stage }) => {
      if (stage === undefined) return theme.faint(rails);
      const desc = descriptions.get(stage);
      return `${theme.faint(rails.padEnd(width))}  ${theme.name(stage)}${desc ? theme.faint(`  ${desc}`) : ''}`;
    })
    .join('\n');
}
