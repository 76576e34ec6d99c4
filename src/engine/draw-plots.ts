/**
 * Pictures as SVG, as PNG, and all of them as one page. Vega and the rasterizer are loaded when something is drawn.
 *
 * Text is measured without a browser, so that one input gives one SVG on every machine; a PNG takes the fonts it finds.
 */
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import type { Resvg as Rasterizer } from '@resvg/resvg-js';
import type { Failure } from '../core/failure.ts';
import { toVegaLite } from '../core/plot-spec.ts';
import { type PagePlot, renderPage } from '../core/plots-page.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { publishFile } from '../store/publish.ts';
import { systemFailure } from '../store/system-failure.ts';
import type { Plot, Plots } from './plots.ts';

export interface DrawOptions {
  /** Absolute: the page, or for `svg` and `png` the folder of one file a picture. */
  readonly to: string;
  readonly format: 'html' | 'svg' | 'png';
}

/** Absolute paths of what was written. Failures: system. */
export async function writePlots(
  plots: Plots,
  { to, format }: DrawOptions,
): Promise<Result<readonly string[], Failure>> {
  try {
    if (format === 'html') {
      publishFile(to, await drawPage(plots), { durable: false });
      return ok([to]);
    }
    const written: string[] = [];
    for (const { name, bytes } of await drawFiles(plots, format)) {
      publishFile(join(to, name), bytes, { durable: false });
      written.push(join(to, name));
    }
    return ok(written);
  } catch (error) {
    return err(systemFailure(error, { operation: 'write', path: to }));
  }
}

async function drawPage({ revisions, plots, problems }: Plots): Promise<string> {
  const drawn: PagePlot[] = [];
  for (const plot of plots) drawn.push(await drawForPage(plot));
  const notes = problems.map(({ revision, path, problem }) => `${path} of ${revision} ${problem}`);
  return renderPage({ revisions, plots: drawn, notes });
}

async function drawForPage(plot: Plot): Promise<PagePlot> {
  if (plot.kind === 'picture') return { kind: 'drawing', id: plot.id, svg: await drawSvg(plot) };
  const images = plot.images.map(({ revision, bytes }) => ({ revision, url: dataUrl(plot.id, bytes) }));
  return { kind: 'images', id: plot.id, images };
}

interface Drawn {
  readonly name: string;
  readonly bytes: string | Uint8Array;
}

async function drawFiles({ plots }: Plots, format: 'svg' | 'png'): Promise<readonly Drawn[]> {
  const drawn: Drawn[] = [];
  for (const plot of plots) {
    if (plot.kind === 'images') {
      const nameOf = (revision: string) => `${fileName(plot.id)}-${fileName(revision)}${extname(plot.id)}`;
      drawn.push(...plot.images.map(({ revision, bytes }) => ({ name: nameOf(revision), bytes })));
      continue;
    }
    const svg = await drawSvg(plot);
    drawn.push({ name: `${fileName(plot.id)}.${format}`, bytes: format === 'svg' ? svg : drawPng(svg) });
  }
  return drawn;
}

async function drawSvg(plot: Extract<Plot, { kind: 'picture' }>): Promise<string> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const quiet = { level: () => quiet, error: () => quiet, warn: () => quiet, info: () => quiet, debug: () => quiet };
  const { spec } = compile(JSON.parse(JSON.stringify(toVegaLite(plot))), { logger: quiet });
  const view = new vega.View(vega.parse(spec), { renderer: 'none', logger: quiet });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** Twice the size: sharp where it is read. */
function drawPng(svg: string): Uint8Array {
  // Not `import`: it has a native part, stays outside the bundle, and the launcher's scripts can only require.
  const { Resvg }: { readonly Resvg: typeof Rasterizer } = createRequire(import.meta.url)('@resvg/resvg-js');
  return new Resvg(svg, { fitTo: { mode: 'zoom', value: 2 }, font: { defaultFontFamily: 'DejaVu Sans' } })
    .render()
    .asPng();
}

/** One that every disk takes, and that still says what it is. */
const fileName = (id: string): string => id.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '') || 'plot';

function dataUrl(file: string, bytes: Uint8Array): string {
  const kind = extname(file).slice(1).toLowerCase();
  const mime = { svg: 'svg+xml', jpg: 'jpeg' }[kind] ?? kind;
  return `data:image/${mime};base64,${Buffer.from(bytes).toString('base64')}`;
}
