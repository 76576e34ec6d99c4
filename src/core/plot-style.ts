/** How a plot is drawn, as `plots:` of pipeline.yaml and the command line say it. Pure; knows no data. */

export const PLOT_TEMPLATES = [
  'linear',
  'simple',
  'smooth',
  'scatter',
  'bar',
  'bar_horizontal',
  'bar_horizontal_sorted',
  'confusion',
  'confusion_normalized',
  'roc',
] as const;

export type PlotTemplate = (typeof PLOT_TEMPLATES)[number];

/** How a stage's plot is drawn; whatever is not said is found in the data. */
export interface PlotStyle {
  readonly x?: string;
  readonly y?: readonly string[];
  readonly title?: string;
  readonly xLabel?: string;
  readonly yLabel?: string;
  readonly template?: string;
  /** false: the first line of a CSV file holds values. */
  readonly header?: boolean;
}

/** From `x_label` and its like, as they stand in pipeline.yaml; what has another shape counts as not said. */
export function plotStyle(options: unknown): PlotStyle {
  const { x, y, title, x_label: xLabel, y_label: yLabel, template, header } = record(options);
  return {
    ...(typeof x === 'string' && { x }),
    ...(texts(y).length > 0 && { y: texts(y) }),
    ...(typeof title === 'string' && { title }),
    ...(typeof xLabel === 'string' && { xLabel }),
    ...(typeof yLabel === 'string' && { yLabel }),
    ...(typeof template === 'string' && { template }),
    ...(typeof header === 'boolean' && { header }),
  };
}

export const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

export const texts = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((member) => typeof member === 'string');
