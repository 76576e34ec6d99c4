/**
 * One feature as inline SVG: bars say how many rows have a value, dots how many of those are severe.
 * Knows nothing of the page; colours come from its style sheet.
 */
import type { Marginal, ValueCount } from './marginals.ts';

const WIDTH = 340;
const HEIGHT = 170;
const PLOT = { left: 8, right: 42, top: 8, bottom: 24 };
const INNER_WIDTH = WIDTH - PLOT.left - PLOT.right;
const INNER_HEIGHT = HEIGHT - PLOT.top - PLOT.bottom;
/** More would run into each other, and so would fewer long ones. */
const MAX_LABELS = 12;
/** Of a digit, and of the gap between two labels, in units of the drawing. */
const DIGIT = 7;

export function renderMarginal({ feature, values }: Marginal): string {
  const total = values.reduce((sum, { rows }) => sum + rows, 0);
  const most = Math.max(...values.map(({ rows }) => rows));
  const step = INNER_WIDTH / values.length;
  const every = labelEvery(values, step);
  const columns = values.map((value, i) => {
    const x = PLOT.left + i * step;
    const height = (value.rows / most) * INNER_HEIGHT;
    const bar = `<rect class="bar" x="${round(x + step * 0.1)}" y="${round(PLOT.top + INNER_HEIGHT - height)}" width="${round(step * 0.8)}" height="${round(height)}"/>`;
    const dot = `<circle class="mark" cx="${round(x + step / 2)}" cy="${round(shareToY(severeShare(value)))}" r="3.5"/>`;
    const label =
      i % every === 0
        ? `<text class="tick" x="${round(x + step / 2)}" y="${HEIGHT - 8}" text-anchor="middle">${shortLabel(value)}</text>`
        : '';
    return `<g><title>${labelOf(value)}: ${percent(value.rows / total)} of rows, ${percent(severeShare(value))} of them severe</title>${bar}${dot}</g>${label}`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${feature}">${renderAxis()}${columns.join('')}</svg>`;
}

/** Every how manyth value has its label below: as many as find room beside each other. */
function labelEvery(values: readonly ValueCount[], step: number): number {
  const longest = Math.max(...values.map((value) => shortLabel(value).length));
  return Math.max(Math.ceil(values.length / MAX_LABELS), Math.ceil(((longest + 1) * DIGIT) / step));
}

function renderAxis(): string {
  return [0, 0.5, 1]
    .map((share) => {
      const y = round(shareToY(share));
      return `<path class="grid" d="M${PLOT.left} ${y}H${WIDTH - PLOT.right}"/><text class="tick" x="${WIDTH - PLOT.right + 4}" y="${y + 4}">${share * 100} %</text>`;
    })
    .join('');
}

const shareToY = (share: number): number => PLOT.top + INNER_HEIGHT * (1 - share);
const severeShare = ({ rows, positives }: ValueCount): number => positives / rows;

/** "3", "18 to 24", "missing". */
function labelOf({ from, to }: ValueCount): string {
  if (from === null || to === null) return 'missing';
  return from === to ? String(from) : `${from} to ${to}`;
}

/** Under a bar there is room for the lower end only. */
const shortLabel = ({ from }: ValueCount): string => (from === null ? 'none' : String(round(from)));
const round = (value: number): number => Math.round(value * 10) / 10;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
