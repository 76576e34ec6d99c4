/**
 * A metrics file (json, yaml or toml) from text to figures by dotted key.
 *
 * Pure. Figures are numbers: whether one was written 1 or 1.0 says nothing, unlike in params. NaN and Infinity, which
 * Python writes into JSON, are read.
 */
import { err, ok, type Result } from '../lib/result.ts';
import { flattenValues } from './flat-values.ts';
import { type ParamValue, renderParam } from './param-value.ts';
import { parseParams, type ParamsText } from './params-file.ts';

/** A number, or a word or list that was written among the numbers. */
export type Metric = number | string | boolean | null | readonly Metric[];

export type Metrics = ReadonlyMap<string, Metric>;

/** What is wrong, when it is no metrics file. One without a known suffix is read as YAML. */
export function parseMetrics({ file, text }: ParamsText): Result<Metrics, string> {
  const isJson = /\.json$/i.test(file);
  const isKnown = isJson || /\.(ya?ml|toml)$/i.test(file);
  const parsed = parseParams({ file: isKnown ? file : `${file}.yaml`, text: isJson ? quoteNumberNames(text) : text });
  if (parsed.ok) return ok(new Map([...flattenValues(parsed.value)].map(([key, value]) => [key, toMetric(value)])));
  const [problem] = 'problems' in parsed.error ? parsed.error.problems : [];
  return err(problem === undefined ? 'is broken' : `line ${problem.place.line}: ${problem.message}`);
}

export function sameMetric(a: Metric, b: Metric): boolean {
  return Object.is(a, b) || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));
}

function toMetric(value: ParamValue): Metric {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') return NAMES.get(value) ?? value;
  if (value === null || typeof value !== 'object') return value;
  return isList(value) ? value.map(toMetric) : renderParam(value);
}

/** Behind a character that no text of people has. */
const NAMES: ReadonlyMap<string, number> = new Map(
  ['NaN', 'Infinity', '-Infinity'].map((name) => [`\u0000${name}`, Number(name)] as const),
);

/** Outside strings these are no JSON; inside a string nothing is touched. */
function quoteNumberNames(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (found) =>
    found.startsWith('"') ? found : JSON.stringify(`\u0000${found}`),
  );
}

const isList = <T>(value: readonly T[] | object): value is readonly T[] => Array.isArray(value);
