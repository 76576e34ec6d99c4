/**
 * What the schema library found wrong, in words for the person who wrote the file.
 *
 * The library's own words ("Invalid input: expected array, received string") speak to programmers.
 */
import type { z } from 'zod';
import { closest } from '../lib/suggest.ts';
import type { Problem } from './failure.ts';
import { knownKeysAt, NOT_YET } from './pipeline-schema.ts';
import type { PathPart } from './yaml-place.ts';
import type { YamlSource } from './yaml-source.ts';

type Issue = z.core.$ZodIssue;

/** Keys that are known at a path of the file: for "did you mean". */
type KnownKeys = (path: readonly PathPart[]) => readonly string[];

export function describeIssue(
  source: YamlSource,
  issue: Issue,
  knownKeys: KnownKeys = knownKeysAt,
): readonly Problem[] {
  const path = plainPath(issue.path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(source, { path, key, knownKeys }));
  if (issue.code === 'invalid_union') {
    const meant = branchMeant(issue.errors);
    if (meant)
      return meant.flatMap((inner) => describeIssue(source, { ...inner, path: [...path, ...inner.path] }, knownKeys));
  }
  if (issue.input === undefined && issue.code.startsWith('invalid_')) return [missingKey(source, path)];
  return [source.problem({ path, message: `${expectation(issue)}, got ${kindOf(issue.input)}` })];
}

interface UnknownKey {
  readonly path: readonly PathPart[];
  readonly key: string;
  readonly knownKeys: KnownKeys;
}

function unknownKey(source: YamlSource, { path, key, knownKeys }: UnknownKey): Problem {
  const at = { path: [...path, key], atKey: true };
  if (NOT_YET.has(key)) return source.problem({ ...at, message: `\`${key}\` is not supported yet by this version` });
  const known = knownKeys(path);
  const meant = closest(key, known);
  const hint = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean \`${meant}\`?`;
  return source.problem({ ...at, message: `unknown key \`${key}\``, hint });
}

function missingKey(source: YamlSource, path: readonly PathPart[]): Problem {
  const key = path.at(-1);
  const around = path.slice(0, -1);
  return source.problem({ path: around, atKey: true, message: `\`${key}\` is missing` });
}

/**
 * Of several forms a value may take, the one its author was writing: where something deeper
 * is wrong, or only a key too many. None: the value is no form of it at all.
 */
function branchMeant(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  for (const branch of branches) {
    if (!branch.some(({ code }) => code === 'unrecognized_keys')) continue;
    // A key that is missing is the one that was misspelt.
    return branch.filter((issue) => issue.code === 'unrecognized_keys' || issue.input !== undefined);
  }
  return branches.find((branch) => branch.some(({ path }) => path.length > 0));
}

function expectation(issue: Issue): string {
  if (issue.code !== 'invalid_type') return issue.message;
  return `expected ${EXPECTED[issue.expected] ?? issue.expected}`;
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  number: 'a number',
};

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return value === '' ? 'empty text' : 'text';
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`;
  return typeof value;
}

/** Symbols never occur in data that came from YAML. */
function plainPath(path: readonly PropertyKey[]): readonly PathPart[] {
  return path.map((part) => (typeof part === 'number' ? part : String(part)));
}
