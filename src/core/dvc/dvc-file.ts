/**
 * One `.dvc` file (or `Dvcfile`): data that no stage makes, where it was imported from, or, as DVC had them
 * before dvc.yaml, one stage with its digests. Pure.
 */
import { err, ok, type Result } from '../../lib/result.ts';
import { isParamMap } from '../param-path.ts';
import type { ParamValue } from '../param-value.ts';
import { parseParams } from '../params-file.ts';
import { commandOf, type DvcData, type DvcRecord, listOf, toData } from './lock.ts';

export interface DvcPointer {
  /** From the file's folder. */
  readonly wdir: string;
  readonly outs: readonly DvcPointerOut[];
  /** Where the data came from, for people; undefined when it was added here. */
  readonly origin: string | undefined;
  readonly desc: string | undefined;
  /** Whether the file has a `meta` of its own. */
  readonly hasMeta: boolean;
  /** Lines of comments, without their `#`. */
  readonly comments: readonly string[];
  /** A stage of DVC before 1.0 that only named others: no command, no data. */
  readonly isOnlyDeps: boolean;
  /** A stage of the old kind, with what was recorded of it. */
  readonly stage: { readonly definition: Readonly<Record<string, unknown>>; readonly record: DvcRecord } | undefined;
}

export interface DvcPointerOut {
  readonly data: DvcData;
  readonly desc: string | undefined;
  /** What is said of it that a source of pipe does not have: `meta`, `push: false` … */
  readonly annotations: readonly string[];
}

type Tree = { readonly [key: string]: ParamValue };

/** The failure is the rest of a sentence that begins with the file. */
export function parseDvcFile(text: string): Result<DvcPointer, string> {
  const parsed = parseParams({ file: 'x.dvc.yaml', text });
  if (!parsed.ok || !isParamMap(parsed.value)) return err('is not valid YAML');
  const tree = parsed.value;
  const { wdir, desc, cmd } = tree;
  const [first] = listOf(tree['deps']);
  const hasCommand = textIn(cmd) !== undefined || Array.isArray(cmd);
  return ok({
    wdir: textIn(wdir) ?? '.',
    outs: listOf(tree['outs']).flatMap((out) =>
      toData(out).map((data) => ({
        data,
        desc: textIn(out['desc']),
        annotations: annotationsOf(out),
      })),
    ),
    origin: originOf(first),
    desc: textIn(desc),
    hasMeta: 'meta' in tree,
    comments: [...text.matchAll(/^\s*#(.*)$/gm)].map(([, comment = '']) => comment.trimEnd()),
    isOnlyDeps: !hasCommand && listOf(tree['outs']).length === 0,
    stage: hasCommand ? oldStage(tree) : undefined,
  });
}

function annotationsOf(out: Tree): readonly string[] {
  const remote = textIn(out['remote']);
  return [
    ...['type', 'labels', 'meta'].filter((key) => key in out),
    ...['cache', 'push'].flatMap((key) => (out[key] === false ? [`${key}: false`] : [])),
    ...(remote === undefined ? [] : [`remote: ${remote}`]),
  ];
}

function originOf(dep: Tree | undefined): string | undefined {
  if (dep === undefined) return undefined;
  const { path, repo, db } = dep;
  if (isParamMap(repo)) {
    const rev = textIn(repo['rev_lock']) ?? textIn(repo['rev']);
    return `${textIn(repo['url'])} (${textIn(path)}${rev === undefined ? '' : ` at ${rev}`})`;
  }
  return isParamMap(db) ? 'a database' : textIn(path);
}

/** As it would stand in dvc.yaml. */
function oldStage(tree: Tree): NonNullable<DvcPointer['stage']> {
  const outs = listOf(tree['outs']);
  const deps = listOf(tree['deps']);
  const plainDeps = deps.filter((dep) => !isParamMap(dep['params']));
  const ofKind = (key: string) => outs.filter((out) => kindOf(out) === key).map(toOutEntry);
  const lists = {
    deps: plainDeps.flatMap(({ path }) => textIn(path) ?? []),
    params: deps.filter((dep) => isParamMap(dep['params'])).map(toParamsEntry),
    outs: ofKind('outs'),
    metrics: ofKind('metrics'),
    plots: ofKind('plots'),
  };
  const cmd = commandOf(tree['cmd']);
  return {
    definition: {
      cmd,
      ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
      ...((tree['frozen'] === true || tree['locked'] === true) && { frozen: true }),
      ...(tree['always_changed'] === true && { always_changed: true }),
      ...Object.fromEntries(['desc', 'meta'].flatMap((key) => (tree[key] == null ? [] : [[key, tree[key]]]))),
    },
    record: {
      cmd,
      deps: plainDeps.flatMap(toData),
      params: new Map(
        deps.flatMap(({ path, params }) =>
          isParamMap(params) ? [[textIn(path) ?? 'params.yaml', new Map(Object.entries(params))] as const] : [],
        ),
      ),
      outs: outs.flatMap(toData),
    },
  };
}

const kindOf = (out: Tree): string => (isSet(out['metric']) ? 'metrics' : isSet(out['plot']) ? 'plots' : 'outs');

const isSet = (value: ParamValue | undefined): boolean => value === true || isParamMap(value);

/** Whatever pipe has nothing like is named when the stage is converted. */
const OUT_KEYS = ['cache', 'persist', 'push', 'desc', 'type', 'labels', 'meta', 'remote'];

function toOutEntry(out: Tree): unknown {
  const flags = [...OUT_KEYS, ...(isParamMap(out['metric']) ? ['metric'] : [])].flatMap((key) =>
    out[key] == null ? [] : [[key, out[key]]],
  );
  const path = textIn(out['path']) ?? '';
  return flags.length === 0 ? path : { [path]: Object.fromEntries(flags) };
}

function toParamsEntry({ path, params }: Tree): unknown {
  return { [textIn(path) ?? 'params.yaml']: Object.keys(isParamMap(params) ? params : {}) };
}

const textIn = (value: ParamValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined);
