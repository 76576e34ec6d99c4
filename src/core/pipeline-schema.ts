/**
 * The shape of pipeline.yaml: which keys there are and what kind of value each takes.
 *
 * Knows shape only. What a path, name or duration must look like is `core/pipeline-stage`'s
 * business, because those rules need the stage around them. Unknown keys are refused.
 */
import { z } from 'zod';

const text = z.string();
const flag = z.boolean();
const name = z.union([z.string(), z.number()], { error: 'expected a name' });

const described = {
  cache: flag.optional(),
  persist: flag.optional(),
  push: flag.optional(),
  desc: text.optional(),
  type: text.optional(),
  labels: z.array(text).optional(),
  meta: z.unknown().optional(),
};
const outOptions = z.strictObject(described);
const plotOptions = z.strictObject({
  ...described,
  x: text.optional(),
  y: z.union([text, z.array(text)], { error: 'expected the name of a column, or a list of names' }).optional(),
  x_label: text.optional(),
  y_label: text.optional(),
  title: text.optional(),
  template: text.optional(),
  header: flag.optional(),
});

const A_PATH_OR_OPTIONS = 'expected a path, or a mapping of a path to its options';
const outs = z.array(z.union([text, z.record(text, outOptions.nullable())], { error: A_PATH_OR_OPTIONS })).nullable();
const plots = z.array(z.union([text, z.record(text, plotOptions.nullable())], { error: A_PATH_OR_OPTIONS })).nullable();
const depEntry = z.strictObject({
  path: text.optional(),
  eol: z.literal('lf', { error: 'expected lf, the only one there is' }).optional(),
  run: text.optional(),
  url: text.optional(),
  sha256: text.optional(),
});
const dep = z.union([text, depEntry], { error: 'expected a path, a glob, or {path: …}, {run: …} or {url: …}' });
const param = z.union([text, z.record(text, z.array(name).nullable())], {
  error: 'expected a dotted key, or a mapping of a file to a list of keys',
});
const variable = z.union([text, z.record(text, z.union([text, z.number(), flag], { error: 'expected a value' }))], {
  error: 'expected the name of a variable, or a mapping of a name to a value',
});

const resources = z.strictObject({
  cpus: z.number().optional(),
  mem: z.union([text, z.number()], { error: 'expected an amount such as 4G or 512M' }).optional(),
  gpus: z.number().optional(),
});

export const stageSchema = z.strictObject({
  cmd: z.union([text, z.array(text)], { error: 'expected a script, or a list of scripts' }),
  shell: z.union([text, z.array(text)], { error: 'expected sh, bash, or a list of arguments' }).optional(),
  wdir: text.optional(),
  deps: z.array(dep).nullable().optional(),
  params: z.array(param).nullable().optional(),
  env: z.array(variable).nullable().optional(),
  pass_env: z.array(text).nullable().optional(),
  outs: outs.optional(),
  metrics: outs.optional(),
  plots: plots.optional(),
  frozen: flag.optional(),
  always_changed: flag.optional(),
  isolated: flag.optional(),
  timeout: z.union([text, z.number()], { error: 'expected a duration such as 30m or 90s' }).optional(),
  retries: z.number().optional(),
  resources: resources.nullable().optional(),
  pool: text.optional(),
  desc: text.optional(),
  meta: z.unknown().optional(),
});

const retrain = z.strictObject({
  target: text.optional(),
  schedule: text.nullable().optional(),
  timezone: text.nullable().optional(),
});
export const modelSchema = z.strictObject({
  stage: text,
  registry: text,
  path: text,
  verdict: text,
  candidate: text,
  holdout: text,
  gate: text.optional(),
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
  stages: z.record(text, stageSchema).nullable(),
  models: z.record(text, modelSchema).nullable().optional(),
  sources: z.array(text).nullable().optional(),
  environment: z.array(text).nullable().optional(),
  pipelines: z.array(text).nullable().optional(),
  pools: z.record(text, z.number()).nullable().optional(),
  artifacts: z.record(text, artifactSchema).nullable().optional(),
  params: z.array(text).nullable().optional(),
  metrics: z.array(text).nullable().optional(),
  plots: z
    .array(z.union([text, z.record(text, z.unknown())], { error: A_PATH_OR_OPTIONS }))
    .nullable()
    .optional(),
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
  if (top === 'artifacts') return Object.keys(artifactSchema.shape);
  if (group === undefined) return [...Object.keys(stageSchema.shape), 'vars', 'matrix', 'foreach', 'do'];
  if (group === 'resources') return Object.keys(resources.shape);
  if (group === 'deps') return Object.keys(depEntry.shape);
  return below.length > 0 ? Object.keys((group === 'plots' ? plotOptions : outOptions).shape) : [];
}

/** Keys of the format that this version cannot do: said so, never ignored. */
export const NOT_YET: ReadonlySet<string> = new Set('datasets remotes serve remote'.split(' '));
