/**
 * Which stage needs which, and who owns which path.
 *
 * Made from links that `core/graph-links` found and checked; knows nothing that could be wrong with them, and finds out
 * who owns what only when somebody asks.
 */
import { lazy } from '../lib/lazy.ts';
import { createOwners, overlapping } from './graph-owners.ts';
import type { Pipeline, Stage } from './pipeline.ts';

export interface Graph {
  readonly order: readonly string[];
  /** The stages whose outs (or state) this stage reads directly, in topological order. */
  readonly upstream: (stage: string) => readonly string[];
  readonly downstream: (stage: string) => readonly string[];
  /** The stage that makes this path, the folder around it, or else something inside it. */
  readonly ownerOf: (path: string) => string | undefined;
  /** All stages of which a path equals this one, contains it or lies inside it, in topological order. */
  readonly ownersOf: (path: string) => readonly string[];
}

/** What a graph is made of once everything has been checked: plain data, kept beside the pipeline it belongs to. Stages by number. */
export interface Links {
  readonly order: readonly number[];
  /** What each needs directly, in topological order. */
  readonly upstream: readonly (readonly number[])[];
}

/** `links`: of exactly this pipeline. Who owns which path is found out at the first question. */
export function createGraph(pipeline: Pipeline, { order, upstream }: Links): Graph {
  const { stages } = pipeline;
  const nameOf = (number: number): string => stages[number]?.name ?? '';
  const rank = ranksOf(order);
  const numbers = lazy(() => numbersOf(stages));
  const downstream = lazy(() => turnRound(upstream).map((next) => inOrder(rank, next)));
  const owners = lazy(() => createOwners(pipeline));
  const linked = (links: readonly (readonly number[])[], stage: string): readonly string[] =>
    (links[numbers().get(stage) ?? -1] ?? []).map(nameOf);
  const ownersOf = (path: string) => {
    const found = overlapping(owners(), path).map(({ stage }) => numbers().get(stage) ?? -1);
    return inOrder(rank, new Set(found)).map(nameOf);
  };
  return {
    order: order.map(nameOf),
    upstream: (stage) => linked(upstream, stage),
    downstream: (stage) => linked(downstream(), stage),
    ownerOf: (path) => owners().around(path)?.stage ?? ownersOf(path)[0],
    ownersOf,
  };
}

export const numbersOf = (stages: readonly Stage[]): ReadonlyMap<string, number> =>
  new Map(stages.map(({ name }, number) => [name, number]));

/** Place of each stage in the order, by its number. */
export function ranksOf(order: readonly number[]): readonly number[] {
  const ranks: number[] = order.map(() => 0);
  for (const [rank, number] of order.entries()) ranks[number] = rank;
  return ranks;
}

export const inOrder = (rank: readonly number[], numbers: Iterable<number>): readonly number[] =>
  [...numbers].sort((a, b) => (rank[a] ?? -1) - (rank[b] ?? -1));

export function turnRound(upstream: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const downstream: number[][] = upstream.map(() => []);
  for (const [number, needed] of upstream.entries()) for (const other of needed) downstream[other]?.push(number);
  return downstream;
}
