/**
 * What the user typed after `repro` or `status`, turned into stages.
 *
 * A target is a stage's name, a group's (all of `train@…`), a pipeline file, the path of an out (or
 * something in or around one), or a glob of stage names. What is typed below the root is looked for in the folder
 * where the user stands and in the pipeline file that stands there before it is looked for from the root.
 */
import { err, ok, type Result } from '../lib/result.ts';
import { closest } from '../lib/suggest.ts';
import type { Failure } from './failure.ts';
import type { Graph } from './graph.ts';
import type { Pipeline } from './pipeline.ts';
import { resolveFromRoot } from './root-path.ts';
import { namePrefix, PIPELINE_FILE } from './stage-name.ts';

export interface Selection {
  readonly graph: Graph;
  readonly pipeline: Pipeline;
  /** None: all stages of the pipeline file at hand; at the root, all there are. */
  readonly targets: readonly string[];
  /** The pipeline file nearest to where the user stands; default: the root's. */
  readonly home?: string;
  /** The folder in which the user stands, root-relative; default: the root. */
  readonly at?: string;
  /** Without targets: the stages of every pipeline file, wherever the user stands. */
  readonly all?: boolean;
  /** The targets alone, without what they need. */
  readonly single?: boolean;
  /** The targets and what needs them, instead of what they need. */
  readonly downstream?: boolean;
}

/** In topological order. */
export function selectStages(selection: Selection): Result<readonly string[], Failure> {
  const {
    graph,
    pipeline,
    home = PIPELINE_FILE,
    at = '.',
    all = false,
    single = false,
    downstream = false,
  } = selection;
  const isWhole = selection.targets.length === 0;
  if (isWhole && (all || home === PIPELINE_FILE)) return ok(graph.order);
  const targets = isWhole ? [home] : selection.targets;
  const named = new Set<string>();
  for (const target of targets) {
    const stages = stagesOf({ graph, pipeline, home, at }, target);
    if (stages.length === 0 && !isWhole) return err(unknownTarget(pipeline, target));
    for (const stage of stages) named.add(stage);
  }
  const next = downstream ? graph.downstream : createUpstream(selection);
  const selected = single ? named : reach(named, next);
  return ok(graph.order.filter((stage) => selected.has(stage)));
}

interface Around {
  readonly graph: Graph;
  readonly pipeline: Pipeline;
  readonly home: string;
  readonly at: string;
}

function stagesOf({ graph, pipeline, home, at }: Around, target: string): readonly string[] {
  const homeFolder = home.slice(0, -PIPELINE_FILE.length) || '.';
  const names = [`${namePrefix(home)}${target}`, target];
  const paths = [...new Set([at, homeFolder, '.'])].flatMap((folder) => {
    const path = resolveFromRoot(folder.replace(/\/$/, ''), target);
    return path.ok ? [path.value] : [];
  });
  const ways = [
    ...names.map((name) => () => graph.order.filter((stage) => stage === name || stage.startsWith(`${name}@`))),
    ...paths.map((path) => () => ofFile(pipeline, path)),
    ...paths.map((path) => () => graph.ownersOf(path)),
    ...(/[*?]/.test(target) ? names.map((name) => () => matching(graph, name)) : []),
  ];
  for (const way of ways) {
    const stages = way();
    if (stages.length > 0) return stages;
  }
  return [];
}

const ofFile = ({ stages }: Pipeline, file: string): readonly string[] =>
  stages.filter(({ place }) => place.file === file).map(({ name }) => name);

function matching({ order }: Graph, glob: string): readonly string[] {
  const pattern = namePattern(glob);
  return order.filter((stage) => pattern.test(stage));
}

/** Of names, folders included: `*` and `?` are all a glob of them needs. */
function namePattern(glob: string): RegExp {
  const escaped = glob.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'u');
}

/** A frozen stage keeps what it has: what it would need is not looked at on its account. */
function createUpstream({ graph, pipeline }: Selection): (stage: string) => readonly string[] {
  const frozen = new Set(pipeline.stages.filter((stage) => stage.frozen).map(({ name }) => name));
  return (stage) => (frozen.has(stage) ? [] : graph.upstream(stage));
}

function reach(from: ReadonlySet<string>, next: (stage: string) => readonly string[]): ReadonlySet<string> {
  const reached = new Set(from);
  // A Set iterates over what is added on the way.
  for (const stage of reached) for (const other of next(stage)) reached.add(other);
  return reached;
}

function unknownTarget({ stages }: Pipeline, target: string): Failure {
  const names = stages.map(({ name }) => name);
  const groups = names.filter((name) => name.includes('@')).map((name) => name.slice(0, name.indexOf('@')));
  const outs = stages.flatMap((stage) => stage.outs.map(({ path }) => path));
  return { code: 'unknown-target', target, suggestion: closest(target, [...names, ...groups, ...outs]), stages: names };
}
