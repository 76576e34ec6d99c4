/**
 * YAML 1.2 text as plain data, with the line and column of everything in it.
 *
 * Knows nothing of pipelines or params. Refused: duplicate keys, keys that are no plain text,
 * tags, more than one document. Anchors and `<<` are fine.
 */
import { type Document, isAlias, isNode, isScalar, LineCounter, parseDocument, visit, type YAMLMap } from 'yaml';
import type { Problem } from './failure.ts';
import type { Place } from './pipeline.ts';
import { createLocator, type PathPart } from './yaml-place.ts';

export interface YamlSource {
  /** Undefined when `problems` made it impossible to go on. */
  readonly data: unknown;
  readonly problems: readonly Problem[];
  /** Of the value at a path, or of the nearest thing around it that is there. */
  readonly placeOf: (path: readonly PathPart[]) => Place;
  readonly placeOfKey: (path: readonly PathPart[]) => Place;
  /** A number or boolean as it was written, which `data` no longer tells: `1.0`, `0x10`. */
  readonly writtenAt: (path: readonly PathPart[]) => string | undefined;
  readonly problem: (options: ProblemAt) => Problem;
}

export interface ProblemAt {
  readonly path: readonly PathPart[];
  readonly message: string;
  readonly hint?: string;
  /** Mark the key, not its value. */
  readonly atKey?: boolean;
  /** Mark this part of the value, where it can be found in the text. */
  readonly part?: string;
  /** Where in the structure, as the user should read it, when that is not `path`. */
  readonly shownPath?: readonly PathPart[];
}

export interface YamlText {
  readonly file: string;
  readonly text: string;
  /** Integers as bigint: then 1 and 1.0 differ. */
  readonly bigints: boolean;
}

export function readYaml({ file, text, bigints }: YamlText): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    merge: true,
    intAsBigInt: bigints,
    prettyErrors: false,
    lineCounter: lines,
    uniqueKeys: false, // the library compares each key with all before it; `keysTwice` asks a set
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const located = (place: Place, path: string, message: string, hint?: string): Problem => {
    const shown = text.split('\n', place.line)[place.line - 1]?.replace(/\r$/, '');
    return { place, path, message, ...(hint && { hint }), ...(shown !== undefined && { text: shown }) };
  };
  const locate = createLocator(document);
  const offsetOf = (path: readonly PathPart[], atKey: boolean, part = '') => {
    const { offset, end } = locate(path, atKey);
    const within = text.slice(offset, end).indexOf(part);
    return placeAt(within === -1 ? offset : offset + within);
  };
  const syntax = [
    ...document.errors.map(({ code, message, pos }) => ({ offset: pos[0], message: syntaxMessage(code, message) })),
    ...document.warnings.map(({ message, pos }) => ({ offset: pos[0], message: lowerFirst(message) })),
  ];
  const twice: Found[] = [];
  visit(document, { Map: (_, map) => void twice.push(...keysTwice(map)) });
  const beyondData = outsideData(document);
  const fatal = document.errors.length > 0 || beyondData.length > 0;
  const data = fatal ? { problems: [], value: undefined } : toData(document);
  const problems = [...syntax, ...twice, ...beyondData, ...data.problems].map(({ offset, message }) =>
    located(placeAt(offset), '', message),
  );
  return {
    data: data.value,
    problems: firstOfEachLine(problems),
    placeOf: (path) => offsetOf(path, false),
    placeOfKey: (path) => offsetOf(path, true),
    writtenAt: (path) => locate(path, false).written,
    problem: ({ path, message, hint, atKey = false, part, shownPath = path }) =>
      located(offsetOf(path, atKey, part), renderPath(shownPath), message, hint),
  };
}

/** `stages.train.outs[0]`; a name that would be misread is quoted. */
function renderPath(path: readonly PathPart[]): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      const name = /^[\p{L}\p{N}_@-]+$/u.test(part) ? part : JSON.stringify(part);
      return index === 0 ? name : `.${name}`;
    })
    .join('');
}

interface Found {
  readonly offset: number;
  readonly message: string;
}

function toData(document: Document): { readonly value: unknown; readonly problems: readonly Found[] } {
  try {
    return { value: document.toJS(), problems: [] };
  } catch (error) {
    // The library throws for aliases that would grow without bound.
    if (error instanceof ReferenceError)
      return { value: undefined, problems: [found(null, lowerFirst(error.message))] };
    throw error;
  }
}

/** What YAML can say and plain data cannot: such a document is not converted at all. */
function outsideData(document: Document): readonly Found[] {
  const problems: Found[] = [];
  visit(document, {
    Pair: (_, { key }) => {
      if (isAlias(key)) return;
      if (!isScalar(key)) problems.push(found(key, 'a key must be plain text'));
      else if (key.value === null) problems.push(found(key, 'a key is empty'));
      else if (key.value === '__proto__') problems.push(found(key, '__proto__ cannot be a key'));
    },
    Alias: (_, alias, around) => {
      const target = alias.resolve(document);
      if (target === undefined) problems.push(found(alias, `*${alias.source} has no anchor before it`));
      else if (around.includes(target)) problems.push(found(alias, `*${alias.source} contains itself`));
    },
  });
  return problems;
}

function keysTwice({ items }: YAMLMap): readonly Found[] {
  const seen = new Set<unknown>();
  return items.flatMap(({ key }) => {
    const value = isScalar(key) ? key.value : key;
    if (seen.has(value)) return [found(key, 'this key stands here twice')];
    seen.add(value);
    return [];
  });
}

const found = (node: unknown, message: string): Found => ({
  offset: isNode(node) ? (node.range?.[0] ?? 0) : 0,
  message,
});

/** One slip confuses the parser for the rest of its line: what follows there would only distract. */
function firstOfEachLine(problems: readonly Problem[]): readonly Problem[] {
  const lines = new Map<number, Problem>();
  for (const problem of problems) if (!lines.has(problem.place.line)) lines.set(problem.place.line, problem);
  return [...lines.values()].sort((a, b) => a.place.line - b.place.line);
}

function syntaxMessage(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT') return 'a tab cannot indent: use spaces';
  if (code === 'MULTIPLE_DOCS') return 'a second YAML document starts here: one file holds one';
  return `not valid YAML: ${lowerFirst(message)}`;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
