/**
 * A YAML text with its numbers, booleans and nulls as Python would print them: what DVC inserts for
 * `${lr}` is the value it read (`0.10` becomes `0.1`), where pipe inserts what was written.
 *
 * So the names, commands and paths that dvc.lock holds are found by filling templates in from such a text. Pure.
 */
import { isScalar, parseDocument, type Scalar, visit } from 'yaml';
import type { ReadText } from '../template-vars.ts';
import { pythonFloat, spacedNumber } from './python.ts';

export interface SpellingOptions {
  /** What stands for null, which DVC inserts as `None`: that, or its JSON. Absent: nulls stay. */
  readonly nulls?: 'None' | '"None"';
}

/** A text that is no YAML comes back as it is: whoever reads it says what is wrong. */
export function inPythonSpelling(text: string, { nulls }: SpellingOptions = {}): string {
  const document = parseDocument(text, { version: '1.2', merge: true, intAsBigInt: true, prettyErrors: false });
  if (document.errors.length > 0) return text;
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  visit(document, {
    Scalar: (_, node) => {
      const spelled = node.value === null && nulls !== undefined ? noneFor(node, nulls) : spell(node.value);
      if (!isScalar(node) || node.type !== 'PLAIN' || !node.range || spelled === undefined) return;
      if (spelled !== node.source) edits.push({ start: node.range[0], end: node.range[1], text: spelled });
    },
  });
  let result = text;
  for (const edit of edits.toReversed()) result = `${result.slice(0, edit.start)}${edit.text}${result.slice(edit.end)}`;
  return result;
}

/** The same of the files that templates take values from. */
export const printedFiles =
  (readText: ReadText): ReadText =>
  (path) => {
    const text = readText(path);
    if (text === undefined || !/\.(ya?ml|json)$/i.test(path)) return text;
    return inPythonSpelling(text, { nulls: /\.json$/i.test(path) ? '"None"' : 'None' });
  };

/** Where nothing is written after `key:` a space has to come first. */
const noneFor = ({ source }: Scalar, none: string): string => (source === '' ? ` ${none}` : none);

function spell(value: unknown): string | undefined {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return spell(spacedNumber(value));
  if (typeof value === 'number') return pythonFloat(value);
  if (typeof value === 'boolean') return String(value);
  return undefined;
}
