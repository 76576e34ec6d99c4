/**
 * One picture as a Vega-Lite specification: several revisions in one, told apart by colour. Pure and deterministic.
 * Formats: https://vega.github.io/vega-lite/docs/ .
 */
import { assertNever } from '../lib/assert-never.ts';
import type { Json } from '../lib/canonical-json.ts';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { type PlotStyle, type PlotTemplate, PLOT_TEMPLATES } from './plot-style.ts';
import { type Point, thinOut } from './plot-points.ts';

type JsonMap = { readonly [key: string]: Json };

export interface Picture {
  readonly id: string;
  readonly style: PlotStyle;
  /** Of all revisions, in the order in which they are to be named. */
  readonly revisions: readonly string[];
  /** A list for each revision and series. */
  readonly lines: readonly (readonly Point[])[];
}

const SIZE = { width: 420, height: 300 };
/** Told apart by people who see colours differently: Okabe and Ito, 2008. */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#999999', '#000000'];

export function toVegaLite(picture: Picture): JsonMap {
  const template = templateOf(picture.style);
  const points = picture.lines.flatMap((line) => (isCounted(template) ? line : thinOut(line)));
  const total = picture.lines.reduce((sum, line) => sum + line.length, 0);
  const left = points.length < total ? { subtitle: `${points.length} of ${total} points` } : {};
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: { text: picture.style.title ?? picture.id, anchor: 'start', ...left },
    background: 'white',
    config: { font: 'sans-serif', axis: { grid: true, gridColor: '#e8e8e8' }, view: { stroke: '#cccccc' } },
    ...(isCounted(template) ? confusion(picture, template) : drawn(picture, template, points)),
  };
}

function templateOf({ template }: PlotStyle): PlotTemplate {
  if (template === 'scatter_jitter') return 'scatter'; // DVC's, whose points are moved apart
  return PLOT_TEMPLATES.find((known) => known === template) ?? 'linear';
}

const isCounted = (template: PlotTemplate): template is 'confusion' | 'confusion_normalized' =>
  template === 'confusion' || template === 'confusion_normalized';

function drawn(picture: Picture, template: PlotTemplate, points: readonly Point[]): JsonMap {
  const rows = points.map((point): JsonMap => ({ ...point }));
  const layers = [...marksOf(template, picture), ...(template === 'roc' ? [DIAGONAL] : [])];
  return { ...SIZE, data: { values: rows }, encoding: encodingOf(picture, template), layer: layers };
}

const DIAGONAL: JsonMap = {
  data: {
    values: [
      { x: 0, y: 0 },
      { x: 1, y: 1 },
    ],
  },
  mark: { type: 'line', strokeDash: [4, 4], color: '#999999', strokeWidth: 1 },
  encoding: { x: { field: 'x' }, y: { field: 'y' }, color: { value: '#999999' }, strokeDash: { value: [4, 4] } },
};

function marksOf(template: PlotTemplate, { lines }: Picture): readonly JsonMap[] {
  switch (template) {
    case 'scatter':
      return [{ mark: { type: 'point', filled: true, opacity: 0.7 } }];
    case 'bar':
    case 'bar_horizontal':
    case 'bar_horizontal_sorted':
      return [{ mark: { type: 'bar' } }];
    case 'smooth':
      return [
        { mark: { type: 'line', opacity: 0.25 } },
        {
          transform: [{ loess: 'y', on: 'x', groupby: ['revision', 'series'], bandwidth: 0.3 }],
          mark: { type: 'line' },
        },
      ];
    case 'linear':
    case 'simple':
    case 'roc':
    case 'confusion':
    case 'confusion_normalized':
      // A line with a single point would not be seen.
      return [{ mark: { type: 'line', ...(lines.some(({ length }) => length < 3) && { point: true }) } }];
    default:
      return assertNever(template);
  }
}

function encodingOf(picture: Picture, template: PlotTemplate): JsonMap {
  const { style, revisions, lines } = picture;
  const series = [...new Set(lines.flatMap((line) => line.map((point) => point.series)))];
  const isHorizontal = template === 'bar_horizontal' || template === 'bar_horizontal_sorted';
  const isBar = isHorizontal || template === 'bar';
  const yTitle = style.yLabel ?? (series.length === 1 ? (series[0] ?? 'y') : 'y');
  const along: JsonMap = {
    field: 'x',
    type: isBar ? 'nominal' : typeOf(lines, 'x'),
    title: style.xLabel ?? style.x ?? 'step',
    ...(isBar && { sort: template === 'bar_horizontal_sorted' ? (isHorizontal ? '-x' : '-y') : null }),
  };
  const up: JsonMap = {
    field: 'y',
    type: typeOf(lines, 'y'),
    title: yTitle,
    scale: { zero: isBar || template === 'roc' },
  };
  // One revision with several columns: these are what has to be told apart.
  const told = revisions.length === 1 && series.length > 1 ? 'series' : 'revision';
  const domain = told === 'series' ? series : revisions;
  const colour: JsonMap = {
    field: told,
    type: 'nominal',
    title: null,
    scale: { domain: [...domain], range: domain.map((_, index) => COLOURS[index % COLOURS.length] ?? '#000000') },
    legend: domain.length === 1 ? null : { labelLimit: LABEL_PIXELS },
  };
  const offset =
    isBar && domain.length > 1 ? { [isHorizontal ? 'yOffset' : 'xOffset']: { field: told, sort: [...domain] } } : {};
  const dash =
    told === 'revision' && series.length > 1 && !isBar && template !== 'scatter'
      ? { strokeDash: { field: 'series', type: 'nominal', title: null, legend: SERIES_LEGEND } }
      : {};
  return { x: isHorizontal ? up : along, y: isHorizontal ? along : up, color: colour, ...offset, ...dash };
}

/** Series are told apart by paths that begin alike: cut off at the usual width they would read the same. */
const LABEL_PIXELS = 400;
const SERIES_LEGEND = {
  symbolType: 'stroke',
  symbolStrokeColor: '#444444',
  symbolStrokeWidth: 2,
  symbolSize: 400,
  labelLimit: LABEL_PIXELS,
};

function typeOf(lines: Picture['lines'], axis: 'x' | 'y'): string {
  return lines.every((line) => line.every((point) => typeof point[axis] === 'number')) ? 'quantitative' : 'nominal';
}

/** Counted here: what is drawn is a small table, however long the file is. */
function confusion({ style, revisions, lines }: Picture, template: 'confusion' | 'confusion_normalized'): JsonMap {
  const isShare = template === 'confusion_normalized';
  const values = revisions.flatMap((revision) =>
    countPairs(lines.flat().filter((point) => point.revision === revision)),
  );
  const field = isShare ? 'share' : 'count';
  const cell: JsonMap = {
    x: { field: 'x', type: 'nominal', title: style.xLabel ?? style.x ?? 'x', axis: { labelAngle: 0, grid: false } },
    y: { field: 'y', type: 'nominal', title: style.yLabel ?? style.y?.[0] ?? 'y', axis: { grid: false } },
  };
  const shade: JsonMap = {
    field,
    type: 'quantitative',
    title: isShare ? 'share' : 'count',
    scale: { scheme: 'blues' },
  };
  return {
    data: { values },
    facet: { column: { field: 'revision', type: 'nominal', title: null, sort: [...revisions] } },
    spec: {
      width: 220,
      height: 220,
      encoding: cell,
      layer: [
        { mark: 'rect', encoding: { color: shade } },
        {
          mark: { type: 'text', fontSize: 13 },
          encoding: {
            text: { field, type: 'quantitative', ...(isShare && { format: '.2f' }) },
            color: { condition: { test: 'datum.strength > 0.5', value: 'white' }, value: 'black' },
          },
        },
      ],
    },
  };
}

function countPairs(points: readonly Point[]): readonly JsonMap[] {
  const counts = new Map<string, { readonly x: string; readonly y: string; count: number }>();
  for (const { x, y } of points) {
    const key = JSON.stringify([x, y]);
    const pair = counts.get(key) ?? { x: String(x), y: String(y), count: 0 };
    counts.set(key, { ...pair, count: pair.count + 1 });
  }
  const ofColumn = (x: string) => [...counts.values()].reduce((sum, pair) => sum + (pair.x === x ? pair.count : 0), 0);
  const most = Math.max(...[...counts.values()].map(({ count }) => count));
  const { revision = '' } = points[0] ?? {};
  return [...counts]
    .sort(([a], [b]) => compareCodeUnits(a, b))
    .map(([, { x, y, count }]) => ({ revision, x, y, count, share: count / ofColumn(x), strength: count / most }));
}
