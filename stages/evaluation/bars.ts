/** A bar for each of a few names, as inline SVG text; colours come from the page's style sheet. */
import type { Owner } from './svg.ts';

export interface Bar {
  /** Escaped already. */
  readonly name: string;
  /** One bar each, none below 0; NaN leaves a gap. */
  readonly values: readonly { readonly owner: Owner; readonly value: number }[];
}

const WIDTH = 320;
const NAMES = 116;
const BAR = 14;
const GAP = 10;

export function renderBars(title: string, bars: readonly Bar[]): string {
  const most = Math.max(...bars.flatMap(({ values }) => values.map(({ value }) => value || 0)), 0) || 1;
  const tall = Math.max(1, ...bars.map(({ values }) => values.length));
  const step = tall * BAR + GAP;
  const rows = bars.map(({ name, values }, i) => {
    const label = `<text class="label" x="${NAMES - 8}" y="${i * step + (tall * BAR) / 2 + 4}" text-anchor="end">${name}</text>`;
    return label + values.map(({ owner, value }, k) => renderBar(owner, value, most, i * step + k * BAR)).join('');
  });
  return `<svg viewBox="0 0 ${WIDTH} ${bars.length * step}" role="img" aria-label="${title}">${rows.join('')}</svg>`;
}

function renderBar(owner: Owner, value: number, most: number, y: number): string {
  if (Number.isNaN(value)) return '';
  const width = Math.round((Math.max(value, 0) / most) * (WIDTH - NAMES - 50) * 10) / 10;
  return (
    `<rect class="bar ${owner}" x="${NAMES}" y="${y + 1}" width="${width}" height="${BAR - 2}" rx="2"/>` +
    `<text class="tick" x="${NAMES + width + 6}" y="${y + 11}">${value.toFixed(3)}</text>`
  );
}
