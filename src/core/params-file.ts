/**
 * A params file (yaml, json or toml by its suffix) from text to a tree of typed values.
 *
 * Pure. Heavy for yaml and toml: import it lazily, off the no-op path; looking a key up in the
 * result (`core/param-key`) is light. Invariant: an integer is a bigint, a float a number.
 */
import { parse as parseToml, TomlDate, TomlError } from 'smol-toml';
import { err, ok, type Result } from '../lib/result.ts';
import type { Failure, Problem } from './failure.ts';
import type { ParamValue } from './param-value.ts';
import { readYaml } from './yaml-source.ts';

export interface ParamsText {
  /** Root-relative; its suffix picks the format. */
  readonly file: string;
  readonly text: string;
}

export function parseParams({ file, text }: ParamsText): Result<ParamValue, Failure> {
  const source = { file, text: text.replace(/^\ufeff/, '') };
  if (/\.ya?ml$/i.test(file)) return fromYaml(source);
  // JSON is YAML 1.2 once it is known to be JSON, and so gets its places and duplicate keys from there.
  if (/\.json$/i.test(file)) return fromJson(source);
  if (/\.toml$/i.test(file)) return fromToml(source);
  return invalid([problemAt(source, { message: 'a params file ends in .yaml, .yml, .json or .toml' })]);
}

function fromYaml({ file, text }: ParamsText): Result<ParamValue, Failure> {
  const { data, problems } = readYaml({ file, text, bigints: true });
  if (problems.length > 0) return invalid(problems);
  return ok(toParam(data ?? {}));
}

function fromJson(source: ParamsText): Result<ParamValue, Failure> {
  const strict = jsonProblem(source);
  return strict === undefined ? fromYaml(source) : invalid([strict]);
}

function fromToml(source: ParamsText): Result<ParamValue, Failure> {
  try {
    return ok(toParam(parseToml(source.text, { integersAsBigInt: true })));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [, message = error.message] = /^Invalid TOML document: ([^\n]*)/.exec(error.message) ?? [];
    return invalid([
      problemAt(source, { line: error.line, column: error.column, message: `not valid TOML: ${message}` }),
    ]);
  }
}

function jsonProblem(source: ParamsText): Problem | undefined {
  const message = jsonComplaint(source.text);
  if (message === undefined) return undefined;
  const [, offset] = /at position (\d+)/.exec(message) ?? [];
  const at = offset === undefined ? unexpectedToken(source.text) : Number(offset);
  const before = source.text.slice(0, at).split('\n');
  const [what = ''] = message.split(/ (?:at position|in JSON)|, "|, \.\.\."/);
  const column = (before.at(-1)?.length ?? 0) + 1;
  return problemAt(source, { line: before.length, column, message: `not valid JSON: ${what}` });
}

function jsonComplaint(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

/** Node does not say where: it is where the shortest start of the text ends that has one. Else the end. */
function unexpectedToken(text: string): number {
  let [sound, broken] = [0, text.length + 1];
  while (broken - sound > 1) {
    const middle = (sound + broken) >> 1;
    if (jsonComplaint(text.slice(0, middle))?.startsWith('Unexpected token')) broken = middle;
    else sound = middle;
  }
  return broken - 1;
}

/** Dates stay as they were written: what reads the file decides what they are. */
function toParam(value: unknown): ParamValue {
  if (value instanceof TomlDate) return value.toISOString();
  if (Array.isArray(value)) return value.map(toParam);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toParam(member)]));
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  throw new Error(`a parser returned ${typeof value}`);
}

function problemAt(
  { file, text }: ParamsText,
  { line = 1, column = 1, message }: { line?: number; column?: number; message: string },
): Problem {
  const shown = text.split('\n', line)[line - 1]?.replace(/\r$/, '');
  return { place: { file, line, column }, path: '', message, ...(shown !== undefined && { text: shown }) };
}

function invalid(problems: readonly Problem[]): Result<ParamValue, Failure> {
  return err({ code: 'params-invalid', problems });
}
