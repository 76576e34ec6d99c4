/**
 * What `dag` draws: stages, or with --outs the files between them, each with what it comes from.
 * Pure: paths and names only.
 */
import { isWithin } from '../core/claim.ts';
import { globBase } from '../core/glob.ts';
import type { Graph } from '../core/graph.ts';
import type { Pipeline, Stage } from '../core/pipeline.ts';
import type { StageStatus } from '../engine/status.ts';

export interface DagNode {
  readonly name: string;
  /** The stage itself, or the one that makes this out; undefined: nobody makes it. */
  readonly stage: string | undefined;
  readonly desc: string | null;
  readonly upstream: readonly string[];
  readonly state?: StageStatus['state'];
}

export interface Shown {
  readonly pipeline: Pipeline;
  readonly graph: Graph;
  /** In topological order. */
  readonly stages: readonly string[];
}

export function stageNodes({ pipeline, graph, stages }: Shown): readonly DagNode[] {
  const descriptions = new Map(pipeline.stages.map(({ name, desc }) => [name, desc]));
  return stages.map((name) => ({
    name,
    stage: name,
    desc: descriptions.get(name) ?? null,
    upstream: graph.upstream(name).filter((needed) => stages.includes(needed)),
  }));
}

/** Every out after what its stage reads; what nobody makes stands first of those who read it. */
export function outNodes({ pipeline, stages }: Shown): readonly DagNode[] {
  const byName = new Map(pipeline.stages.map((stage) => [stage.name, stage]));
  const nodes = new Map<string, DagNode>();
  for (const name of stages) {
    const stage = byName.get(name);
    const upstream = stage === undefined ? [] : readsOf(stage, nodes);
    for (const path of upstream.filter((other) => !nodes.has(other)))
      nodes.set(path, { name: path, stage: undefined, desc: null, upstream: [] });
    for (const { path, desc } of stage?.outs ?? []) nodes.set(path, { name: path, stage: name, desc, upstream });
  }
  return [...nodes.values()];
}

/** Outs that a dep is, contains or lies in; else the dep itself. */
function readsOf({ deps }: Stage, nodes: ReadonlyMap<string, DagNode>): readonly string[] {
  const outs = [...nodes.values()].filter(({ stage }) => stage !== undefined).map(({ name }) => name);
  const reads = deps.flatMap((dep): readonly string[] => {
    const path = dep.kind === 'glob' ? globBase(dep.pattern) : 'path' in dep ? dep.path : undefined;
    if (path === undefined) return [];
    const made = outs.filter((out) => isWithin(out, path) || isWithin(path, out));
    return made.length > 0 ? made : [dep.kind === 'glob' ? dep.pattern : path];
  });
  return [...new Set(reads)];
}

export function withStates(nodes: readonly DagNode[], states: readonly StageStatus[]): readonly DagNode[] {
  const byStage = new Map(states.map(({ stage, state }) => [stage, state]));
  return nodes.map((node) => {
    const state = byStage.get(node.stage ?? '');
    return state === undefined ? node : { ...node, state };
  });
}
