/** The files of a template of `pipe init`: the small one is text of ours, others stand beside the bundle. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { TEMPLATE } from './init-template.ts';

export const TEMPLATES = ['words', 'accidents'] as const;

export type TemplateName = (typeof TEMPLATES)[number];

/** Path, root-relative, to content; pipeline.yaml comes first. */
export function templateFiles(name: TemplateName): ReadonlyMap<string, string | Uint8Array> {
  if (name === 'words') return new Map(Object.entries(TEMPLATE));
  const folder = locate(name);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort((a, b) => rank(a) - rank(b) || compareCodeUnits(a, b));
  return new Map(files.map((file) => [file, readFileSync(join(folder, file))]));
}

const rank = (file: string): number => (file === 'pipeline.yaml' ? 0 : 1);

/** From the bundle, from one of its chunks, or from source. */
function locate(name: TemplateName): string {
  const places = ['./', '../', '../../dist/'].map((place) =>
    fileURLToPath(new URL(`${place}templates/${name}`, import.meta.url)),
  );
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error(`the template ${name} is missing from this installation`);
  return found;
}
