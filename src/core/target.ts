/**
 * What the user typed after `repro` or `status`, turned into stages.
 *
 * A target is a stage's name, a group's (all of `train@…`), the path of an out (or something in or
 * around one), or a glob of stage names.
 */
import { err, ok, type Result } from '../lib/result.ts';
import { closest } from '../lib/suggest.ts';
import type { Failure } from './failure.ts';
import type { Graph } from './graph.ts';
import type { Pipeline } from './pipeline.ts';
import { resolveFromRoot } from './root-path.ts';

export interface Selection {
  readonly graph: Graph;
  readonly pipeline: Pipeline;
  /** None: all stages. */
  readonly targets: readonly string[];
  /** The targets alone, without what they need. */
  readonly single?: boolean;
  /** The targets and what needs them, instead of what they need. */
  readonly downstream?: boolean;
}

/** In topological order. */
export function selectStages(selection: Selection): Result<readonly string[], Failure> {
  const { graph, pipeline, targets, single = false, downstream = false } = selection;
  if (targets.length === 0) return ok(graph.order);
  const named = new Set<string>();
  for (const target of targets) {
    const stages = stagesOf(graph, target);
    if (stages.length === 0) return err(unknownTarget(pipeline, target));
    for (const stage of stages) named.add(stage);
  }
  const next = downstream ? graph.downstream : createUpstream(selection);
  const selected = single ? named : reach(named, next);
  return ok(graph.order.filter((stage) => selected.has(stage)));
}

function stagesOf(graph: Graph, target: string): readonly string[] {
  if (graph.order.includes(target)) return [target];
  const members = graph.order.filter((stage) => stage.startsWith(`${target}@`));
  if (members.length > 0) return members;
  const path = resolveFromRoot('.', target);
  const owners = path.ok ? graph.ownersOf(path.value) : [];
  if (owners.length > 0 || !/[*?]/.test(target)) return owners;
  const pattern = namePattern(target);
  return graph.order.filter((stage) => pattern.test(stage));
}

/** Names of stages have no folders: `*` and `?` are all a glob of them needs. */
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
