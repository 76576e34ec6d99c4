/** What `migrate` has to say of one thing in a file of DVC's. */

import { PLOT_TEMPLATES } from '../plot-style.ts';

export interface Note {
  /** `changed`: it means the same, written otherwise. `lost`: pipe has nothing like it. */
  readonly kind: 'changed' | 'lost';
  /** Root-relative. */
  readonly file: string;
  /** Where in the file: `stages.train.outs[0]`; empty for the file as a whole. */
  readonly path: string;
  /** What it is, why, and what to do about it. */
  readonly message: string;
}

/** A place below another in the same file. */
export interface Spot {
  readonly file: string;
  readonly path: string;
  readonly notes: Note[];
}

export function note({ notes, file, path }: Spot, kind: Note['kind'], message: string): void {
  // An alias is one text that stands in several places.
  if (!notes.some((other) => other.file === file && other.path === path && other.message === message))
    notes.push({ kind, file, path, message });
}

/** Of a plot that names a template of one's own, in `.dvc/plots`: pipe draws with its own. */
export function noteTemplate(spot: Spot, template: string | undefined): void {
  const name = template?.replace(/\.json$/, '');
  const known: readonly string[] = [...PLOT_TEMPLATES, 'scatter_jitter'];
  if (name === undefined || name.includes('${') || known.includes(name)) return;
  note(
    spot,
    'lost',
    `template \`${name}\` is one of your own: it is drawn as lines; \`pipe plots show --json\` gives Vega-Lite to change`,
  );
}

export const below = (spot: Spot, part: string | number): Spot => ({
  ...spot,
  path: typeof part === 'number' ? `${spot.path}[${part}]` : spot.path === '' ? part : `${spot.path}.${part}`,
});
