/** `pipe plots`: what the pipeline declares as plots, drawn: a page, SVG or PNG files, or specifications. */
import { relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { toVegaLite } from '../../core/plot-spec.ts';
import { PLOT_TEMPLATES, type PlotStyle } from '../../core/plot-style.ts';
import { gatherPlots, type Plots } from '../../engine/plots.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { tellProblems } from '../tell-problems.ts';

const EXAMPLES = `
Examples:
  pipe plots show
  pipe plots diff main
  pipe plots diff --help`;

const SHOW_EXAMPLES = `
Draws what \`plots:\` of stages and of the top level name: CSV, TSV, JSON and YAML files,
images, and folders of them. The page needs no network: everything is in it.

Examples:
  pipe plots show                              all of the workspace, one page
  pipe plots show artifacts/roc.csv -o roc.html
  pipe plots show loss.csv -x epoch -y loss    a file that nobody declared
  pipe plots show --png -o pictures            one PNG file a plot
  pipe plots show --json                       Vega-Lite specifications

Exit code: 0; 1 when something could not be drawn.`;

const DIFF_EXAMPLES = `
Several revisions in one picture, each in its colour; images side by side. Without
revisions HEAD and the workspace; with one, that and the workspace.

Examples:
  pipe plots diff
  pipe plots diff main
  pipe plots diff v1.0 v1.1 v1.2 -o plots.html
  pipe plots diff main --targets loss.csv --svg -o pictures

Exit code: 0; 1 when something could not be drawn.`;

interface Options {
  readonly out?: string;
  readonly svg?: boolean;
  readonly png?: boolean;
  readonly x?: string;
  readonly y?: readonly string[];
  readonly xLabel?: string;
  readonly yLabel?: string;
  readonly title?: string;
  readonly template?: string;
  readonly header: boolean;
}

interface ShowOptions extends Options {
  readonly rev?: readonly string[];
}

interface DiffOptions extends Options {
  readonly targets?: readonly string[];
}

export const plots: CommandModule = {
  define: (command, context) => {
    command.addHelpText('after', EXAMPLES);
    withDrawOptions(command.command('show').description('Draw plots of one revision or several.'))
      .argument('[targets...]', 'plots, or files (default: all that are declared)')
      .option('--rev <revision>', 'of this revision or range; can be given again (default: workspace)', collect)
      .addHelpText('after', SHOW_EXAMPLES)
      .action((targets: readonly string[], options: ShowOptions) =>
        draw(context, { targets, revisions: options.rev ?? [], options }),
      );
    withDrawOptions(command.command('diff').description('Draw plots of several revisions over each other.'))
      .argument('[revisions...]', 'revisions or ranges (default: HEAD and workspace)')
      .option('--targets <paths...>', 'these plots alone')
      .addHelpText('after', DIFF_EXAMPLES)
      .action((revisions: readonly string[], options: DiffOptions) =>
        draw(context, { targets: options.targets ?? [], revisions: toCompare(revisions), options }),
      );
  },
};

function toCompare(revisions: readonly string[]): readonly string[] {
  if (revisions.length === 0) return ['HEAD', 'workspace'];
  const [only, ...more] = revisions;
  return more.length === 0 && only?.includes('..') === false ? [...revisions, 'workspace'] : revisions;
}

function withDrawOptions(command: Command): Command {
  return command
    .option('-o, --out <path>', 'where to: a file, or with --svg and --png a folder (default: in .pipe/plots)')
    .addOption(new Option('--svg', 'one SVG file a plot').conflicts('png'))
    .option('--png', 'one PNG file a plot')
    .option('-x <column>', 'the column along the x axis')
    .option('-y <column...>', 'the column, or columns, along the y axis')
    .option('--x-label <text>', 'what the x axis is called')
    .option('--y-label <text>', 'what the y axis is called')
    .option('--title <text>', 'what stands above')
    .addOption(new Option('-t, --template <name>', 'how it is drawn').choices([...PLOT_TEMPLATES]))
    .option('--no-header', 'the first line of a CSV file holds values, no names');
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

interface Asked {
  readonly targets: readonly string[];
  readonly revisions: readonly string[];
  readonly options: Options;
}

async function draw(context: CliContext, { targets, revisions, options }: Asked): Promise<void> {
  const { cwd, env, globals } = context;
  const gathered = await gatherPlots({ cwd, env, targets, revisions, style: styleOf(options) });
  if (!gathered.ok) return fail(context, gathered.error);
  if (globals.json) context.print(toPrettyJson(toJson(gathered.value)));
  else await write(context, gathered.value, options);
  tellProblems(context, gathered.value.problems);
}

function styleOf({ x, y, xLabel, yLabel, title, template, header }: Options): PlotStyle {
  return {
    ...(x !== undefined && { x }),
    ...(y !== undefined && { y }),
    ...(xLabel !== undefined && { xLabel }),
    ...(yLabel !== undefined && { yLabel }),
    ...(title !== undefined && { title }),
    ...(template !== undefined && { template }),
    ...(!header && { header }),
  };
}

function toJson({ revisions, plots: gathered, problems }: Plots): unknown {
  const plotsAsJson = gathered.map((plot) =>
    plot.kind === 'picture'
      ? { id: plot.id, kind: plot.kind, spec: toVegaLite(plot) }
      : { id: plot.id, kind: plot.kind, revisions: plot.images.map(({ revision }) => revision) },
  );
  return { revisions, plots: plotsAsJson, problems };
}

async function write(context: CliContext, gathered: Plots, { out, svg, png }: Options): Promise<void> {
  if (gathered.plots.length === 0) {
    if (!context.globals.quiet) context.print('nothing to draw: stages declare it under `plots:`');
    return;
  }
  const { writePlots } = await import('../../engine/draw-plots.ts');
  const format = svg === true ? 'svg' : png === true ? 'png' : 'html';
  const folder = resolve(gathered.root, '.pipe/plots');
  const to =
    out === undefined ? (format === 'html' ? resolve(folder, 'index.html') : folder) : resolve(context.cwd, out);
  const written = await writePlots(gathered, { to, format });
  if (!written.ok) return fail(context, written.error);
  if (context.globals.quiet) return;
  for (const file of written.value) context.print(relative(context.cwd, file) || file);
}
