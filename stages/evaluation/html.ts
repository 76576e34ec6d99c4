/**
 * The pieces every page of the stages is made of, as text. No script, no network: a page is one file that opens
 * anywhere and prints. Callers escape what they did not write themselves.
 */
import { STYLE } from './style.ts';

export interface Page {
  readonly title: string;
  /** Added to the common style sheet. */
  readonly style?: string;
  readonly header: string;
  readonly main: string;
}

export function renderPage({ title, style = '', header, main }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${STYLE}${style}</style>
</head>
<body>
<header>
${header}
</header>
<main>
${main}
</main>
</body>
</html>
`;
}

export interface Tile {
  readonly name: string;
  readonly value: string;
  /** What the number means, in a few words. */
  readonly note?: string;
}

export function renderTiles(tiles: readonly Tile[]): string {
  const items = tiles.map(({ name, value, note }) => {
    const below = note === undefined ? '' : `<dd class="note">${note}</dd>`;
    return `<dl><dt>${name}</dt><dd>${value}</dd>${below}</dl>`;
  });
  return `<section class="tiles">${items.join('')}</section>`;
}

export function card(title: string, content: string, caption = ''): string {
  const below = caption === '' ? '' : `<figcaption>${caption}</figcaption>`;
  return `<figure><h3>${title}</h3>${content}${below}</figure>`;
}

export interface Section {
  readonly title: string;
  readonly lead: string;
  readonly cards: readonly string[];
  /** For tables of many columns. */
  readonly isWide?: boolean;
}

export function section({ title, lead, cards, isWide = false }: Section): string {
  const kind = isWide ? 'cards wide' : 'cards';
  return `<h2>${title}</h2>\n<p class="lead">${lead}</p>\n<section class="${kind}">\n${cards.join('\n')}\n</section>`;
}

/** A row's first cell is its name. Columns called with a leading "~" make way where there is little room. */
export function renderTable(head: readonly string[], body: readonly (readonly string[])[]): string {
  const kinds = head.map((name) => (name.startsWith('~') ? ' class="less"' : ''));
  const names = head.map((name, i) => `<th scope="col"${kinds[i]}>${name.replace(/^~/, '')}</th>`).join('');
  const rows = body.map(([name = '', ...cells]) => {
    const rest = cells.map((cell, i) => `<td${kinds[i + 1] ?? ''}>${cell}</td>`).join('');
    return `<tr><th scope="row">${name}</th>${rest}</tr>`;
  });
  return `<div class="scroll"><table class="counts"><thead><tr>${names}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** 12345 as 12,345; by hand, since locales differ between machines and these bytes are digested. */
export const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** "+1.53": a difference of two shares in points, with a real minus. */
export function points(difference: number): string {
  const size = Math.abs(difference * 100).toFixed(2);
  return size === '0.00' ? '0.00' : `${difference < 0 ? '−' : '+'}${size}`;
}

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
