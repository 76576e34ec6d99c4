/**
 * `plots show` and `plots diff`: what the pipeline declares as plots, of one or several revisions, as pictures of data
 * and as images side by side. Draws nothing: that is `engine/draw-plots`.
 */
import { isWithin } from '../core/claim.ts';
import type { Failure } from '../core/failure.ts';
import { definitionOf, type PlotDefinition, plotDefinitions, withAxisTitles } from '../core/plot.ts';
import { parsePlotData, type PlotRow } from '../core/plot-data.ts';
import { type Point, pointsOf } from '../core/plot-points.ts';
import type { Picture } from '../core/plot-spec.ts';
import type { PlotStyle } from '../core/plot-style.ts';
import { ok, type Result } from '../lib/result.ts';
import { type Revision, type RevisionOptions, withRevisions, WORKSPACE } from './revision.ts';
import { type RevisionChoice, revisionNames } from './revision-names.ts';
import { type FileProblem, NOT_CACHED } from './revision-read.ts';
import { typedPath } from './typed-path.ts';

export interface PlotsOptions extends RevisionOptions, RevisionChoice {
  /** Paths or names of plots, as typed; files that nobody declared are drawn as well. */
  readonly targets?: readonly string[];
  /** Wins over what the pipeline says. */
  readonly style?: PlotStyle;
}

export interface RevisionImage {
  readonly revision: string;
  readonly bytes: Uint8Array;
}

export type Plot =
  | ({ readonly kind: 'picture' } & Picture)
  | { readonly kind: 'images'; readonly id: string; readonly images: readonly RevisionImage[] };

export interface Plots {
  /** Absolute. */
  readonly root: string;
  readonly revisions: readonly string[];
  /** Those of which nothing is there in any revision are left out. */
  readonly plots: readonly Plot[];
  readonly problems: readonly FileProblem[];
}

const IMAGE = /\.(png|jpe?g|gif|webp|svg)$/i;

/** Failures: no-pipeline, pipeline-invalid, no-git, unknown-revision. */
export function gatherPlots(options: PlotsOptions): Promise<Result<Plots, Failure>> {
  return withRevisions(options, async ({ root, open }) => {
    const names = await revisionNames(root, options);
    if (!names.ok) return names;
    const revisions: Revision[] = [];
    for (const name of names.value.length === 0 ? [WORKSPACE] : names.value) {
      const revision = await open(name);
      if (!revision.ok) return revision;
      revisions.push(revision.value);
    }
    const found = new Map<string, Plot>();
    const problems: FileProblem[] = [];
    for (const revision of revisions)
      for (const definition of await definitionsOf(revision, { root, ...options }))
        await addPlot(found, { definition, revision, problems });
    return ok({
      root,
      revisions: revisions.map(({ name }) => name),
      plots: [...found.values()].filter(isThere),
      problems,
    });
  });
}

const isThere = (plot: Plot): boolean =>
  plot.kind === 'images' ? plot.images.length > 0 : plot.lines.some(({ length }) => length > 0);

interface Wanted {
  readonly root: string;
  readonly cwd: string;
  readonly targets?: readonly string[];
  readonly style?: PlotStyle;
}

/** A folder stands for each file in it. */
async function definitionsOf(
  { files, pipeline }: Revision,
  { root, cwd, targets = [], style = {} }: Wanted,
): Promise<readonly PlotDefinition[]> {
  const declared = pipeline.ok && pipeline.value !== undefined ? plotDefinitions(pipeline.value) : [];
  const meant = targets.map((target) => ({ target, path: typedPath({ root, cwd }, target) ?? target }));
  const isMeant = ({ id }: PlotDefinition) =>
    meant.length === 0 || meant.some(({ target, path }) => target === id || isWithin(id, path));
  const others = meant
    .filter(({ target, path }) => !declared.some(({ id }) => target === id || isWithin(id, path)))
    .map(({ path }) => {
      const holder = declared.find(({ id }) => isWithin(path, id));
      return definitionOf(path, holder?.style ?? {});
    });
  const chosen = [...declared.filter(isMeant), ...others].map((definition) => restyled(definition, style));
  const expanded: PlotDefinition[] = [];
  for (const definition of chosen) {
    const [only, ...more] = definition.series;
    const listed = more.length === 0 && only?.file === definition.id ? await files.list(only.file) : undefined;
    const isFolder = listed !== undefined && !(listed.length === 1 && listed[0] === definition.id);
    expanded.push(...(isFolder ? listed.map((file) => definitionOf(file, definition.style)) : [definition]));
  }
  return expanded;
}

function restyled(definition: PlotDefinition, style: PlotStyle): PlotDefinition {
  const merged = { ...definition.style, ...style };
  if (style.x === undefined && style.y === undefined) return { ...definition, style: merged };
  const [first] = definition.series;
  return { ...definitionOf(first?.file ?? definition.id, merged), id: definition.id };
}

interface Adding {
  readonly definition: PlotDefinition;
  readonly revision: Revision;
  readonly problems: FileProblem[];
}

async function addPlot(found: Map<string, Plot>, adding: Adding): Promise<void> {
  const { id, series } = adding.definition;
  const before = found.get(id);
  if (IMAGE.test(series[0]?.file ?? '')) {
    const bytes = await readBytes(adding, series[0]?.file ?? '');
    const images = before?.kind === 'images' ? before.images : [];
    const more = bytes === undefined ? [] : [{ revision: adding.revision.name, bytes }];
    found.set(id, { kind: 'images', id, images: [...images, ...more] });
    return;
  }
  const style = withAxisTitles(adding.definition);
  const lines = await linesOf(adding);
  const { name } = adding.revision;
  if (before?.kind !== 'picture') found.set(id, { kind: 'picture', id, style, revisions: [name], lines });
  else found.set(id, { ...before, style, revisions: [...before.revisions, name], lines: [...before.lines, ...lines] });
}

async function linesOf(adding: Adding): Promise<readonly (readonly Point[])[]> {
  const { definition, revision, problems } = adding;
  const rows = new Map<string, readonly PlotRow[]>();
  for (const file of new Set(
    definition.series.flatMap(({ file, x }) => [file, ...(x === undefined ? [] : [x.file])]),
  )) {
    const bytes = await readBytes(adding, file);
    if (bytes === undefined) continue;
    const text = Buffer.from(bytes).toString('utf8');
    const parsed = parsePlotData({ file, text, header: definition.style.header ?? true });
    if (parsed.ok) rows.set(file, parsed.value);
    else problems.push({ revision: revision.name, path: file, problem: parsed.error });
  }
  const source = {
    revision: revision.name,
    rowsOf: (file: string) => rows.get(file),
    hasFiles: new Set(definition.series.map(({ file }) => file)).size > 1,
  };
  const lines = definition.series.map((series) => ({
    series,
    points: pointsOf(series, source),
  }));
  for (const { series, points } of lines)
    if (points.length === 0 && (rows.get(series.file)?.length ?? 0) > 0)
      problems.push({ revision: revision.name, path: series.file, problem: missingColumn(series.x?.column, series.y) });
  return lines.map(({ points }) => points);
}

const missingColumn = (x: string | undefined, y: string | undefined): string =>
  `has nothing to draw in ${[x, y].filter((column) => column !== undefined).join(' and ') || 'its last column'}`;

async function readBytes({ revision, problems }: Adding, file: string): Promise<Uint8Array | undefined> {
  const found = await revision.files.read(file);
  if (found.kind === 'not-cached') problems.push({ revision: revision.name, path: file, problem: NOT_CACHED });
  return found.kind === 'bytes' ? found.bytes : undefined;
}
