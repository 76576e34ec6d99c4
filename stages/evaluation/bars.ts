/** A bar for each of a few names, as inline SVG text; colours come from the page's style sheet. */
export interface Bar {
  readonly name: string;
  readonly value: number;
}

const WIDTH = 320;
const ROW = 24;
const NAMES = 110;

/** Names must be escaped already. */
export function renderBars(title: string, bars: readonly Bar[]): string {
  const most = bars.reduce((highest, { value }) => Math.max(highest, value), 0) || 1;
  const height = bars.length * ROW + 4;
  const rows = bars.map(({ name, value }, i) => {
    const width = Math.round((value / most) * (WIDTH - NAMES - 50) * 10) / 10;
    const y = i * ROW;
    return (
      `<text class="label" x="${NAMES - 8}" y="${y + 16}" text-anchor="end">${name}</text>` +
      `<rect class="bar" x="${NAMES}" y="${y + 4}" width="${width}" height="${ROW - 8}" rx="2"/>` +
      `<text class="tick" x="${NAMES + width + 6}" y="${y + 16}">${value.toFixed(3)}</text>`
    );
  });
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">${rows.join('')}</svg>`;
}
