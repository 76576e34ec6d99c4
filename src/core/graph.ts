/**
 * Which stage needs which, from paths alone, and every problem that shows only between stages.
 *
 * Pure: whether a file exists is the engine's question. Linear in stages and paths.
 * Invariant: `order` is topological; where it leaves a choice, the order of the file decides.
 */
import { err, ok, type Result } from '../lib/result.ts';
import type { Failure, Problem } from './failure.ts';
import type { GlobOwners } from './graph-globs.ts';
import { orderStages } from './graph-order.ts';
import { createOwners, type Owned, type Owners, overlapping } from './graph-owners.ts';
import { readPaths, relationProblems } from './graph-problem.ts';
import type { Pipeline, Stage } from './pipeline.ts';
import { stageKey } from './stage-name.ts';

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

/** Asynchronous only because the glob matcher is loaded when there is a glob, and not otherwise. */
export async function buildGraph(pipeline: Pipeline): Promise<Result<Graph, Failure>> {
  const { stages } = pipeline;
  const owners = createOwners(pipeline);
  const globOwners = stages.some(({ deps }) => deps.some(({ kind }) => kind === 'glob'))
    ? (await import('./graph-globs.ts')).createGlobOwners(owners)
    : () => [];
  const { order, upstream, downstream, problems } = connect(pipeline, { owners, globOwners });
  if (problems.length > 0) return err({ code: 'pipeline-invalid', problems: byPlace(pipeline, problems) });
  return ok(toGraph({ stages, order, upstream, downstream, owners }));
}

/** Of a pipeline of which not everything could be read: what is certainly wrong between its stages. */
export function knownProblems(pipeline: Pipeline): readonly Problem[] {
  // A model may name a stage that could not be read.
  const known = { ...pipeline, models: [] };
  return connect(known, { owners: createOwners(known), globOwners: () => [] }).problems;
}

function connect(pipeline: Pipeline, { owners, globOwners }: Omit<Context, 'numbers'>) {
  const { stages } = pipeline;
  const numbers = new Map(stages.map(({ name }, number) => [name, number]));
  const upstream = stages.map((stage) => upstreamOf(stage, { owners, globOwners, numbers }));
  const downstream: number[][] = stages.map(() => []);
  for (const [number, needed] of upstream.entries()) for (const other of needed.keys()) downstream[other]?.push(number);
  const { order, cycles } = orderStages(
    upstream.map((needed) => [...needed.keys()]),
    downstream,
  );
  const problems = [
    ...relationProblems(pipeline, owners),
    ...cycles.map((cycle) => cycleProblem(stages, upstream, cycle)),
  ];
  return { order, upstream, downstream, problems };
}

/** What a stage needs, by number, with the dep or params file that says so. */
type Needed = ReadonlyMap<number, Link>;

interface Link {
  readonly reads: string;
  readonly owned: Owned;
}

interface Context {
  readonly owners: Owners;
  readonly globOwners: GlobOwners;
  readonly numbers: ReadonlyMap<string, number>;
}

function upstreamOf(stage: Stage, { owners, globOwners, numbers }: Context): Needed {
  const needed = new Map<number, Link>();
  const link = (reads: string, found: readonly Owned[]) => {
    for (const owned of found) {
      const number = numbers.get(owned.stage);
      if (number !== undefined && owned.stage !== stage.name && !needed.has(number))
        needed.set(number, { reads, owned });
    }
  };
  for (const { path } of readPaths(stage)) link(path, overlapping(owners, path));
  for (const dep of stage.deps) if (dep.kind === 'glob') link(dep.pattern, globOwners(dep.pattern));
  return needed;
}

function cycleProblem(stages: readonly Stage[], upstream: readonly Needed[], cycle: readonly number[]): Problem {
  const name = (number: number | undefined) => stages[number ?? -1]?.name ?? '';
  const links = cycle.slice(0, -1).map((number, index) => {
    const link = upstream[number]?.get(cycle[index + 1] ?? -1);
    return `${name(number)} reads ${link?.reads}, which ${name(cycle[index + 1])} writes`;
  });
  const start = stages[cycle[0] ?? -1];
  if (start === undefined) throw new Error('a cycle has stages');
  // Told the way the data flows: the walk went against it.
  const path = cycle.toReversed().map(name).join(' -> ');
  return { place: start.place, path: stageKey(start.name), message: `cycle: ${path}`, hint: links.join('; ') };
}

interface Parts {
  readonly stages: readonly Stage[];
  readonly order: readonly number[];
  readonly upstream: readonly Needed[];
  readonly downstream: readonly (readonly number[])[];
  readonly owners: Owners;
}

function toGraph({ stages, order, upstream, downstream, owners }: Parts): Graph {
  const nameOf = (number: number): string => stages[number]?.name ?? '';
  const names = order.map(nameOf);
  const rank = new Map(names.map((name, index) => [name, index]));
  const byOrder = (found: Iterable<string>) => [...new Set(found)].sort((a, b) => rankOf(rank, a) - rankOf(rank, b));
  const numbers = new Map(stages.map(({ name }, number) => [name, number]));
  const ownersOf = (path: string) => byOrder(overlapping(owners, path).map(({ stage }) => stage));
  return {
    order: names,
    upstream: (stage) => byOrder([...(upstream[numbers.get(stage) ?? -1]?.keys() ?? [])].map(nameOf)),
    downstream: (stage) => byOrder((downstream[numbers.get(stage) ?? -1] ?? []).map(nameOf)),
    ownerOf: (path) => owners.around(path)?.stage ?? ownersOf(path)[0],
    ownersOf,
  };
}

const rankOf = (rank: ReadonlyMap<string, number>, stage: string): number => rank.get(stage) ?? -1;

/** In the order of the files, and in each from top to bottom. */
export function byPlace({ files }: Pipeline, problems: readonly Problem[]): readonly Problem[] {
  const fileOf = ({ place }: Problem) => files.indexOf(place.file);
  return [...problems].sort(
    (a, b) => fileOf(a) - fileOf(b) || a.place.line - b.place.line || a.place.column - b.place.column,
  );
}
