/** Pictures as one HTML page that needs no network: everything is in it. Pure text. */

export interface PageImage {
  readonly revision: string;
  /** `data:image/png;base64,…`. */
  readonly url: string;
}

export type PagePlot =
  | { readonly kind: 'drawing'; readonly id: string; readonly svg: string }
  | { readonly kind: 'images'; readonly id: string; readonly images: readonly PageImage[] };

export interface Page {
  readonly revisions: readonly string[];
  readonly plots: readonly PagePlot[];
  /** What could not be shown. */
  readonly notes: readonly string[];
}

export function renderPage({ revisions, plots, notes }: Page): string {
  const title = `Plots: ${revisions.join(', ')}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escapeText(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeText(title)}</h1>
${notes.map((note) => `<p class="note">${escapeText(note)}</p>\n`).join('')}<main>
${plots.map(renderPlot).join('\n')}
</main>
</body>
</html>
`;
}

function renderPlot(plot: PagePlot): string {
  if (plot.kind === 'drawing') return `<figure aria-label="${escapeText(plot.id)}">${plot.svg}</figure>`;
  const images = plot.images.map(
    ({ revision, url }) =>
      `<div><img src="${url}" alt="${escapeText(`${plot.id} of ${revision}`)}"><p>${escapeText(revision)}</p></div>`,
  );
  return `<figure><figcaption>${escapeText(plot.id)}</figcaption><div class="images">${images.join('')}</div></figure>`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color: #222; background: #fff; }
h1 { font-size: 1.3rem; }
main { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start; }
figure { margin: 0; padding: 1rem; border: 1px solid #ddd; border-radius: 6px; max-width: 100%; overflow-x: auto; }
figcaption { font-weight: bold; margin-bottom: .5rem; }
.images { display: flex; flex-wrap: wrap; gap: 1rem; }
.images img { max-width: 420px; height: auto; display: block; }
.images p { margin: .3rem 0 0; color: #555; }
.note { color: #8a5a00; }
@media (prefers-color-scheme: dark) {
  body { color: #ddd; background: #1b1b1b; }
  figure { color: #222; background: #fff; border-color: #444; }
  .note { color: #e0a84a; }
}
`;
