/**
 * Curves in the unit square as inline SVG text. Knows nothing of models; colours come from the page's style
 * sheet, so that one drawing serves light and dark.
 */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Who a curve or mark belongs to; the page's legend says which colour that is. */
export type Owner = 'candidate' | 'champion';

export interface Line {
  readonly owner: Owner;
  readonly points: readonly Point[];
  readonly marked?: Point;
}

export interface Chart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Drawn in this order, the last on top. */
  readonly lines: readonly Line[];
  readonly hasDots: boolean;
  /** Dashed: what chance, or perfection, would look like. */
  readonly reference: readonly [Point, Point];
}

const SIZE = 320;
const MARGIN = { left: 46, right: 12, top: 12, bottom: 42 };
const WIDTH = SIZE - MARGIN.left - MARGIN.right;
const HEIGHT = SIZE - MARGIN.top - MARGIN.bottom;

export function renderChart({ title, xLabel, yLabel, lines, hasDots, reference }: Chart): string {
  return [
    `<svg viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-label="${title}">`,
    ...[0, 0.25, 0.5, 0.75, 1].map(renderTick),
    `<text class="label" x="${MARGIN.left + WIDTH / 2}" y="${SIZE - 6}" text-anchor="middle">${xLabel}</text>`,
    `<text class="label" transform="translate(12 ${MARGIN.top + HEIGHT / 2}) rotate(-90)" text-anchor="middle">${yLabel}</text>`,
    `<path class="reference" d="${path(reference)}"/>`,
    ...lines.map((line) => renderLine(line, hasDots)),
    '</svg>',
  ].join('');
}

function renderLine({ owner, points, marked }: Line, hasDots: boolean): string {
  const kept = thin(points);
  const dots = hasDots ? kept.map((point) => dot(point, `dot ${owner}`, 3)) : [];
  const mark = marked === undefined ? [] : [dot(marked, `mark ${owner}`, 4.5)];
  return [`<path class="line ${owner}" d="${path(kept)}"/>`, ...dots, ...mark].join('');
}

function renderTick(value: number): string {
  const { x, y } = place({ x: value, y: value });
  return [
    `<path class="grid" d="M${x} ${MARGIN.top}V${MARGIN.top + HEIGHT}M${MARGIN.left} ${y}H${MARGIN.left + WIDTH}"/>`,
    `<text class="tick" x="${x}" y="${MARGIN.top + HEIGHT + 15}" text-anchor="middle">${value}</text>`,
    `<text class="tick" x="${MARGIN.left - 6}" y="${y + 3}" text-anchor="end">${value}</text>`,
  ].join('');
}

function path(points: readonly Point[]): string {
  return points
    .map(place)
    .map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`)
    .join('');
}

function dot(point: Point, kind: string, radius: number): string {
  const { x, y } = place(point);
  return `<circle class="${kind}" cx="${x}" cy="${y}" r="${radius}"/>`;
}

function place({ x, y }: Point): Point {
  return { x: round(MARGIN.left + x * WIDTH), y: round(MARGIN.top + (1 - y) * HEIGHT) };
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** Two points within half a pixel of each other are one to the eye; a curve may have ten thousand. */
export function thin<P extends Point>(points: readonly P[]): readonly P[] {
  const kept: P[] = [];
  for (const [index, point] of points.entries()) {
    const last = kept.at(-1);
    const isNear = last && Math.abs(last.x - point.x) * WIDTH < 0.5 && Math.abs(last.y - point.y) * HEIGHT < 0.5;
    if (!isNear || index === points.length - 1) kept.push(point);
  }
  return kept;
}
