/**
 * The lock entry of a migrated stage: there is one if dvc.lock speaks of the stage that dvc.yaml defines, and
 * every dep and out that it names is at hand with its MD5. Its fingerprint follows from those bytes by pipe's own rules.
 *
 * Writes nothing. What has changed since is no reason against an entry: `pipe status` says that afterwards.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { disagreements } from '../../core/dvc/agree.ts';
import type { DvcData, DvcRecord } from '../../core/dvc/lock.ts';
import { readDvcPath } from '../../core/dvc/path.ts';
import { samePython } from '../../core/dvc/python.ts';
import { type DepState, fingerprint, type StageInputs } from '../../core/fingerprint.ts';
import type { LockedOut, LockEntry } from '../../core/lock-entry.ts';
import { selectParam } from '../../core/param-key.ts';
import { type ParamValue, renderParam } from '../../core/param-value.ts';
import { parseParams } from '../../core/params-file.ts';
import { depPath, type ParamRef, type Stage } from '../../core/pipeline.ts';
import { placeFrom } from '../../store/digest-link.ts';
import type { DvcId } from '../../store/dvc/dvc-places.ts';
import { readTextIfThere } from '../../store/read-if-there.ts';
import type { StagePair } from './convert.ts';
import type { Recorded, Resolved, Resolver } from './resolve.ts';

export interface StageOutcome {
  /** Pipe's name of the stage. */
  readonly stage: string;
  /** Where it stood: `dvc.yaml:train`. */
  readonly dvc: string;
  readonly entry: LockEntry | undefined;
  /** Why there is none. */
  readonly reasons: readonly string[];
  /** What is not now as it was then: with an entry, why the stage is stale. */
  readonly changed: readonly string[];
  /** What was found, by path; of an out whether its bytes belong in the cache is for the caller to know. */
  readonly outs: ReadonlyMap<string, Found>;
  /** What was not found, and may be in a remote. */
  readonly absent: readonly Absent[];
}

export type Found = Extract<Resolved, { readonly kind: 'found' }>;

export interface Absent {
  readonly recorded: Recorded;
  readonly why: string;
  /** What a remote would have to bring. */
  readonly wanted: readonly DvcId[];
}

export interface EntryParts {
  readonly root: string;
  readonly resolver: Resolver;
  /** Of outs, by path: the bit that DVC recorded. */
  readonly isExec: (path: string) => boolean;
}

export async function entryOf(parts: EntryParts, pair: StagePair): Promise<StageOutcome> {
  const { stage, dvc, file, record } = pair;
  const named = { stage: stage.name, dvc: `${file}:${dvc.name}` };
  const none = { entry: undefined, changed: [], outs: new Map(), absent: [] };
  if (record === undefined)
    return {
      ...named,
      ...none,
      reasons: ['dvc.lock has no record of it: it was never run, or not since it got this name'],
    };
  const apart = [...disagreements(dvc, record), ...partings(parts.root, pair, record)];
  if (apart.length > 0) return { ...named, ...none, reasons: apart };

  const deps = await resolveAll(parts, stage, record.deps);
  const outs = await resolveAll(parts, stage, record.outs);
  const params = valuesOf(parts.root, stage, record);
  const absent = [...deps.absent, ...outs.absent];
  const changed = [...moved(parts.root, 'dep', deps.found), ...params.changed, ...moved(parts.root, 'out', outs.found)];
  if (absent.length > 0) {
    const reasons = together(absent.map(({ recorded, why }) => [why, recorded.path]));
    return { ...named, entry: undefined, reasons, changed: [], outs: outs.found, absent };
  }
  const inputs = inputsOf(stage, deps.found, params.values);
  const entry: LockEntry = { inputs, fingerprint: fingerprint(inputs), outs: lockedOuts(stage, outs.found) };
  return { ...named, entry, reasons: [], changed, outs: outs.found, absent: [] };
}

/** What pipe counts and DVC did not, or the other way round: then the record is not of this stage's inputs. */
function partings(root: string, { stage, dvc }: StagePair, record: DvcRecord): readonly string[] {
  const recorded = new Set(record.deps.map(({ path }) => recordedPath(root, stage, path)));
  const others = stage.deps.flatMap((dep) => {
    const path = depPath(dep);
    if (path === undefined)
      return [
        `its dep ${dep.kind === 'url' ? dep.url : dep.kind === 'glob' ? dep.pattern : dep.kind} is counted by pipe's own rules, which the record does not know`,
      ];
    return recorded.has(path) ? [] : [`its dep ${path} is counted by pipe and was not by DVC`];
  });
  const isShort = stage.deps.length < new Set(dvc.deps).size || stage.outs.length < dvc.outs.length;
  return [
    ...others,
    ...unknownNames(root, stage, record),
    ...(isShort ? ['some of what it reads or writes is not carried over'] : []),
  ];
}

/** What a template became here and something else in DVC: a path or a params file of another name. */
function unknownNames(root: string, stage: Stage, record: DvcRecord): readonly string[] {
  const outs = new Set(record.outs.map(({ path }) => recordedPath(root, stage, path)));
  const files = new Set([...record.params.keys()].map((file) => recordedPath(root, stage, file)));
  return [
    ...stage.outs.filter(({ path }) => !outs.has(path)).map(({ path }) => `DVC knows no out ${path} of it`),
    ...stage.params.filter(({ file }) => !files.has(file)).map(({ file }) => `DVC knows no params of ${file} of it`),
  ];
}

/** Root-relative, of a dep outside as `resolveAnywhere` has it; paths that were refused keep their text. */
export function recordedPath(root: string, { wdir }: Stage, written: string): string {
  const found = readDvcPath(written, { folder: wdir, root, isDep: true });
  return found.kind === 'path' ? found.path : written;
}

async function resolveAll({ root, resolver, isExec }: EntryParts, stage: Stage, data: readonly DvcData[]) {
  const found = new Map<string, Found>();
  const absent: Absent[] = [];
  for (const one of data) {
    const path = recordedPath(root, stage, one.path);
    const recorded = { ...one, path, isExec: one.isExec || isExec(path) };
    const resolved = await resolver.resolve(recorded);
    if (resolved.kind === 'found') found.set(path, resolved);
    else absent.push({ recorded, why: resolved.why, wanted: resolved.wanted });
  }
  return { found, absent };
}

function moved(root: string, what: string, found: ReadonlyMap<string, Found>): readonly string[] {
  const elsewhere = [...found].filter(([, { isInWorkspace }]) => !isInWorkspace);
  return together(
    elsewhere.map(([path]) => [
      existsSync(placeFrom(root, path)) ? `${what} changed since` : `${what} not in the workspace, but at hand`,
      path,
    ]),
  );
}

/** One line a reason, with all it holds for. */
function together(reasons: readonly (readonly [why: string, path: string])[]): readonly string[] {
  const paths = new Map<string, Set<string>>();
  for (const [why, path] of reasons) paths.set(why, (paths.get(why) ?? new Set()).add(path));
  return [...paths].map(([why, all]) => `${why}: ${[...all].join(', ')}`);
}

interface Values {
  readonly values: Readonly<Record<string, ParamValue>>;
  readonly changed: readonly string[];
}

/** A value that Python takes for the recorded one is the one that stands in the file now: DVC saw no change. */
function valuesOf(root: string, stage: Stage, record: DvcRecord): Values {
  const byFile = new Map([...record.params].map(([file, keys]) => [recordedPath(root, stage, file), keys]));
  const values = new Map<string, ParamValue>();
  const changed: string[] = [];
  for (const ref of stage.params) {
    const keys = byFile.get(ref.file) ?? new Map<string, ParamValue>();
    const tree = readTree(root, ref);
    for (const [name, was, now] of pairsOf(ref, keys, tree)) {
      const isSame = now !== undefined && was !== undefined && samePython(was, now);
      const value = isSame ? now : (was ?? now);
      if (value !== undefined) values.set(name, value);
      if (!isSame) changed.push(`param ${name.replace(/^params\.yaml:/, '')}: ${shown(was)} → ${shown(now)}`);
    }
  }
  return { values: Object.fromEntries(values), changed };
}

type NamedPair = readonly [name: string, was: ParamValue | undefined, now: ParamValue | undefined];

function pairsOf(
  { file, keys }: ParamRef,
  recorded: ReadonlyMap<string, ParamValue>,
  tree: ParamValue | undefined,
): readonly NamedPair[] {
  if (keys === null) return [[`${file}:`, Object.fromEntries(recorded), tree]];
  return keys.map((key) => [
    `${file}:${key}`,
    recorded.get(key),
    tree === undefined ? undefined : selectParam(tree, key),
  ]);
}

function readTree(root: string, { file }: ParamRef): ParamValue | undefined {
  const text = readTextIfThere(join(root, file));
  const parsed = text === undefined ? undefined : parseParams({ file, text });
  return parsed?.ok === true ? parsed.value : undefined;
}

const MOST_SHOWN = 40;

function shown(value: ParamValue | undefined): string {
  if (value === undefined) return 'nothing';
  const text = renderParam(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

function inputsOf(stage: Stage, deps: ReadonlyMap<string, Found>, params: Values['values']): StageInputs {
  const { cmd, shell, wdir } = stage;
  const states = [...deps].map(([path, { content }]): [string, DepState] => [
    path,
    { type: content.type, digest: content.digest },
  ]);
  const outs = stage.outs.map(({ path, persist }) => ({ path, persist }));
  return { cmd, shell, wdir, deps: Object.fromEntries(states), params, env: {}, outs };
}

/** What stood at a persist out before the run that made it, DVC did not record. */
function lockedOuts(stage: Stage, found: ReadonlyMap<string, Found>): readonly LockedOut[] {
  return stage.outs.flatMap(({ path, persist }) => {
    const content = found.get(path)?.content;
    return content === undefined ? [] : [{ path, content, ...(persist && { before: null }) }];
  });
}
