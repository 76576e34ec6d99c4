/**
 * What is wrong between the stages of a pipeline, each of which is right by itself.
 *
 * Each check names both places. Knows paths only; whether files exist is the engine's question.
 */
import { closest } from '../lib/suggest.ts';
import type { Problem } from './failure.ts';
import { type Owned, type Owners, overlapping } from './graph-owners.ts';
import { depPath, type Pipeline, type Place, type Stage } from './pipeline.ts';
import { foldPath, pathAndAncestors } from './root-path.ts';
import { stageKey } from './stage-name.ts';

export function relationProblems(pipeline: Pipeline, owners: Owners): readonly Problem[] {
  return [
    ...stageNames(pipeline),
    ...reserved(pipeline, owners),
    ...overlaps(owners),
    ...pipeline.stages.flatMap((stage) => ownDeps(stage, owners)),
    ...cases(pipeline, owners),
    ...models(pipeline, owners),
    ...sources(pipeline, owners),
  ];
}

function stageNames({ stages }: Pipeline): readonly Problem[] {
  const first = new Map<string, Stage>();
  return stages.flatMap((stage) => {
    const folded = foldPath(stage.name);
    const other = first.get(folded);
    if (other === undefined) first.set(folded, stage);
    return other === undefined
      ? []
      : [
          {
            place: stage.place,
            path: stageKey(stage.name),
            message: `\`${stage.name}\` and \`${other.name}\` (${renderPlace(other.place)}) differ only in case`,
          },
        ];
  });
}

/** What `pipe` or git keeps, or what the run itself is read from: nobody's to overwrite. */
function reserved({ files }: Pipeline, owners: Owners): readonly Problem[] {
  const kept = new Set(['.git', '.pipe', 'locks', ...files]);
  return owners.all.flatMap((owned) => reservedBy(kept, owned));
}

function reservedBy(kept: ReadonlySet<string>, { path, place, where }: Owned): readonly Problem[] {
  const folded = foldPath(path);
  const inside = [...kept].find((name) => folded === name || folded.startsWith(`${name}/`));
  const around = [...kept].find((name) => path === '.' || name.startsWith(`${folded}/`));
  if (inside !== undefined) {
    return [{ place, path: where, message: `\`${path}\` would overwrite ${DESCRIBED[inside] ?? 'the pipeline file'}` }];
  }
  if (around === undefined) return [];
  const what = path === '.' ? "is the pipeline's own folder" : `contains \`${around}\``;
  return [{ place, path: where, message: `\`${path}\` ${what}: no stage may own it` }];
}

const DESCRIBED: Readonly<Record<string, string>> = {
  '.git': "git's folder",
  '.pipe': "pipe's own folder",
  locks: 'the lock entries',
};

function overlaps(owners: Owners): readonly Problem[] {
  const first = new Map<string, Owned>();
  const problems: Problem[] = [];
  for (const owned of owners.all) {
    const { path, place, where } = owned;
    const twin = first.get(path);
    if (twin === undefined) first.set(path, owned);
    else problems.push({ place, path: where, message: `\`${path}\` is already ${ownedAs(twin)}`, hint: ONE_OWNER });
  }
  for (const { path, place, where } of owners.all) {
    const [, ...folders] = pathAndAncestors(path);
    const outer = folders.flatMap((folder) => first.get(folder) ?? [])[0];
    if (outer === undefined) continue;
    const message = `\`${path}\` lies inside \`${outer.path}\`, ${ownedAs(outer)}`;
    problems.push({ place, path: where, message, hint: ONE_OWNER });
  }
  return problems;
}

const ONE_OWNER = 'a path belongs to one stage, so that it is known who wrote it';

function ownDeps(stage: Stage, owners: Owners): readonly Problem[] {
  return readPaths(stage).flatMap(({ path, place, where }) =>
    overlapping(owners, path)
      .filter((owned) => owned.stage === stage.name)
      .slice(0, 1)
      .map((owned) => ({ place, path: where, message: selfDependence(path, owned), hint: NEVER_FRESH })),
  );
}

const NEVER_FRESH = 'a stage that reads what it writes would never be up to date';

function selfDependence(path: string, owned: Owned): string {
  const own = owned.kind === 'out' ? "this stage's own out" : 'state that this stage owns';
  if (path === owned.path) return `\`${path}\` is ${own} (${renderPlace(owned.place)})`;
  const relation = owned.path.startsWith(`${path}/`) || path === '.' ? 'contains' : 'lies inside';
  return `\`${path}\` ${relation} \`${owned.path}\`, ${own} (${renderPlace(owned.place)})`;
}

interface ReadPath {
  readonly path: string;
  readonly place: Place;
  readonly where: string;
}

/** What a stage reads under a fixed name: deps and params files. */
export function readPaths(stage: Stage): readonly ReadPath[] {
  const deps = stage.deps.flatMap((dep, index) => {
    const path = depPath(dep);
    return path === undefined ? [] : [{ path, place: dep.place, where: `${stageKey(stage.name)}.deps[${index}]` }];
  });
  const files = new Map(stage.params.map(({ file, place }) => [file, place]));
  return [...deps, ...[...files].map(([path, place]) => ({ path, place, where: `${stageKey(stage.name)}.params` }))];
}

/** A disk that ignores case would take both for one file; one that does not would not. */
function cases({ stages }: Pipeline, owners: Owners): readonly Problem[] {
  const byFold = new Map(owners.all.toReversed().map((owned) => [foldPath(owned.path), owned]));
  const check = ({ path, place, where }: ReadPath): readonly Problem[] => {
    const other = pathAndAncestors(foldPath(path)).flatMap((folder) => byFold.get(folder) ?? [])[0];
    const same = other && path.split('/').slice(0, other.path.split('/').length).join('/');
    if (other === undefined || same === other.path) return [];
    return [
      { place, path: where, message: `\`${same}\` and \`${other.path}\`, ${ownedAs(other)}, differ only in case` },
    ];
  };
  return [...owners.all, ...stages.flatMap(readPaths)].flatMap(check);
}

function models({ stages, models }: Pipeline, owners: Owners): readonly Problem[] {
  const names = new Set(stages.map(({ name }) => name));
  return models.flatMap(({ name, stage, retrain, place }) =>
    [
      { key: 'stage', target: stage, known: names.has(stage) },
      { key: 'retrain.target', target: retrain.target, known: isTarget(retrain.target, names, owners) },
    ]
      // A target left out is the stage: one mistake, one message.
      .filter(({ key, target, known }) => !known && (key === 'stage' || target !== stage))
      .map(({ key, target }) => {
        const meant = closest(target, names);
        const hint = meant === undefined ? `stages: ${[...names].join(', ')}` : `did you mean \`${meant}\`?`;
        return { place, path: `models.${name}.${key}`, message: `there is no stage \`${target}\``, hint };
      }),
  );
}

/** Data is either made or given: who would restore it otherwise? */
function sources({ sources }: Pipeline, owners: Owners): readonly Problem[] {
  const listed = new Map<string, Place>();
  return sources.flatMap(({ path, place }, index): readonly Problem[] => {
    const where = `sources[${index}]`;
    const twin = [...listed].find(([other]) => isAround(other, path) || isAround(path, other));
    listed.set(path, place);
    if (path === '.') return [{ place, path: where, message: '`.` is the whole project: name the data in it' }];
    if (twin !== undefined) {
      return [{ place, path: where, message: `\`${path}\` and \`${twin[0]}\` (${renderPlace(twin[1])}) overlap` }];
    }
    const [owned] = overlapping(owners, path);
    if (owned === undefined) return [];
    const relation = owned.path === path ? 'is' : owned.path.startsWith(`${path}/`) ? 'contains' : 'lies inside';
    const what = relation === 'is' ? ownedAs(owned) : `\`${owned.path}\`, ${ownedAs(owned)}`;
    return [
      { place, path: where, message: `\`${path}\` ${relation} ${what}`, hint: 'a source is data that no stage makes' },
    ];
  });
}

const isAround = (folder: string, path: string): boolean => path === folder || path.startsWith(`${folder}/`);

const isTarget = (target: string, names: ReadonlySet<string>, owners: Owners): boolean =>
  names.has(target) || owners.around(target) !== undefined;

const ownedAs = ({ kind, stage, place }: Owned): string =>
  `${kind === 'out' ? 'an out' : 'model state'} of stage ${stage} (${renderPlace(place)})`;

const renderPlace = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;
