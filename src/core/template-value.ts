/**
 * What `${…}` can stand for: values of vars and params files that still know how they were written,
 * since a number is inserted as its author wrote it (`1e-5` stays `1e-5`), and where.
 */
import { renderParam, type ParamValue } from './param-value.ts';
import type { Place } from './pipeline.ts';
import { parseParams, type ParamsText } from './params-file.ts';
import { ok, type Result } from '../lib/result.ts';
import type { Failure } from './failure.ts';
import type { PathPart } from './yaml-place.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

export type TemplateValue = TemplateScalar | TemplateList | TemplateMap;

export interface TemplateScalar {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** What is inserted into a longer text. */
  readonly written: string;
  readonly place: Place;
}

export interface TemplateList {
  readonly kind: 'list';
  readonly items: readonly TemplateValue[];
  readonly place: Place;
}

export interface TemplateMap {
  readonly kind: 'map';
  /** In the order of the file. */
  readonly members: ReadonlyMap<string, TemplateValue>;
  readonly place: Place;
}

/** The values below `path` of a YAML text. `transform` may replace a text by what it stands for. */
export function templateValueAt(
  source: Pick<YamlSource, 'placeOf' | 'placeOfKey' | 'writtenAt'>,
  { data, path, transform }: ValueAt,
): TemplateValue {
  const place = source.placeOf(path);
  const at = (member: unknown, part: PathPart) =>
    templateValueAt(source, { data: member, path: [...path, part], ...(transform && { transform }) });
  if (Array.isArray(data))
    return { kind: 'list', items: data.map((member: unknown, index) => at(member, index)), place };
  if (typeof data === 'object' && data !== null) {
    const members = inFileOrder(source, path, data).map(([key, member]) => [key, at(member, key)] as const);
    return { kind: 'map', members: new Map(members), place };
  }
  if (typeof data === 'string') return transform?.(data, path) ?? { kind: 'scalar', value: data, written: data, place };
  if (typeof data === 'boolean') return { kind: 'scalar', value: data, written: String(data), place };
  if (typeof data === 'number')
    return { kind: 'scalar', value: data, written: source.writtenAt(path) ?? String(data), place };
  return { kind: 'scalar', value: null, written: 'null', place };
}

export interface ValueAt {
  readonly data: unknown;
  readonly path: readonly PathPart[];
  readonly transform?: (text: string, path: readonly PathPart[]) => TemplateValue | undefined;
}

/** JavaScript moves keys that look like numbers to the front: `{2019: …, 2018: …}` would change its order. */
function inFileOrder(
  source: Pick<YamlSource, 'placeOfKey'>,
  path: readonly PathPart[],
  data: object,
): readonly (readonly [string, unknown])[] {
  const entries: [string, unknown][] = Object.entries(data);
  if (!entries.some(([key]) => /^\d+$/.test(key))) return entries;
  const placed = entries.map((entry) => ({ entry, place: source.placeOfKey([...path, entry[0]]) }));
  placed.sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  return placed.map(({ entry }) => entry);
}

/** A whole params file. Failures: params-invalid. */
export function readTemplateFile(text: ParamsText): Result<TemplateValue, Failure> {
  const parsed = parseParams(text);
  if (!parsed.ok) return parsed;
  if (/\.toml$/i.test(text.file)) return ok(fromParam(parsed.value, { file: text.file, line: 1, column: 1 }));
  const source = readYaml({ ...text, text: text.text.replace(/^\ufeff/, ''), bigints: false });
  return ok(templateValueAt(source, { data: source.data ?? {}, path: [] }));
}

/** The TOML parser tells neither places nor spellings. */
function fromParam(param: ParamValue, place: Place): TemplateValue {
  if (typeof param === 'bigint') return { kind: 'scalar', value: Number(param), written: String(param), place };
  if (typeof param === 'number') return { kind: 'scalar', value: param, written: renderParam(param), place };
  if (param === null || typeof param !== 'object')
    return { kind: 'scalar', value: param, written: String(param), place };
  if (isList(param)) return { kind: 'list', items: param.map((item) => fromParam(item, place)), place };
  const members = Object.entries(param).map(([key, member]) => [key, fromParam(member, place)] as const);
  return { kind: 'map', members: new Map(members), place };
}

const isList = <T>(value: readonly T[] | object): value is readonly T[] => Array.isArray(value);

/** As plain data, for a value that stands alone. */
export function plainValue(value: TemplateValue): unknown {
  if (value.kind === 'scalar') return value.value;
  if (value.kind === 'list') return value.items.map(plainValue);
  return Object.fromEntries([...value.members].map(([key, member]) => [key, plainValue(member)]));
}

export function describeKind(value: TemplateValue): string {
  if (value.kind !== 'scalar') return value.kind === 'list' ? 'a list' : 'a mapping';
  return value.value === null ? 'null' : `the ${typeof value.value} ${value.written}`;
}
