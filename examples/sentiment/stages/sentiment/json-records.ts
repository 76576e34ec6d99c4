/** JSON as collections of texts come in it, one object a line or one list of objects, as the rows of a table. */
import { err, ok } from '../../../../src/lib/result.ts';
import type { Checked } from '../../../../stages/lib/problem.ts';
import type { CsvRecord } from './csv.ts';

export const looksLikeJson = (text: string): boolean => /^\s*(\{\s*"|\[\s*\{)/.test(text);

/** The first record holds the keys of the first object. */
export function parseJsonRecords(file: string, text: string): Checked<readonly CsvRecord[]> {
  const objects: { readonly line: number; readonly value: Readonly<Record<string, unknown>> }[] = [];
  const lines = text.trimStart().startsWith('[') ? [text] : text.split('\n');
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const found = parseObjects(line);
    if (found === undefined) return err([{ file, line: i + 1, message: 'is not JSON with an object for each text' }]);
    objects.push(...found.map((value) => ({ line: i + 1, value })));
  }
  const names = Object.keys(objects[0]?.value ?? {});
  const rows = objects.map(({ line, value }) => ({ line, cells: names.map((name) => cellOf(value[name])) }));
  return ok([{ line: 0, cells: names }, ...rows]);
}

function parseObjects(text: string): readonly Readonly<Record<string, unknown>>[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.every(isObject) ? list : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function cellOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
