/**
 * The parts of a pipeline, one a file, put together: what is wrong only between files is found here.
 * Stages need no look, their names hold their file; what they share (outs) is `core/graph`'s business.
 */
import type { Problem } from './failure.ts';
import { closest } from '../lib/suggest.ts';
import type { Declarations, Pipeline, Place, Pool } from './pipeline.ts';
import { mergeRemotes } from './remote-settings.ts';
import { stageKey } from './stage-name.ts';
import type { PipelinePart } from './pipeline-part.ts';

export interface Joined {
  readonly pipeline: Pipeline;
  readonly problems: readonly Problem[];
}

/** The root's part comes first. */
export function joinParts(parts: readonly PipelinePart[]): Joined {
  const models = parts.flatMap((part) => part.models);
  const pools = poolsOf(parts);
  const of = <T>(list: (declarations: Declarations) => readonly T[]) =>
    parts.flatMap(({ declarations }) => list(declarations));
  return {
    pipeline: {
      files: parts.map(({ file }) => file),
      stages: parts.flatMap((part) => part.stages),
      models,
      sources: parts.flatMap((part) => part.sources),
      environment: [...new Set(parts.flatMap((part) => part.environment))],
      pools,
      declarations: {
        params: of(({ params }) => params),
        metrics: of(({ metrics }) => metrics),
        plots: of(({ plots }) => plots),
        artifacts: of(({ artifacts }) => artifacts),
      },
      remotes: mergeRemotes(parts.map(({ remotes }) => remotes).reverse()),
    },
    problems: [...listedTwice(parts), ...sameName(models), ...poolProblems(parts, pools)],
  };
}

/** A pool is one for the whole graph: every file may say how deep it is, if they agree. */
function poolsOf(parts: readonly PipelinePart[]): readonly Pool[] {
  const pools = new Map(parts.flatMap((part) => part.pools).map((pool) => [pool.name, pool]));
  return [...pools.values()];
}

function poolProblems(parts: readonly PipelinePart[], pools: readonly Pool[]): readonly Problem[] {
  const names = pools.map(({ name }) => name);
  const unknown = parts
    .flatMap((part) => part.stages)
    .flatMap(({ name, pool }) => (pool === null || names.includes(pool.name) ? [] : [{ stage: name, pool }]))
    .map(({ stage, pool }) => {
      const meant = closest(pool.name, names);
      const hint = meant === undefined ? `declare it: {pools: {${pool.name}: 1}}` : `did you mean \`${meant}\`?`;
      return { place: pool.place, path: `${stageKey(stage)}.pool`, message: `there is no pool \`${pool.name}\``, hint };
    });
  const differing = parts.flatMap((part) =>
    part.pools.flatMap(({ name, depth, place }) => {
      const other = pools.find((pool) => pool.name === name);
      if (other === undefined || other.depth === depth) return [];
      const { file, line, column } = other.place;
      return [
        { place, path: `pools.${name}`, message: `${file}:${line}:${column} gives it another depth: ${other.depth}` },
      ];
    }),
  );
  return [...unknown, ...differing];
}

function listedTwice([root]: readonly PipelinePart[]): readonly Problem[] {
  const seen = new Set<string>();
  return (root?.lists ?? []).flatMap(({ file, place }) => {
    if (!seen.has(file) && seen.add(file)) return [];
    return [{ place, path: 'pipelines', message: `\`${file}\` is listed twice` }];
  });
}

/** A model is promoted and served by its name alone. */
function sameName(models: readonly { readonly name: string; readonly place: Place }[]): readonly Problem[] {
  const first = new Map<string, Place>();
  return models.flatMap(({ name, place }) => {
    const other = first.get(name);
    if (other === undefined) first.set(name, place);
    if (other === undefined) return [];
    const message = `a model is called \`${name}\` already (${other.file}:${other.line}:${other.column})`;
    return [{ place, path: `models.${name}`, message }];
  });
}
