/**
 * Reads a stage's settings from params.yaml and refuses nonsense by key, place and allowed range.
 *
 * A stage describes its settings with a function of a `ParamReader`; all problems are collected,
 * so that one run shows them all. Values handed out after a problem are placeholders that nobody
 * sees: the whole reading is then a failure.
 */
import { readFile } from 'node:fs/promises';
import { isMap, isNode, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { err, ok } from '../../src/lib/result.ts';
import type { Result } from '../../src/lib/result.ts';
import type { Checked, Problem } from './problem.ts';

const PARAMS_FILE = 'params.yaml';

export interface Range {
  readonly min: number;
  readonly max: number;
}

export interface ParamReader {
  readonly integer: (key: string, range: Range) => number;
  readonly optionalInteger: (key: string, range: Range) => number | null;
  /** A number strictly between the two ends. */
  readonly between: (key: string, range: Range) => number;
  readonly text: (key: string) => string;
  readonly optionalText: (key: string) => string | null;
  readonly choice: <T extends string>(key: string, choices: readonly T[]) => T;
  readonly integers: (key: string, range: Range) => readonly number[];
  readonly textMap: (key: string) => ReadonlyMap<string, string>;
  /** The value as it stands. */
  readonly value: (key: string) => unknown;
  /** Refuses every key of a section that is not among these: a misspelt setting must not be ignored. */
  readonly only: (section: string, keys: readonly string[]) => void;
  /** For rules between several settings. */
  readonly refuse: (key: string, message: string) => void;
}

export async function readParams<T>(shape: (params: ParamReader) => T): Promise<Checked<T>> {
  return parseParams(await readFile(PARAMS_FILE, 'utf8'), shape);
}

export function parseParams<T>(text: string, shape: (params: ParamReader) => T): Checked<T> {
  const opened = openParams(text);
  if (!opened.ok) return opened;
  const problems: Problem[] = [];
  const value = shape(createReader(opened.value, problems));
  return problems.length > 0 ? err(problems) : ok(value);
}

/** For a section with a parser of its own, which knows the settings but not where they stand. */
export async function readSection<T>(section: string, parse: SectionParser<T>): Promise<Checked<T>> {
  return parseSection(await readFile(PARAMS_FILE, 'utf8'), section, parse);
}

/** The problem's key is relative to the section. */
export type SectionParser<T> = (value: unknown) => Result<T, { readonly key: string; readonly message: string }>;

export function parseSection<T>(text: string, section: string, parse: SectionParser<T>): Checked<T> {
  const opened = openParams(text);
  if (!opened.ok) return opened;
  const problems: Problem[] = [];
  const params = createReader(opened.value, problems);
  const parsed = parse(params.value(section));
  if (parsed.ok) return parsed;
  const { key, message } = parsed.error;
  params.refuse(key === '' ? section : `${section}.${key}`, message);
  return err(problems);
}

interface ParamsText {
  readonly document: Document;
  readonly lines: LineCounter;
}

function openParams(text: string): Checked<ParamsText> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors.map(({ pos: [offset], message }) =>
    problemAt(lines, offset, (message.split('\n')[0] ?? '').replace(/ at line .*/, '')),
  );
  return broken.length > 0 ? err(broken) : ok({ document, lines });
}

function createReader(source: ParamsText, problems: Problem[]): ParamReader {
  const { document, lines } = source;
  const value = (key: string): unknown => toPlain(document.getIn(key.split('.')));
  const refuse = (key: string, message: string): void => {
    problems.push(problemAt(lines, offsetOf(document, key.split('.')), `${key}: ${message}`));
  };
  const expect = (key: string, wanted: string): void => {
    const found = value(key);
    const fault =
      found === undefined ? `missing; ${wanted} is expected` : `${wanted} is expected, not ${JSON.stringify(found)}`;
    refuse(key, fault);
  };
  return {
    value,
    refuse,
    ...numberReaders(value, expect),
    ...textReaders(value, expect),
    only: (section, keys) => {
      const found = document.getIn(section.split('.'));
      if (!isMap(found)) return refuse(section, `missing; a mapping with ${keys.join(', ')} is expected`);
      const unknown = found.items.map((item) => String(item.key)).filter((key) => !keys.includes(key));
      for (const key of unknown) refuse(`${section}.${key}`, `unknown setting; known are ${keys.join(', ')}`);
    },
  };
}

type Value = (key: string) => unknown;
type Expect = (key: string, wanted: string) => void;

function numberReaders(
  value: Value,
  expect: Expect,
): Pick<ParamReader, 'integer' | 'optionalInteger' | 'between' | 'integers'> {
  const numberWhere = (key: string, wanted: string, isRight: (candidate: number) => boolean): number => {
    const found = value(key);
    if (typeof found === 'number' && isRight(found)) return found;
    expect(key, wanted);
    return Number.NaN;
  };
  const isWithin = (found: unknown, { min, max }: Range): found is number =>
    typeof found === 'number' && Number.isSafeInteger(found) && found >= min && found <= max;
  return {
    integer: (key, range) =>
      numberWhere(key, `a whole number from ${range.min} to ${range.max}`, (found) => isWithin(found, range)),
    optionalInteger: (key, range) => {
      const wanted = `null or a whole number from ${range.min} to ${range.max}`;
      return value(key) === null ? null : numberWhere(key, wanted, (found) => isWithin(found, range));
    },
    between: (key, { min, max }) =>
      numberWhere(key, `a number between ${min} and ${max} (both excluded)`, (found) => found > min && found < max),
    integers: (key, range) => {
      const found = value(key);
      const items: readonly unknown[] = Array.isArray(found) ? found : [];
      const numbers = items.filter((item) => isWithin(item, range));
      if (items.length > 0 && new Set(numbers).size === items.length) return numbers;
      expect(key, `a list of different whole numbers from ${range.min} to ${range.max}`);
      return [];
    },
  };
}

function textReaders(value: Value, expect: Expect): Pick<ParamReader, 'text' | 'optionalText' | 'choice' | 'textMap'> {
  const isText = (found: unknown): found is string => typeof found === 'string' && found !== '';
  return {
    text: (key) => {
      const found = value(key);
      if (isText(found)) return found;
      expect(key, 'a text');
      return '';
    },
    optionalText: (key) => {
      const found = value(key) ?? null;
      if (found === null || isText(found)) return found;
      expect(key, 'a text or null');
      return null;
    },
    choice: (key, choices) => {
      const found = choices.find((choice) => choice === value(key));
      if (found === undefined) expect(key, `one of ${choices.join(', ')}`);
      return found ?? firstOf(choices);
    },
    textMap: (key) => {
      const found = value(key) ?? {};
      const entries = typeof found === 'object' ? Object.entries(found) : [];
      const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
      const isMapping = typeof found === 'object' && !Array.isArray(found);
      if (!isMapping || texts.length < entries.length) expect(key, 'a mapping of texts');
      return new Map(texts);
    },
  };
}

const toPlain = (found: unknown): unknown => (isNode(found) ? found.toJSON() : found);

function firstOf<T>(choices: readonly T[]): T {
  const [first] = choices;
  if (first === undefined) throw new Error('a choice among nothing');
  return first;
}

function problemAt(lines: LineCounter, offset: number, message: string): Problem {
  const { line, col } = lines.linePos(offset);
  return { file: PARAMS_FILE, line: Math.max(line, 1), column: Math.max(col, 1), message };
}

/** Of the value, or of the nearest section around it when it is missing. */
function offsetOf(document: Document, path: readonly string[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}
