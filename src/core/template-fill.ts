/**
 * Fills the templates of a whole YAML tree in, keys included, and remembers where each part of the
 * result came from, so that a problem found later is still told at the place that has to be changed.
 */
import type { Problem } from './failure.ts';
import type { Place } from './pipeline.ts';
import { fillTemplate, hasTemplate } from './template-text.ts';
import { plainValue, type TemplateMap, type TemplateScalar } from './template-value.ts';
import type { PathPart } from './yaml-place.ts';
import type { YamlSource } from './yaml-source.ts';

export interface Filler {
  readonly fill: (value: unknown, at: FillAt) => unknown;
  /** What stands at `to` in the result stands at `from` in the file. */
  readonly moved: (to: readonly PathPart[], from: readonly PathPart[]) => void;
  /** The file as if its author had written the result. */
  readonly sourceOf: (data: unknown) => YamlSource;
  /** Whether a template at this place could not be filled in: what else is wrong there follows from it. */
  readonly hasFailedAt: (place: Place) => boolean;
}

export interface FillAt {
  readonly context: TemplateMap;
  readonly from: readonly PathPart[];
  readonly to: readonly PathPart[];
}

export interface FillerOptions {
  readonly source: YamlSource;
  readonly problems: Problem[];
  /** A file that may define names could not be read: which are missing is then not told. */
  readonly isIncomplete: boolean;
}

export function createFiller({ source, problems, isIncomplete }: FillerOptions): Filler {
  const origins = new Map<string, readonly PathPart[]>();
  const written = new Map<string, string>();
  const failed = new Set<string>();
  const moved = (to: readonly PathPart[], from: readonly PathPart[]) => void origins.set(keyOf(to), from);

  const fillText = (text: string, { context, from, to }: FillAt, atKey: boolean): unknown => {
    if (!hasTemplate(text)) return text;
    const filled = fillTemplate(text, { context, isCommand: to[2] === 'cmd' && to[0] === 'stages' });
    if (!filled.ok) {
      failed.add(placeText(atKey ? source.placeOfKey(from) : source.placeOf(from)));
      const told = filled.error.filter(({ isUnknown = false }) => !isUnknown || !isIncomplete);
      problems.push(...told.map((found) => source.problem({ ...found, path: from, shownPath: to, atKey })));
      return text;
    }
    if (typeof filled.value === 'string') return filled.value;
    if (filled.value.kind === 'scalar') {
      written.set(keyOf(to), filled.value.written);
      return keepsType(to) && !atKey ? filled.value.value : textOf(filled.value);
    }
    return plainValue(filled.value);
  };

  const fill = (value: unknown, at: FillAt): unknown => {
    if (typeof value === 'string') return fillText(value, at, false);
    const below = (member: unknown, from: PathPart, to: PathPart) =>
      fill(member, { ...at, from: [...at.from, from], to: [...at.to, to] });
    if (Array.isArray(value)) return value.map((member: unknown, index) => below(member, index, index));
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).map(([key, member]) => {
      const from = [...at.from, key];
      const name = String(fillText(key, { ...at, from, to: from }, true));
      if (name !== key) moved([...at.to, name], from);
      return [name, below(member, key, name)] as const;
    });
    return Object.fromEntries(members);
  };

  return {
    fill,
    moved,
    sourceOf: (data) => translated(source, data, { origins, written }),
    hasFailedAt: (place) => failed.has(placeText(place)),
  };
}

interface Translation {
  readonly origins: ReadonlyMap<string, readonly PathPart[]>;
  readonly written: ReadonlyMap<string, string>;
}

function translated(source: YamlSource, data: unknown, { origins, written }: Translation): YamlSource {
  const back = (path: readonly PathPart[]): readonly PathPart[] => {
    for (let length = path.length; length > 0; length--) {
      const origin = origins.get(keyOf(path.slice(0, length)));
      if (origin !== undefined) return [...origin, ...path.slice(length)];
    }
    return path;
  };
  return {
    data,
    problems: source.problems,
    placeOf: (path) => source.placeOf(back(path)),
    placeOfKey: (path) => source.placeOfKey(back(path)),
    writtenAt: (path) => written.get(keyOf(path)) ?? source.writtenAt(back(path)),
    problem: (problem) => source.problem({ ...problem, path: back(problem.path), shownPath: problem.path }),
  };
}

/** Elsewhere in a stage a number is text: `wdir: ${year}` names a folder. */
function keepsType([section, , key, ...below]: readonly PathPart[]): boolean {
  if (section !== 'stages') return true;
  if (key === 'outs' || key === 'metrics' || key === 'plots') return below.length > 1;
  return typeof key === 'string' && TYPED.has(key);
}

const TYPED = new Set(['env', 'frozen', 'always_changed', 'isolated', 'timeout', 'retries', 'resources', 'meta']);

const textOf = ({ value, written }: TemplateScalar): string | null => (value === null ? null : written);
const keyOf = (path: readonly PathPart[]): string => path.join('\0');
const placeText = ({ line, column }: Place): string => `${line}:${column}`;
