/**
 * What a pipeline declares as plots, as definitions: which files, which columns, drawn how. As DVC's `plots:`.
 *
 * Pure. Reads no data; a definition may name columns that are not there.
 */
import type { Pipeline, TopPlot } from './pipeline.ts';
import { type PlotStyle, plotStyle, record, texts } from './plot-style.ts';
import { resolveFromRoot } from './root-path.ts';

export interface PlotSeries {
  /** Root-relative. */
  readonly file: string;
  /** Undefined: the last column. */
  readonly y: string | undefined;
  /** Where x is; undefined: the number of the row. A column of another file has as many rows. */
  readonly x: { readonly file: string; readonly column: string } | undefined;
}

export interface PlotDefinition {
  /** The path, or the name that it has at the top level. */
  readonly id: string;
  readonly series: readonly PlotSeries[];
  readonly style: PlotStyle;
}

/** Those of stages first, in the order of the files. Two of one id are one: the top level says how it is drawn. */
export function plotDefinitions({ stages, declarations }: Pipeline): readonly PlotDefinition[] {
  const ofStages = stages.flatMap(({ outs }) =>
    outs.filter(({ kind }) => kind === 'plot').map(({ path, plot }) => definitionOf(path, plot ?? {})),
  );
  const top = declarations.plots.map(ofTopLevel);
  const redrawn = new Set(top.map(({ id }) => id));
  return [...ofStages.filter(({ id }) => !redrawn.has(id)), ...top];
}

/** For one file, each column of `y` a series. */
export function definitionOf(file: string, style: PlotStyle): PlotDefinition {
  const x = style.x === undefined ? undefined : { file, column: style.x };
  const columns = style.y === undefined || style.y.length === 0 ? [undefined] : style.y;
  return { id: file, style, series: columns.map((y) => ({ file, y, x })) };
}

/** `y: {file: columns}` says where the data is; otherwise the name is the path. `x` may name another file. */
function ofTopLevel({ id, folder, options }: TopPlot): PlotDefinition {
  const { x, y } = record(options);
  const pathOf = (written: string): string => {
    const path = resolveFromRoot(folder, written);
    return path.ok ? path.value : written;
  };
  const style = plotStyle(options);
  if (typeof y !== 'object' || y === null || Array.isArray(y)) {
    const { series } = definitionOf(pathOf(id), style);
    return { id: folder === '.' ? id : `${folder}/${id}`, style, series };
  }
  const [xFile, xColumn] = Object.entries(record(x))[0] ?? [];
  const series = Object.entries(y).flatMap(([file, columns]) =>
    texts(columns).map((column): PlotSeries => {
      const ownX = style.x === undefined ? undefined : { file: pathOf(file), column: style.x };
      const otherX =
        xFile === undefined || typeof xColumn !== 'string' ? ownX : { file: pathOf(xFile), column: xColumn };
      return { file: pathOf(file), y: column, x: otherX };
    }),
  );
  return { id, style, series };
}
