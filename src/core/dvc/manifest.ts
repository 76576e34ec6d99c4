/**
 * A folder as DVC keeps it: a JSON list of files with their MD5, itself named by the MD5 of its text
 * (`….dir`). The text is Python's `json.dumps(list, sort_keys=True)`, sorted by Unicode code point. Pure.
 */
import { parseJson } from '../../lib/parse-json.ts';
import { isEntryName } from '../tree.ts';

export interface ManifestFile {
  readonly md5: string;
  /** With `/`, below the folder. */
  readonly relpath: string;
}

export function renderManifest(files: readonly ManifestFile[]): string {
  const sorted = files
    .map((file) => ({ file, points: Array.from(file.relpath) }))
    .sort((a, b) => compareCodePoints(a.points, b.points));
  const items = sorted.map(({ file }) => `{"md5": ${pythonJson(file.md5)}, "relpath": ${pythonJson(file.relpath)}}`);
  return `[${items.join(', ')}]`;
}

/** Undefined: it is none. A path that would lead out of the folder makes it none. */
export function parseManifest(text: string): readonly ManifestFile[] | undefined {
  const list = parseJson(text);
  if (!Array.isArray(list)) return undefined;
  const files = list.flatMap((item: unknown) => readFile(item) ?? []);
  return files.length === list.length ? files : undefined;
}

function readFile(item: unknown): ManifestFile | undefined {
  if (typeof item !== 'object' || item === null || !('md5' in item) || !('relpath' in item)) return undefined;
  const { md5, relpath } = item;
  if (typeof md5 !== 'string' || typeof relpath !== 'string' || !isMd5(md5)) return undefined;
  return relpath.split('/').every(isEntryName) ? { md5, relpath } : undefined;
}

export const isMd5 = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);

/** JavaScript's own order is by UTF-16 code unit, and puts U+FFEE after an emoji. */
function compareCodePoints(a: readonly string[], b: readonly string[]): number {
  for (const [index, point] of a.entries()) {
    const difference = (point.codePointAt(0) ?? 0) - (b[index]?.codePointAt(0) ?? -1);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const pythonJson = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
