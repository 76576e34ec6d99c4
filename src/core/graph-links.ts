/**
 * Finds out which stage needs which, from paths alone, and every problem that shows only between stages.
 *
 * Pure: whether a file exists is the engine's question. Linear in stages and paths. A pipeline that has not changed is linked
 * once, and its links kept. Invariant: `order` is topological; where it leaves a choice, the order of the file decides.
 */
import { err, ok, type Result } from '../lib/result.ts';
import type { Failure, Problem } from './failure.ts';
import { createGraph, type Graph, inOrder, type Links, numbersOf, ranksOf, turnRound } from './graph.ts';
import type { GlobOwners } from './graph-globs.ts';
import { orderStages } from './graph-order.ts';
import { createOwners, type Owned, type Owners, overlapping } from './graph-owners.ts';
import { readPaths, relationProblems } from './graph-problem.ts';
import type { Pipeline, Stage } from './pipeline.ts';
import { stageKey } from './stage-name.ts';

/** Both steps. Failures: pipeline-invalid. */
export async function buildGraph(pipeline: Pipeline): Promise<Result<Graph, Failure>> {
  const links = await linkStages(pipeline);
  return links.ok ? ok(createGraph(pipeline, links.value)) : links;
}

/** Asynchronous only because the glob matcher is loaded when there is a glob, and not otherwise. Failures: pipeline-invalid. */
export async function linkStages(pipeline: Pipeline): Promise<Result<Links, Failure>> {
  const owners = createOwners(pipeline);
  const globOwners = pipeline.stages.some(({ deps }) => deps.some(({ kind }) => kind === 'glob'))
    ? (await import('./graph-globs.ts')).createGlobOwners(owners)
    : () => [];
  const { order, upstream, problems } = connect(pipeline, { owners, globOwners });
  if (problems.length > 0) return err({ code: 'pipeline-invalid', problems: byPlace(pipeline, problems) });
  const rank = ranksOf(order);
  return ok({ order, upstream: upstream.map((numbers) => inOrder(rank, numbers)) });
}

/** Of a pipeline of which not everything could be read: what is certainly wrong between its stages. */
export function knownProblems(pipeline: Pipeline): readonly Problem[] {
  // A model may name a stage that could not be read.
  const known = { ...pipeline, models: [] };
  return connect(known, { owners: createOwners(known), globOwners: () => [] }).problems;
}

function connect(pipeline: Pipeline, { owners, globOwners }: Omit<Context, 'numbers'>) {
  const { stages } = pipeline;
  const numbers = numbersOf(stages);
  const needed = stages.map((stage) => neededBy(stage, { owners, globOwners, numbers }));
  const upstream = needed.map((links) => [...links.keys()]);
  const { order, cycles } = orderStages(upstream, turnRound(upstream));
  const problems = [
    ...relationProblems(pipeline, owners),
    ...cycles.map((cycle) => cycleProblem(stages, needed, cycle)),
  ];
  return { order, upstream, problems };
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

function neededBy(stage: Stage, { owners, globOwners, numbers }: Context): Needed {
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

/** In the order of the files, and in each from top to bottom. */
export function byPlace({ files }: Pipeline, problems: readonly Problem[]): readonly Problem[] {
  const fileOf = ({ place }: Problem) => files.indexOf(place.file);
  return [...problems].sort(
    (a, b) => fileOf(a) - fileOf(b) || a.place.line - b.place.line || a.place.column - b.place.column,
  );
}
