/**
 * What `${…}` may name: params.yaml beside the pipeline, then the entries of `vars` in their order.
 *
 * Mappings are merged deeply. Nothing is ever overwritten: a name that is defined twice is a problem
 * that tells both places, because which of the two was meant cannot be known.
 */
import type { Problem } from './failure.ts';
import type { Place } from './pipeline.ts';
import { resolveFromRoot } from './root-path.ts';
import { readTemplateFile, templateValueAt, type TemplateMap, type TemplateValue } from './template-value.ts';
import type { PathPart } from './yaml-place.ts';
import type { ProblemAt, YamlSource } from './yaml-source.ts';

/** Text of a root-relative file; undefined when it is not there. */
export type ReadText = (file: string) => string | undefined;

export interface VarsScope {
  readonly source: YamlSource;
  readonly readText: ReadText;
  readonly problems: Problem[];
}

export interface Vars {
  readonly context: TemplateMap;
  /** Files that went in, each whole (null) or only the named keys of it. */
  readonly loaded: ReadonlyMap<string, ReadonlySet<string> | null>;
}

export interface VarsAt {
  readonly entries: unknown;
  readonly path: readonly PathPart[];
  /** Root-relative folder that file names start from. */
  readonly folder: string;
  /** Names that a group gives to its members. */
  readonly reserved?: readonly string[];
}

/** The context of a whole file: params.yaml, if there is one, and the top level `vars`. */
export function loadGlobalVars(scope: VarsScope, { entries, folder }: Pick<VarsAt, 'entries' | 'folder'>): Vars {
  const file = folder === '.' ? 'params.yaml' : `${folder}/params.yaml`;
  const text = scope.readText(file);
  const params = text === undefined ? undefined : readMap(scope, { file, text, onNoMap: () => undefined });
  const place = scope.source.placeOf([]);
  const context: TemplateMap = params ?? { kind: 'map', members: new Map(), place };
  const vars = { context, loaded: new Map(params === undefined ? [] : [[file, null]]) };
  return addVars(scope, vars, { entries, path: ['vars'], folder });
}

export function addVars(scope: VarsScope, vars: Vars, { entries, path, folder, reserved = [] }: VarsAt): Vars {
  if (entries === undefined || entries === null) return vars;
  if (!Array.isArray(entries)) {
    complain(scope, { path, message: '`vars` is a list of files and mappings' });
    return vars;
  }
  return entries.reduce((before: Vars, entry: unknown, index) => {
    const at = { scope, vars: before, path: [...path, index], reserved };
    if (typeof entry === 'string') return addFile({ ...at, entry, folder });
    return addInline({ ...at, entry });
  }, vars);
}

interface Adding {
  readonly scope: VarsScope;
  readonly vars: Vars;
  readonly path: readonly PathPart[];
  readonly reserved: readonly string[];
}

function addInline({ scope, vars, path, reserved, entry }: Adding & { readonly entry: unknown }): Vars {
  const value = templateValueAt(scope.source, { data: entry, path });
  if (value.kind !== 'map') {
    complain(scope, { path, message: 'expected a file, or a mapping of names to values' });
    return vars;
  }
  return { ...vars, context: merge(scope, { into: vars.context, added: value, reserved }) };
}

function addFile({ scope, vars, path, reserved, entry, folder }: Adding & { entry: string; folder: string }): Vars {
  const [written = '', ...rest] = entry.split(':');
  const keys = rest
    .join(':')
    .split(',')
    .filter((key) => key !== '');
  const refuse = (message: string, hint?: string): Vars => {
    complain(scope, { path, message, ...(hint !== undefined && { hint }) });
    return vars;
  };
  if (entry.includes('${')) return refuse('`vars` takes no templates: it is what they are made from');
  const resolved = resolveFromRoot(folder, written);
  if (!resolved.ok) return refuse(`\`${written}\` ${resolved.error}`);
  const file = resolved.value;
  const loaded = vars.loaded.get(file);
  if (loaded === null && keys.length === 0) return vars;
  const again = loaded === null || (loaded && (keys.length === 0 || keys.some((key) => loaded.has(key))));
  if (again) return refuse(`\`${file}\` is loaded already${loaded === null ? '' : `: ${[...loaded].join(', ')}`}`);
  const text = scope.readText(file);
  if (text === undefined) return refuse(`there is no file \`${file}\``);
  const map = readMap(scope, { file, text, onNoMap: () => void refuse(`\`${file}\` holds no mapping`) });
  if (map === undefined) return vars;
  const missing = keys.filter((key) => !map.members.has(key));
  if (missing.length > 0) return refuse(`\`${file}\` has no \`${missing.join('`, `')}\``);
  const members = keys.length === 0 ? map.members : new Map([...map.members].filter(([key]) => keys.includes(key)));
  return {
    context: merge(scope, { into: vars.context, added: { ...map, members }, reserved }),
    loaded: new Map([...vars.loaded, [file, keys.length === 0 ? null : new Set([...(loaded ?? []), ...keys])]]),
  };
}

function readMap(
  { problems }: VarsScope,
  { file, text, onNoMap }: { readonly file: string; readonly text: string; readonly onNoMap: () => void },
): TemplateMap | undefined {
  const read = readTemplateFile({ file, text });
  if (!read.ok) {
    // The same file may be named by many stages: its problems are told once.
    const told = new Set(problems.map((problem) => JSON.stringify(problem)));
    if (read.error.code === 'params-invalid')
      problems.push(...read.error.problems.filter((problem) => !told.has(JSON.stringify(problem))));
    return undefined;
  }
  if (read.value.kind === 'map') return read.value;
  onNoMap();
  return undefined;
}

interface Merging {
  readonly into: TemplateMap;
  readonly added: TemplateMap;
  readonly reserved: readonly string[];
}

function merge(scope: VarsScope, { into, added, reserved }: Merging): TemplateMap {
  const taken = (name: string, value: TemplateValue, by: string) =>
    scope.problems.push({ place: value.place, path: '', message: `cannot redefine \`${name}\`: ${by}` });
  const mergeAt = (base: TemplateMap, update: TemplateMap, prefix: string): TemplateMap => {
    const members = new Map(base.members);
    for (const [key, value] of update.members) {
      const name = prefix === '' ? key : `${prefix}.${key}`;
      const known = members.get(key);
      if (prefix === '' && reserved.includes(key)) taken(name, value, 'the group gives this name to its members');
      else if (known === undefined) members.set(key, value);
      else if (known.kind === 'map' && value.kind === 'map') members.set(key, mergeAt(known, value, name));
      else taken(name, value, `it stands in ${renderPlace(known.place)} already`);
    }
    return { ...base, members };
  };
  return mergeAt(into, added, '');
}

function complain({ source, problems }: VarsScope, problem: ProblemAt): void {
  problems.push(source.problem(problem));
}

const renderPlace = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;
