/**
 * Changes one thing in a YAML (or JSON) text and leaves every other byte as it was: comments, blank
 * lines, quotes and order belong to whoever wrote the file.
 *
 * Pure. Invariant: the new text reads as the old data with that one change, or the answer is a
 * refusal. So what follows may be simple about odd layouts: it is never wrong, only unable.
 */
import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import { err, ok, type Result } from '../lib/result.ts';
import { renderFlow } from './render-flow.ts';
import { isSameData, withItem, withKey, withoutKey, withValue } from './yaml-edit-data.ts';
import { appended, type Place, placed, renamed, withoutItem, withoutPair } from './yaml-edit-text.ts';
import type { PathPart } from './yaml-place.ts';

export type YamlEdit =
  /** Maps that are missing on the way are made. `written`: the value as somebody typed it. */
  | { readonly kind: 'set'; readonly path: readonly PathPart[]; readonly value: unknown; readonly written?: string }
  /** A key with its value, or an item of a list. */
  | { readonly kind: 'remove'; readonly path: readonly PathPart[] }
  | { readonly kind: 'rename'; readonly path: readonly PathPart[]; readonly to: string }
  /** To a list, which is made when there is none. */
  | { readonly kind: 'append'; readonly path: readonly PathPart[]; readonly value: string };

/** The error says why it has to be done by hand, as the end of a sentence. */
export function editYaml(text: string, edit: YamlEdit): Result<string, string> {
  const document = parse(text);
  if (document.errors.length > 0) return err('it is not valid YAML');
  const wanted = dataAfter(document.toJS() ?? {}, edit);
  // As typed first, then in quotes: inside brackets a comma means something else.
  for (const candidate of candidates(text, document, edit)) {
    const changed = parse(candidate);
    if (changed.errors.length === 0 && isSameData(changed.toJS() ?? {}, wanted)) return ok(candidate);
  }
  return err('it is laid out in a way that cannot be changed without disturbing the rest');
}

/** The path to the key that begins at this line and column; undefined when none does. */
export function keyAt(text: string, { line, column }: { line: number; column: number }): PathPart[] | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { version: '1.2', merge: true, prettyErrors: false, lineCounter: lines });
  let found: PathPart[] | undefined;
  visit(document, {
    Pair: (_, pair, around) => {
      if (!isScalar(pair.key) || !pair.key.range) return;
      const at = lines.linePos(pair.key.range[0]);
      if (at.line !== line || at.col !== column) return;
      found = [...around, pair].flatMap((node) => (isPair(node) && isScalar(node.key) ? [String(node.key.value)] : []));
      return visit.BREAK;
    },
  });
  return found;
}

export const hasKey = (text: string, path: readonly PathPart[]): boolean => parse(text).hasIn(path);

function parse(text: string): Document {
  return parseDocument(text, { version: '1.2', merge: true, intAsBigInt: true, prettyErrors: false });
}

function dataAfter(data: unknown, edit: YamlEdit): unknown {
  switch (edit.kind) {
    case 'set':
      return withValue(data, edit.path, edit.value);
    case 'remove':
      return withoutKey(data, edit.path);
    case 'rename':
      return withKey(data, edit.path, edit.to);
    case 'append':
      return withItem(data, edit.path, edit.value);
  }
}

function candidates(text: string, document: Document, edit: YamlEdit): readonly string[] {
  const place = findPlace(text, document, edit.path);
  switch (edit.kind) {
    case 'set': {
      const exact = renderFlow(edit.value);
      const texts = edit.written === undefined || isJson(text) ? [exact] : [edit.written, exact];
      return texts.flatMap((value) => placed(place, value) ?? []);
    }
    case 'remove':
      return [place.index === undefined ? withoutPair(place) : withoutItem(place)].flatMap((made) => made ?? []);
    case 'rename':
      return [renamed(place, edit.to), renamed(place, JSON.stringify(edit.to))].flatMap((made) => made ?? []);
    case 'append':
      return [edit.value, JSON.stringify(edit.value)].flatMap((item) => appended(place, item) ?? []);
  }
}

/** The deepest thing on the path that is there, and what is missing below it. */
function findPlace(text: string, document: Document, path: readonly PathPart[]): Place {
  let node: Node | null = document.contents;
  let map: YAMLMap | undefined;
  let pair: Pair | undefined;
  for (const [depth, part] of path.entries()) {
    if (isMap(node)) {
      map = node;
      pair = pairOf(node, part);
      if (pair === undefined) return { text, node: null, map, pair, missing: path.slice(depth) };
      node = standing(pair.value);
    } else if (isSeq(node) && typeof part === 'number' && depth === path.length - 1) {
      return { text, node, map, pair, missing: [], index: part };
    } else return { text, node, map, pair, missing: path.slice(depth) };
  }
  return { text, node, map, pair, missing: [] };
}

/** `key:` with nothing after it has nothing to be replaced. */
function standing(value: unknown): Node | null {
  if (!isNode(value)) return null;
  return isScalar(value) && value.value === null && !value.source ? null : value;
}

function pairOf(map: YAMLMap, part: PathPart): Pair | undefined {
  return map.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(part));
}

const isJson = (text: string): boolean => /^\s*\{\s*("|\})/.test(text);
