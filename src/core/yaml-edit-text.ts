/**
 * Where in a YAML text an edit goes, and the text with it. Each function either answers with a
 * text or, when the layout is not one it knows, with nothing; whether the text means what it should
 * is checked by `core/yaml-edit`.
 */
import { isMap, isNode, isPair, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import type { PathPart } from './yaml-place.ts';

export interface Place {
  readonly text: string;
  /** What stands at the end of the path as far as it leads; of a list's item the list. */
  readonly node: Node | null;
  /** The innermost map on the path, and the pair of it that the path goes through. */
  readonly map: YAMLMap | undefined;
  readonly pair: Pair | undefined;
  /** The rest of the path, which is not there. */
  readonly missing: readonly PathPart[];
  readonly index?: number;
}

/** The value put in place of the old one, or under new keys. */
export function placed(place: Place, value: string): string | undefined {
  const { text, node, map, pair, missing, index } = place;
  if (index !== undefined) return isSeq(node) ? replaced(text, node.items[index], value) : undefined;
  const [key, ...below] = missing;
  if (key === undefined) return node === null ? afterKey(place, value) : replaced(text, node, value);
  const nested = below.toReversed().reduce<string>((inner, part) => `{${keyText(text, part)}: ${inner}}`, value);
  if (pair !== undefined && (node === null || !isMap(node))) {
    return node === null ? afterKey(place, `{${keyText(text, key)}: ${nested}}`) : undefined;
  }
  const target = isMap(node) ? node : map;
  const entry = `${keyText(text, key)}:${spaced(nested)}`;
  return target === undefined ? `${ended(text)}${entry}\n` : inserted(text, target, entry);
}

export function appended(place: Place, item: string): string | undefined {
  const { text, node, missing } = place;
  const eol = eolOf(text);
  if (missing.length === 1) return placed({ ...place }, isBlock(place.map) ? `${eol}  - ${item}` : `[${item}]`);
  if (node === null) return afterKey(place, `${eol}  - ${item}`);
  if (!isSeq(node)) return undefined;
  return node.flow === true
    ? intoFlow(text, node, item)
    : afterLine(text, endOf(node), `${indentOf(text, node)}- ${item}`);
}

export function renamed({ text, pair }: Place, to: string): string | undefined {
  return replaced(text, pair?.key, to);
}

export function withoutPair({ text, map, pair, missing }: Place): string | undefined {
  if (map === undefined || pair === undefined || missing.length > 0 || !isNode(pair.key)) return undefined;
  const at = map.items.indexOf(pair);
  const end = isNode(pair.value) ? endOf(pair.value) : endOf(pair.key);
  if (map.flow === true) return outOfFlow(text, { items: map.items.map(rangeOfPair), at });
  const start = startOf(pair.key);
  // Above the first key of all stands what is said of the file.
  const isFirstOfAll = at === 0 && lineStart(text, start) === start;
  return `${text.slice(0, isFirstOfAll ? start : commentStart(text, start))}${text.slice(lineEnd(text, end))}`;
}

export function withoutItem(place: Place): string | undefined {
  const { text, node, index } = place;
  if (!isSeq(node) || index === undefined) return undefined;
  if (node.items.length === 1) return withoutPair({ ...place, missing: [] });
  const item = node.items[index];
  if (!isNode(item)) return undefined;
  if (node.flow === true) {
    const items = node.items.flatMap((other) => (isNode(other) ? [[startOf(other), endOf(other)] as const] : []));
    return outOfFlow(text, { items, at: index });
  }
  return `${text.slice(0, lineStart(text, startOf(item)))}${text.slice(lineEnd(text, endOf(item)))}`;
}

function replaced(text: string, node: unknown, value: string): string | undefined {
  if (!isNode(node)) return undefined;
  // A block ends below its last line, the value that takes its place on it.
  const old = text.slice(startOf(node), endOf(node)).replace(/\s+$/, '');
  return `${text.slice(0, startOf(node))}${value}${text.slice(startOf(node) + old.length)}`;
}

/** `key:` with nothing after it. */
function afterKey({ text, pair }: Place, value: string): string | undefined {
  if (!isNode(pair?.key)) return undefined;
  const colon = text.indexOf(':', endOf(pair.key));
  return colon < 0 ? undefined : `${text.slice(0, colon + 1)}${spaced(value)}${text.slice(colon + 1)}`;
}

function inserted(text: string, map: YAMLMap, entry: string): string | undefined {
  if (map.flow === true) return intoFlow(text, map, entry);
  return afterLine(text, endOf(map), `${indentOf(text, map)}${entry}`);
}

function intoFlow(text: string, collection: YAMLMap | YAMLSeq, entry: string): string {
  let end = endOf(collection) - 1;
  while (/\s/.test(text[end - 1] ?? '')) end -= 1;
  const [first] = collection.items;
  const start = first === undefined ? undefined : isPair(first) ? rangeOfPair(first)[0] : startOfItem(first);
  const isOwnLine = start !== undefined && text.slice(lineStart(text, start), start).trim() === '';
  const gap = isOwnLine ? `${eolOf(text)}${text.slice(lineStart(text, start), start)}` : ' ';
  const comma = first === undefined ? '' : text[end - 1] === ',' ? gap : `,${gap}`;
  return `${text.slice(0, end)}${comma}${entry}${text.slice(end)}`;
}

function outOfFlow(
  text: string,
  { items, at }: { readonly items: readonly (readonly [number, number])[]; readonly at: number },
): string {
  const [start, end] = items[at] ?? [0, 0];
  const next = items[at + 1];
  const before = items[at - 1];
  if (next !== undefined) return `${text.slice(0, start)}${text.slice(next[0])}`;
  return `${text.slice(0, before?.[1] ?? start)}${text.slice(end)}`;
}

/** A line of its own below the one in which `end` lies. */
function afterLine(text: string, end: number, line: string): string {
  const at = text[end - 1] === '\n' ? end : lineEnd(text, end);
  return `${ended(text.slice(0, at))}${line}${eolOf(text)}${text.slice(at)}`;
}

const spaced = (value: string): string => (/^\s/.test(value) ? value : ` ${value}`);
const ended = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}${eolOf(text)}`);
const eolOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');
const isBlock = (map: YAMLMap | undefined): boolean => map?.flow !== true;
const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;

/** Past the line end of the line in which `at` lies; `at` itself when a block scalar has ended there. */
function lineEnd(text: string, at: number): number {
  if (text[at - 1] === '\n') return at;
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

/** The comment right above belongs to what stands below it. */
function commentStart(text: string, at: number): number {
  let start = lineStart(text, at);
  const indent = text.slice(start, at);
  for (let above = lineStart(text, start - 1); start > 0; above = lineStart(text, start - 1)) {
    if (!text.slice(above, start).startsWith(`${indent}#`)) break;
    start = above;
  }
  return start;
}

/** As wide as what stands before it on its line, list dashes included. */
const indentOf = (text: string, node: Node): string => ' '.repeat(startOf(node) - lineStart(text, startOf(node)));

function rangeOfPair({ key, value }: Pair): readonly [number, number] {
  if (!isNode(key)) return [0, 0];
  return [startOf(key), isNode(value) && value.range ? endOf(value) : endOf(key)];
}

const startOfItem = (item: unknown): number | undefined => (isNode(item) ? startOf(item) : undefined);
const startOf = ({ range }: Node): number => range?.[0] ?? 0;
const endOf = ({ range }: Node): number => range?.[1] ?? 0;

const keyText = (text: string, key: PathPart): string =>
  /^\s*\{\s*("|\})/.test(text) || !/^[A-Za-z_][\w-]*$/.test(String(key)) ? JSON.stringify(String(key)) : String(key);
