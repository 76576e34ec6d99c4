/** `pipe model`: look at the registry of a model, and do to it what only a person may do. */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { exitCodeFor, type Failure } from '../../core/failure.ts';
import { encodeReason } from '../../core/reason.ts';
import { diffVersions, type ModelDiff, type ModelDiffOptions } from '../../engine/model-diff.ts';
import { exportModel, importModel } from '../../engine/model-import.ts';
import { listVersions, showVersion, type ModelListing } from '../../engine/model-list.ts';
import { findRegistry, pinVersion, promoteVersion, rollBackVersion } from '../../engine/model.ts';
import { loadPipeline, type LoadedPipeline } from '../../engine/load.ts';
import { ok, type Result } from '../../lib/result.ts';
import { repairRegistry } from '../../store/registry-repair.ts';
import type { Registry } from '../../store/registry.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { renderFailure } from '../render-failure.ts';
import { renderModelDiff } from '../render-model-diff.ts';
import {
  renderDetail,
  renderExport,
  renderImport,
  renderListing,
  renderPin,
  renderPromotion,
  renderRepairs,
  renderRollback,
} from '../render-model.ts';
import { createTheme } from '../theme.ts';

export const model: CommandModule = { define };

function define(command: Command, context: CliContext): void {
  const theme = createTheme(context.globals.color);
  command.addHelpText('after', EXAMPLES);

  verb(command, 'list', 'list all versions, newest first').action((options: Chosen) =>
    run(
      context,
      (pipeline) => listModels(pipeline, options),
      ({ models }) => models.map((listing) => renderListing(listing, theme)).join('\n\n'),
    ),
  );
  verb(command, 'show', 'show one version: metrics, commit, what it was made from, its last verdict')
    .argument('[version]', SELECTOR, 'production')
    .action((version: string, options: Chosen) =>
      act(
        context,
        options,
        (registry) => showVersion(registry, version),
        (detail) => renderDetail(detail, theme),
      ),
    );
  verb(command, 'diff', 'what differs between two versions: scores, inputs, settings, what they were made from')
    .argument('[from]', `${SELECTOR} (default: previous)`)
    .argument('[to]', 'another (default: production); with one version alone, production is compared with it')
    .action((from: string | undefined, to: string | undefined, options: Chosen) =>
      diff(context, options, { from, to }),
    );
  verb(command, 'promote', 'make a version the production model')
    .argument('<version>', SELECTOR)
    .option('--force', 'also one that the gate or a person turned down, or over a pin')
    .action((version: string, options: Chosen & { readonly force?: boolean }) =>
      act(
        context,
        options,
        (registry) => promoteVersion(registry, { version, force: options.force ?? false }),
        renderPromotion,
      ),
    );
  verb(command, 'rollback', 'go back to an earlier version; the present one is not promoted again by itself')
    .argument('[version]', SELECTOR, 'previous')
    .action((version: string, options: Chosen) =>
      act(context, options, (registry) => rollBackVersion(registry, { version }), renderRollback),
    );
  verb(command, 'pin', 'keep the production version whatever the gate says')
    .argument('[version]', 'refused when another is in production', 'production')
    .action((version: string, options: Chosen) =>
      act(context, options, (registry) => pinVersion(registry, true, version), renderPin),
    );
  verb(command, 'unpin', 'let the gate replace the production version again').action((options: Chosen) =>
    act(context, options, (registry) => pinVersion(registry, false), renderPin),
  );
  verb(command, 'repair', 'put a damaged registry right from what is still there').action((options: Chosen) =>
    act(context, options, repair, ({ model: name, actions }) => renderRepairs(name, actions)),
  );
  defineExchange(command, context);
}

/** From and to other programs. */
function defineExchange(command: Command, { cwd, ...context }: CliContext): void {
  const path = (typed: string): string => resolve(cwd, typed);
  verb(command, 'import', 'register a model trained elsewhere: a model file, or XGBoost JSON with a signature')
    .argument('<file>', 'model.json')
    .option(
      '--signature <file>',
      'names, types and order of the inputs, threshold, split: a model file or a JSON',
      path,
    )
    .option('--rows <csv>', 'rows like those it learnt from, for histograms and example rows', path)
    .action((file: string, { signature, rows, ...options }: Chosen & ImportOptions) => {
      const request = { file: path(file), signature, rows, now: () => new Date() };
      return act({ cwd, ...context }, options, (registry) => importModel(registry, request), renderImport);
    });
  verb(command, 'export', 'write a version for another program')
    .argument('[version]', SELECTOR, 'production')
    .addOption(new Option('--format <name>', 'for which program').choices(['xgboost']).makeOptionMandatory())
    .option('-o, --output <file>', 'where to; without it on standard output', path)
    .action((version: string, { output, ...options }: Chosen & { readonly output?: string }) =>
      act({ cwd, ...context }, options, (registry) => exportModel(registry, { version, output }), renderExport),
    );
}

interface ImportOptions {
  readonly signature?: string;
  readonly rows?: string;
}

interface Chosen {
  readonly model?: string;
}

const SELECTOR = 'a number, n-sha, production, previous, latest, or a label such as 1.0.0';

const EXAMPLES = `
Examples:
  $ pipe model list
  $ pipe model show latest
  $ pipe model diff                  # the version before, beside the one in production
  $ pipe model rollback              # to the version before
  $ pipe model promote 3             # one that awaits approval, or was in production before
  $ pipe model promote 3 --force     # against the gate
  $ pipe model import model.json --signature artifacts/model.json

The next \`pipe repro\` leaves all of this alone: what a person decides stands until a better
candidate comes. A running \`pipe serve\` follows within a second.`;

function verb(command: Command, name: keyof typeof ON_VERB, summary: string): Command {
  return command
    .command(name)
    .summary(summary)
    .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)
    .option('--model <name>', 'which model, when pipeline.yaml has several')
    .addHelpText('after', `\nExamples:\n${ON_VERB[name].map((line) => `  $ pipe model ${name}${line}`).join('\n')}`);
}

const ON_VERB = {
  list: ['', ' --json'],
  show: ['', ' latest', ' 3 --json'],
  diff: ['', ' latest     # production beside the newest', ' 2 3 --json'],
  promote: [' 3', ' 3 --force     # against the gate, or against an earlier roll back'],
  rollback: ['', ' 2'],
  pin: ['', ' 3     # only if 3 is in production'],
  unpin: [''],
  repair: [''],
  import: [
    ' model.json --signature artifacts/model.json',
    ' forest.json     # a model file that another program wrote',
  ],
  export: [' --format xgboost -o xgboost.json', ' 3 --format xgboost > xgboost.json'],
} as const;

/** Not through `act`: parameters are written as JSON in a way of their own, so that each keeps its type. */
async function diff(context: CliContext, { model: name }: Chosen, pair: ModelDiffOptions): Promise<void> {
  const pipeline = await loadPipeline(context.cwd);
  const registry = pipeline.ok ? findRegistry(pipeline.value, name) : pipeline;
  const compared = registry.ok ? diffVersions(registry.value, pair) : registry;
  if (!compared.ok) return fail(context, compared.error);
  if (context.globals.json) context.print(JSON.stringify(diffAsJson(compared.value), null, 2));
  else if (!context.globals.quiet) context.print(renderModelDiff(compared.value, context));
}

function diffAsJson({ params, upstream, ...rest }: ModelDiff): unknown {
  const stages = upstream.map((stage) => ({ ...stage, reasons: stage.reasons.map(encodeReason) }));
  return { ...rest, params: params.map(encodeReason), upstream: stages };
}

async function repair(registry: Registry) {
  const actions = await repairRegistry(registry);
  return actions.ok ? ok({ model: registry.model.name, actions: actions.value }) : actions;
}

function listModels(pipeline: LoadedPipeline, { model: name }: Chosen): Result<Listings, Failure> {
  const names = name === undefined ? pipeline.pipeline.models.map((entry) => entry.name) : [name];
  const models: ModelListing[] = [];
  for (const wanted of names) {
    const registry = findRegistry(pipeline, wanted);
    const listing = registry.ok ? listVersions(registry.value) : registry;
    if (!listing.ok) return listing;
    models.push(listing.value);
  }
  return ok({ models });
}

interface Listings {
  readonly models: readonly ModelListing[];
}

/** On the registry of one model. */
function act<T>(
  context: CliContext,
  { model: name }: Chosen,
  use: (registry: Registry) => Result<T, Failure> | Promise<Result<T, Failure>>,
  render: (value: T) => string,
): Promise<void> {
  const onRegistry = (pipeline: LoadedPipeline) => {
    const registry = findRegistry(pipeline, name);
    return registry.ok ? use(registry.value) : registry;
  };
  return run(context, onRegistry, render);
}

async function run<T>(
  context: CliContext,
  use: (pipeline: LoadedPipeline) => Result<T, Failure> | Promise<Result<T, Failure>>,
  render: (value: T) => string,
): Promise<void> {
  const pipeline = await loadPipeline(context.cwd);
  const done = pipeline.ok ? await use(pipeline.value) : pipeline;
  if (!done.ok) return fail(context, done.error);
  if (context.globals.json) return context.print(JSON.stringify(done.value, null, 2));
  if (!context.globals.quiet) context.print(render(done.value));
}

function fail(context: CliContext, failure: Failure): void {
  const style = { theme: createTheme(context.globals.color), lineOf: () => undefined };
  context.printError(
    context.globals.json ? JSON.stringify({ error: failure }) : `error: ${renderFailure(failure, style)}`,
  );
  context.finish(exitCodeFor(failure));
}
