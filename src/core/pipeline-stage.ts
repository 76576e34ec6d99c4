/**
 * One stage of pipeline.yaml, its shape already checked, made into a `Stage`.
 *
 * Here paths become root-relative, defaults are filled in, and whatever a path, name, variable
 * or duration must not be is collected as a problem. Invariant: a stage made here without a new
 * problem keeps every promise that `Stage` makes.
 */
import { parseDuration } from './duration.ts';
import { isGlob } from './glob.ts';
import type { EnvRef, Out, ParamRef, Stage } from './pipeline.ts';
import { toDep } from './pipeline-dep.ts';
import { checkName, complain, type Report, rootPath, type Within } from './pipeline-report.ts';
import { plotStyle } from './plot-style.ts';
import { toScheduling } from './pipeline-resources.ts';
import type { OutOptions, StageShape } from './pipeline-schema.ts';
import { looksSecret } from './secret-name.ts';
import { namePrefix } from './stage-name.ts';
import type { PathPart } from './yaml-place.ts';

export function toStage(report: Report, name: string, shape: StageShape): Stage {
  const at = ['stages', name];
  checkName(report, at, report.generated.has(name) ? name.slice(0, name.indexOf('@')) : name);
  const wdir = rootPath(report, { path: [...at, 'wdir'], written: shape.wdir ?? '.', wdir: report.folder });
  const within = { report, at, wdir };
  return {
    name: `${namePrefix(report.file)}${name}`,
    cmd: toCommand(within, shape.cmd),
    shell: toShell(within, shape.shell ?? 'sh'),
    wdir,
    deps: (shape.deps ?? []).map((dep, index) => toDep(within, index, dep)),
    params: toParams(within, shape.params ?? []),
    env: toEnv(within, shape.env ?? []),
    passEnv: toPassEnv(within, shape.pass_env ?? [], shape.env ?? []),
    outs: [
      ...toOuts(within, 'outs', 'out', shape.outs ?? []),
      ...toOuts(within, 'metrics', 'metric', shape.metrics ?? []),
      ...toOuts(within, 'plots', 'plot', shape.plots ?? []),
    ],
    frozen: shape.frozen ?? false,
    alwaysChanged: shape.always_changed ?? false,
    isolated: shape.isolated ?? false,
    timeoutMs: shape.timeout === undefined ? null : toTimeout(within, shape.timeout),
    ...toScheduling(within, shape),
    desc: shape.desc ?? null,
    place: report.source.placeOfKey(at),
  };
}

function toCommand({ report, at }: Within, cmd: string | readonly string[]): string | readonly string[] {
  const scripts = typeof cmd === 'string' ? [cmd] : cmd;
  const path = [...at, 'cmd'];
  if (scripts.length === 0) complain(report, { path, message: '`cmd` is an empty list' });
  for (const [index, script] of scripts.entries()) {
    if (script.trim() === '')
      complain(report, { path: typeof cmd === 'string' ? path : [...path, index], message: '`cmd` is empty' });
  }
  return cmd;
}

function toShell({ report, at }: Within, shell: string | readonly string[]): readonly string[] {
  const path = [...at, 'shell'];
  if (typeof shell !== 'string') {
    if (shell.length === 0 || shell[0] === '') complain(report, { path, message: '`shell` names no program' });
    return shell;
  }
  if (shell === 'bash') return ['bash', '-eo', 'pipefail', '-c'];
  if (shell !== 'sh') {
    const hint = `sh and bash are known; write any other as a list: [${shell}, -c]`;
    complain(report, { path, message: `unknown shell \`${shell}\``, hint });
  }
  return ['/bin/sh', '-e', '-c'];
}

type ParamShape = NonNullable<StageShape['params']>[number];

function toParams({ report, at, wdir }: Within, entries: readonly ParamShape[]): readonly ParamRef[] {
  const refs: ParamRef[] = [];
  const add = (path: PathPart[], file: string, key: string | null) => {
    if (key !== null && key.split('.').includes('')) complain(report, { path, message: `\`${key}\` is no dotted key` });
    if (refs.some((ref) => ref.file === file && (ref.keys?.[0] ?? null) === key))
      complain(report, { path, message: `\`${key ?? file}\` is listed twice` });
    refs.push({ file, keys: key === null ? null : [key], place: report.source.placeOf(path) });
  };
  for (const [index, entry] of entries.entries()) {
    const path = [...at, 'params', index];
    if (typeof entry === 'string') {
      add(path, rootPath(report, { path, written: 'params.yaml', wdir }), entry);
      continue;
    }
    for (const [written, keys] of Object.entries(entry)) {
      const inFile = [...path, written];
      const file = rootPath(report, { path: inFile, written, wdir, atKey: true });
      if (keys === null) add(inFile, file, null);
      else if (keys.length === 0) complain(report, { path: inFile, message: 'lists no key', hint: WHOLE_FILE_HINT });
      else for (const [nth, key] of keys.entries()) add([...inFile, nth], file, String(key));
    }
  }
  return refs;
}

const WHOLE_FILE_HINT = 'for the whole file leave out the list: {other.yaml: null}';

type VariableShape = NonNullable<StageShape['env']>[number];

function toEnv({ report, at }: Within, entries: readonly VariableShape[]): readonly EnvRef[] {
  const refs: EnvRef[] = [];
  const add = (path: PathPart[], name: string, value: string | null) => {
    checkVariable(report, path, name);
    if (looksSecret(name))
      complain(report, {
        path,
        message: `\`${name}\` looks like a secret: its value would stand in locks/`,
        hint: PASS,
      });
    if (refs.some((ref) => ref.name === name)) complain(report, { path, message: `\`${name}\` is declared twice` });
    refs.push({ name, value });
  };
  for (const [index, entry] of entries.entries()) {
    const path = [...at, 'env', index];
    if (typeof entry === 'string') {
      add(path, entry, null);
      continue;
    }
    for (const [name, value] of Object.entries(entry)) {
      const written = typeof value === 'string' ? value : report.source.writtenAt([...path, name]);
      add([...path, name], name, written ?? String(value));
    }
  }
  return refs;
}

const PASS = 'list it under pass_env: it reaches the stage, and is neither an input nor recorded';

function toPassEnv({ report, at }: Within, names: readonly string[], env: readonly VariableShape[]): readonly string[] {
  const declared = new Set(env.flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.keys(entry))));
  for (const [index, name] of names.entries()) {
    const path = [...at, 'pass_env', index];
    checkVariable(report, path, name);
    if (declared.has(name)) complain(report, { path, message: `\`${name}\` is declared under env as well` });
  }
  return names;
}

function checkVariable(report: Report, path: PathPart[], name: string): void {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return;
  const [first] = name.split('=');
  const hint = name.includes('=') ? `write {${first}: value}` : 'letters, digits and _ are allowed, no digit first';
  complain(report, { path, atKey: true, message: `\`${name}\` cannot be the name of a variable`, hint });
}

type OutShape = string | Readonly<Record<string, OutOptions | null>>;

function toOuts(within: Within, key: string, kind: Out['kind'], entries: readonly OutShape[]): readonly Out[] {
  return entries.flatMap((entry, index) => {
    const path = [...within.at, key, index];
    if (typeof entry === 'string') return [toOut(within, { path, kind, written: entry, options: null })];
    return Object.entries(entry).map(([written, options]) =>
      toOut(within, { path: [...path, written], kind, written, options }),
    );
  });
}

interface OutEntry {
  readonly path: PathPart[];
  readonly kind: Out['kind'];
  readonly written: string;
  readonly options: OutOptions | null;
}

function toOut({ report, wdir }: Within, { path, kind, written, options }: OutEntry): Out {
  if (isGlob(written))
    complain(report, { path, atKey: true, message: `\`${written}\` is a glob`, hint: OUT_GLOB_HINT });
  return {
    path: rootPath(report, { path, written, wdir, atKey: true }),
    kind,
    cache: options?.cache ?? true,
    persist: options?.persist ?? false,
    push: options?.push ?? true,
    desc: options?.desc ?? null,
    ...(kind === 'plot' && { plot: plotStyle(options) }),
    place: report.source.placeOfKey(path),
  };
}

const OUT_GLOB_HINT = 'name each out, or the folder that holds them: an out has one owner';

function toTimeout({ report, at }: Within, written: string | number): number | null {
  const ms = parseDuration(written);
  if (ms !== undefined) return ms;
  const message = `\`${written}\` is no duration`;
  complain(report, { path: [...at, 'timeout'], message, hint: 'write 90s, 30m, 1h30m, or a number of seconds' });
  return null;
}
