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
  const named = Object.entries(record(x)).flatMap(([file, column]) =>
    typeof column === 'string' ? [{ file: pathOf(file), column }] : [],
  );
  // Of several files each has the column of its own.
  const xOf = (file: string): PlotSeries['x'] =>
    style.x === undefined ? (named.find((one) => one.file === file) ?? named[0]) : { file, column: style.x };
  if (typeof y !== 'object' || y === null || Array.isArray(y)) {
    const { series } = definitionOf(pathOf(id), style);
    const path = folder === '.' ? id : `${folder}/${id}`;
    return { id: path, style, series: series.map((one) => ({ ...one, x: xOf(one.file) })) };
  }
  const series = Object.entries(y).flatMap(([file, columns]) =>
    texts(columns).map((column): PlotSeries => ({ file: pathOf(file), y: column, x: xOf(pathOf(file)) })),
  );
  return { id, style, series };
}

/** With titles for axes that have none: the columns that are drawn along them. Undefined where the data has to say. */
export function withAxisTitles({ style, series }: PlotDefinition): PlotStyle {
  const xLabel = style.xLabel ?? titleOf(series.map(({ x }) => x?.column));
  const yLabel = style.yLabel ?? titleOf(series.map(({ y }) => y));
  return { ...style, ...(xLabel !== undefined && { xLabel }), ...(yLabel !== undefined && { yLabel }) };
}

/** A few names; of more the legend says which is which. */
function titleOf(columns: readonly (string | undefined)[]): string | undefined {
  const names = [...new Set(columns.flatMap((column) => column ?? []))];
  const title = names.join(', ');
  return names.length === 0 || title.length > MOST_TITLE ? undefined : title;
}

/** Characters that stand beside an axis without leaving it. */
const MOST_TITLE = 40;
