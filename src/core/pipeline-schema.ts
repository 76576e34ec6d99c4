/**
 * The shape of pipeline.yaml: which keys there are and what kind of value each takes.
 *
 * Knows shape only. What a path, name or duration must look like is `core/pipeline-stage`'s
 * business, because those rules need the stage around them. Unknown keys are refused.
 */
import { z } from 'zod';
import { REMOTE_KEYS, remotesSchema } from './remote-schema.ts';

const text = z.string();
const flag = z.boolean();
const name = z.union([z.string(), z.number()], { error: 'expected a name' });

const described = {
  cache: flag.optional().describe('keep the content in the cache, and the path in .gitignore; default: true'),
  persist: flag.optional().describe('stays in place while the stage runs, for work that resumes; default: false'),
  push: flag.optional().describe('whether remotes get it; default: true'),
  desc: text.optional().describe('for people'),
  type: text.optional().describe('for other programs'),
  labels: z.array(text).optional().describe('for other programs'),
  meta: z.unknown().optional().describe('anything, for other programs'),
};
const outOptions = z.strictObject(described);
const plotOptions = z.strictObject({
  ...described,
  x: text.optional().describe('the column along the x axis'),
  y: z
    .union([text, z.array(text)], { error: 'expected the name of a column, or a list of names' })
    .optional()
    .describe('the column, or columns, along the y axis'),
  x_label: text.optional(),
  y_label: text.optional(),
  title: text.optional(),
  template: text.optional(),
  header: flag.optional().describe('whether the first line holds names'),
});

const A_PATH_OR_OPTIONS = 'expected a path, or a mapping of a path to its options';
const outs = z.array(z.union([text, z.record(text, outOptions.nullable())], { error: A_PATH_OR_OPTIONS })).nullable();
const plots = z.array(z.union([text, z.record(text, plotOptions.nullable())], { error: A_PATH_OR_OPTIONS })).nullable();
const depEntry = z.strictObject({
  path: text.optional().describe('a path, even if it looks like a glob'),
  eol: z
    .literal('lf', { error: 'expected lf, the only one there is' })
    .optional()
    .describe('count the text with LF for every CRLF'),
  run: text.optional().describe('a script; counts by what it prints'),
  url: text.optional().describe('counts by what the server says of it: strong ETag, or Last-Modified with the length'),
  sha256: text.optional().describe('the very content that the url must hold'),
});
const dep = z.union([text, depEntry], { error: 'expected a path, a glob, or {path: …}, {run: …} or {url: …}' });
const param = z.union([text, z.record(text, z.array(name).nullable())], {
  error: 'expected a dotted key, or a mapping of a file to a list of keys',
});
const variable = z.union([text, z.record(text, z.union([text, z.number(), flag], { error: 'expected a value' }))], {
  error: 'expected the name of a variable, or a mapping of a name to a value',
});

const resources = z.strictObject({
  cpus: z.number().optional().describe('slots of -j that the stage takes; default: 1'),
  mem: z
    .union([text, z.number()], { error: 'expected an amount such as 4G or 512M' })
    .optional()
    .describe('memory, such as 4G or 512M'),
  gpus: z.number().optional().describe('for executors that know of such; on one machine use a pool'),
});

export const stageSchema = z.strictObject({
  cmd: z
    .union([text, z.array(text)], { error: 'expected a script, or a list of scripts' })
    .describe('one script for the shell, or a list of scripts that stops at the first that fails'),
  shell: z
    .union([text, z.array(text)], { error: 'expected sh, bash, or a list of arguments' })
    .optional()
    .describe('sh (/bin/sh -e -c), bash (bash -eo pipefail -c), or a list of arguments to which the script is added'),
  wdir: text.optional().describe('the folder the command runs in; paths of this stage are relative to it'),
  deps: z.array(dep).nullable().optional().describe('files, folders and globs the stage reads; count by their content'),
  params: z
    .array(param)
    .nullable()
    .optional()
    .describe('dotted keys of params.yaml, or {other.yaml: [keys]}; count by value and type'),
  env: z.array(variable).nullable().optional().describe('variables that the result depends on; stand in locks/'),
  pass_env: z.array(text).nullable().optional().describe('variables that reach the stage and are no input'),
  outs: outs.optional().describe('files and folders the stage writes; each belongs to one stage'),
  metrics: outs.optional().describe('outs that hold figures'),
  plots: plots.optional().describe('outs that hold something to draw'),
  frozen: flag.optional().describe('keep the outs there are, whatever the deps do'),
  always_changed: flag.optional().describe('run every time'),
  isolated: flag.optional().describe('run in a private folder that holds only what is declared'),
  timeout: z
    .union([text, z.number()], { error: 'expected a duration such as 30m or 90s' })
    .optional()
    .describe('90s, 30m, 1h30m, or a number of seconds; for all attempts together'),
  retries: z.number().optional().describe('how often a command that exits with another code than 0 is tried again'),
  resources: resources.nullable().optional().describe('what the stage takes while it runs; never an input'),
  pool: text.optional().describe('a pool of the top level; it lets in as many stages as it is deep'),
  desc: text.optional().describe('one line, for people'),
  meta: z.unknown().optional().describe('anything, for other programs'),
});

const retrain = z.strictObject({
  target: text.optional().describe('what POST /retrain runs; default: the stage'),
  schedule: text.nullable().optional().describe('cron syntax'),
  timezone: text.nullable().optional().describe('such as Europe/Paris'),
});
export const modelSchema = z.strictObject({
  stage: text.describe('judges candidates and promotes'),
  registry: text.describe('folder of all versions'),
  path: text.describe('a copy of the production model'),
  verdict: text.describe('a copy of the latest evaluation'),
  candidate: text.describe('what training wrote'),
  holdout: text.describe('what both models are scored on'),
  gate: text.optional().describe('key of the policy in params.yaml; default: gate'),
  retrain: retrain.optional(),
});

const artifactSchema = z.strictObject({
  path: text,
  type: text.optional(),
  desc: text.optional(),
  labels: z.array(text).optional(),
  meta: z.unknown().optional(),
});

export const pipelineSchema = z.strictObject({
  stages: z.record(text, stageSchema).nullable().describe('what is run, by name'),
  models: z.record(text, modelSchema).nullable().optional().describe('models that are promoted and served'),
  sources: z.array(text).nullable().optional().describe('data that no stage makes, tracked by content: pipe add'),
  environment: z.array(text).nullable().optional().describe('linked into isolated runs, never digested: node_modules'),
  pipelines: z.array(text).nullable().optional().describe('other pipeline.yaml files that belong to this graph'),
  pools: z.record(text, z.number()).nullable().optional().describe('how many stages of a pool may run at a time'),
  remotes: remotesSchema.nullable().optional(),
  artifacts: z.record(text, artifactSchema).nullable().optional().describe('as DVC has them'),
  params: z.array(text).nullable().optional().describe('params files of no stage'),
  metrics: z.array(text).nullable().optional().describe('metrics files of no stage'),
  plots: z
    .array(z.union([text, z.record(text, z.unknown())], { error: A_PATH_OR_OPTIONS }))
    .nullable()
    .optional()
    .describe('plots of no stage'),
});

export type PipelineShape = z.infer<typeof pipelineSchema>;
export type StageShape = z.infer<typeof stageSchema>;
export type DepShape = z.infer<typeof dep>;
export type ModelShape = z.infer<typeof modelSchema>;
/** `plots` entries have more keys; a stage keeps only those they share with `outs`. */
export type OutOptions = z.infer<typeof outOptions>;

/** For "did you mean": what could have been meant where this unknown key stands. */
export function knownKeysAt(path: readonly (string | number)[]): readonly string[] {
  const [top, , group, , ...below] = path;
  if (top === undefined) return [...Object.keys(pipelineSchema.shape), 'vars'];
  if (top === 'models') return Object.keys((path.length > 2 ? retrain : modelSchema).shape);
  if (top === 'remotes') return REMOTE_KEYS;
  if (top === 'artifacts') return Object.keys(artifactSchema.shape);
  if (group === undefined) return [...Object.keys(stageSchema.shape), 'vars', 'matrix', 'foreach', 'do'];
  if (group === 'resources') return Object.keys(resources.shape);
  if (group === 'deps') return Object.keys(depEntry.shape);
  return below.length > 0 ? Object.keys((group === 'plots' ? plotOptions : outOptions).shape) : [];
}

/** Keys of the format that this version cannot do: said so, never ignored. */
export const NOT_YET: ReadonlySet<string> = new Set('datasets serve remote'.split(' '));
