/** `pipe dag`: the pipeline drawn in the terminal, as Mermaid, as DOT, or as JSON. Looks at data only for --status. */
import { Option } from 'commander';
import type { Failure } from '../../core/failure.ts';
import { selectStages } from '../../core/target.ts';
import { loadPipeline } from '../../engine/load.ts';
import { status } from '../../engine/status.ts';
import { ok, type Result } from '../../lib/result.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { type DagNode, outNodes, type Shown, stageNodes, withStates } from '../dag-nodes.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { renderDot, renderDrawing, renderMermaid } from '../render-dag.ts';
import { createTheme } from '../theme.ts';

const EXAMPLES = `
A stage stands below all it needs; the rails show what it reads from.

Examples:
  pipe dag                  the whole pipeline
  pipe dag evaluate         evaluate, and what it needs
  pipe dag --outs           the files between the stages
  pipe dag --status         which stages are fresh
  pipe dag --mermaid        for a README on GitHub or GitLab
  pipe dag --dot | dot -Tsvg > dag.svg
  pipe dag --json           stages and edges for programs`;

interface Options {
  readonly mermaid?: boolean;
  readonly dot?: boolean;
  readonly outs?: boolean;
  readonly status?: boolean;
}

export const dag: CommandModule = {
  define: (command, context) => {
    command
      .argument('[targets...]', 'stages, paths of outs, or globs of stage names')
      .option('--outs', 'files instead of stages')
      .option('--status', 'say and colour what is fresh')
      .addOption(new Option('--mermaid', 'as a Mermaid flowchart').conflicts('dot'))
      .option('--dot', 'in the language of Graphviz')
      .addHelpText('after', EXAMPLES)
      .action((targets: readonly string[], options: Options) => run(context, targets, options));
  },
};

async function run(context: CliContext, targets: readonly string[], options: Options): Promise<void> {
  const loaded = await loadPipeline(context.cwd);
  if (!loaded.ok) return fail(context, loaded.error);
  const selected = selectStages({ ...loaded.value, targets });
  if (!selected.ok) return fail(context, selected.error);
  const shown = { ...loaded.value, stages: selected.value };
  const plain = options.outs === true ? outNodes(shown) : stageNodes(shown);
  const nodes = options.status === true ? await lookUp(context, plain, shown) : ok(plain);
  if (!nodes.ok) return fail(context, nodes.error);
  if (context.globals.json) return context.print(toPrettyJson(toEdges(shown, nodes.value, options.outs === true)));
  if (nodes.value.length === 0)
    return context.print(shown.stages.length === 0 ? 'the pipeline has no stages' : 'these stages have no outs');
  if (options.mermaid === true) return context.print(renderMermaid(nodes.value));
  if (options.dot === true) return context.print(renderDot(nodes.value));
  context.print(renderDrawing(nodes.value, createTheme(context.globals.color)));
}

async function lookUp(
  { cwd, env }: CliContext,
  nodes: readonly DagNode[],
  { stages }: Shown,
): Promise<Result<readonly DagNode[], Failure>> {
  const report = await status({ cwd, env, targets: stages });
  return report.ok ? ok(withStates(nodes, report.value.stages)) : report;
}

function toEdges({ pipeline }: Shown, nodes: readonly DagNode[], isOuts: boolean) {
  if (isOuts)
    return {
      outs: nodes.map(({ name, stage, upstream, state }) => ({ out: name, stage: stage ?? null, upstream, state })),
    };
  const outs = new Map(pipeline.stages.map((stage) => [stage.name, stage.outs.map(({ path }) => path)]));
  return {
    stages: nodes.map(({ name, desc, upstream, state }) => ({
      stage: name,
      desc,
      upstream,
      outs: outs.get(name) ?? [],
      state,
    })),
  };
}
