/**
 * Who owns which path: the outs of all stages and the state of all models, ready to be asked.
 *
 * Kept sorted by path, so that "what lies inside this folder" is a range and not a search.
 */
import { compareCodeUnits } from '../lib/canonical-json.ts';
import type { Out, Pipeline, Place, Stage } from './pipeline.ts';
import { statePaths } from './pipeline.ts';
import { pathAndAncestors } from './root-path.ts';
import { stageKey } from './stage-name.ts';

export interface Owned {
  readonly path: string;
  readonly stage: string;
  readonly kind: 'out' | 'state';
  readonly place: Place;
  /** Where in the file: `stages.train.outs[0]`, `models.accidents`. */
  readonly where: string;
}

export interface Owners {
  /** In the order of the file, outs before state. */
  readonly all: readonly Owned[];
  /** The owned path that equals this one or is a folder around it; the innermost. */
  readonly around: (path: string) => Owned | undefined;
  /** The owned paths strictly inside this one. */
  readonly inside: (path: string) => readonly Owned[];
  /** The owned paths whose text starts so, whether or not a folder ends there. */
  readonly startingWith: (prefix: string) => readonly Owned[];
}

export function createOwners(pipeline: Pipeline): Owners {
  const all = [...pipeline.stages.flatMap(ownedByStage), ...stateOf(pipeline)];
  const sorted = [...all].sort((a, b) => compareCodeUnits(a.path, b.path));
  const byPath = new Map<string, Owned>();
  for (const owned of all) if (!byPath.has(owned.path)) byPath.set(owned.path, owned);
  const startingWith = (prefix: string): readonly Owned[] => {
    const from = firstAtOrAfter(sorted, prefix);
    let to = from;
    while (sorted[to]?.path.startsWith(prefix)) to++;
    return sorted.slice(from, to);
  };
  return {
    all,
    around: (path) => pathAndAncestors(path).flatMap((folder) => byPath.get(folder) ?? [])[0],
    inside: (path) => (path === '.' ? sorted : startingWith(`${path}/`)),
    startingWith,
  };
}

/** All that overlap with a path: the one around it, or else those inside. */
export function overlapping(owners: Owners, path: string): readonly Owned[] {
  const around = owners.around(path);
  return around === undefined ? owners.inside(path) : [around, ...owners.inside(path)];
}

function ownedByStage(stage: Stage): readonly Owned[] {
  const seen = { out: 0, metric: 0, plot: 0 };
  return stage.outs.map(({ path, kind, place }) => ({
    path,
    stage: stage.name,
    kind: 'out',
    place,
    where: `${stageKey(stage.name)}.${KEY_OF[kind]}[${seen[kind]++}]`,
  }));
}

const KEY_OF: Readonly<Record<Out['kind'], string>> = { out: 'outs', metric: 'metrics', plot: 'plots' };

function stateOf(pipeline: Pipeline): readonly Owned[] {
  return pipeline.models.flatMap((model) =>
    statePaths(model).map((path) => ({
      path,
      stage: model.stage,
      kind: 'state' as const,
      place: model.place,
      where: `models.${model.name}`,
    })),
  );
}

function firstAtOrAfter(sorted: readonly Owned[], path: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareCodeUnits(sorted[middle]?.path ?? '', path) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
