/**
 * Gathers a stage's inputs as they are now: digests of its deps, values of its params and variables.
 * Reads only; stops at the first thing that is not there.
 */
import { commandName } from '../core/dep-name.ts';
import type { Failure } from '../core/failure.ts';
import type { DepState, StageInputs } from '../core/fingerprint.ts';
import { selectParam } from '../core/param-key.ts';
import type { ParamValue } from '../core/param-value.ts';
import type { Dep, ParamRef, Place, Stage } from '../core/pipeline.ts';
import type { Content } from '../core/lock-entry.ts';
import { assertNever } from '../lib/assert-never.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { DigestOptions } from '../store/digest.ts';
import { listMatches } from '../store/glob.ts';
import { systemFailure } from '../store/system-failure.ts';
import { outsideProblem } from './outside-path.ts';
import { recordedDep } from './recorded.ts';
import type { Workspace } from './workspace.ts';

export interface GatherOptions {
  /** Ask servers once more: after a run, as everything else is looked at once more. */
  readonly anew?: boolean;
  /** As in `DigestOptions`. */
  readonly onRewritten?: (path: string) => void;
}

/**
 * Failures: dep-missing, glob-empty, dep-command-failed, url-unreachable, url-unusable, param-missing,
 * params-invalid, path-refused, system.
 */
export async function gatherInputs(
  workspace: Workspace,
  stage: Stage,
  options: GatherOptions = {},
): Promise<Result<StageInputs, Failure>> {
  const deps: Record<string, DepState> = {};
  for (const dep of stage.deps) {
    const states = await statesOf(workspace, stage, { dep, options });
    if (!states.ok) return states;
    for (const [name, state] of states.value) deps[name] = state;
  }
  const params = await gatherParams(workspace, stage);
  if (!params.ok) return params;
  const { cmd, shell, wdir } = stage;
  const env = Object.fromEntries(stage.env.map(({ name, value }) => [name, value ?? workspace.env[name] ?? null]));
  const outs = stage.outs.map(({ path, persist }) => ({ path, persist }));
  return ok({ cmd, shell, wdir, deps, params: params.value, env, outs });
}

type Named = readonly (readonly [string, DepState])[];

async function statesOf(
  workspace: Workspace,
  stage: Stage,
  { dep, options }: { readonly dep: Dep; readonly options: GatherOptions },
): Promise<Result<Named, Failure>> {
  switch (dep.kind) {
    case 'path':
    case 'text':
      return mapResult(await fileState(workspace, stage, { dep, options }), (state) => [[dep.path, state]]);
    case 'glob':
      return await matchStates(workspace, stage, { dep, options });
    case 'command':
      return mapResult(await workspace.outside.command(stage, dep), (state) => [[commandName(dep.script), state]]);
    case 'url':
      return mapResult(await workspace.outside.url(stage, dep, { anew: options.anew ?? false }), (state) => [
        [dep.url, state],
      ]);
    default:
      return assertNever(dep);
  }
}

type FileDep = { readonly kind: 'path' | 'text'; readonly path: string; readonly place: Place };

async function fileState(
  workspace: Workspace,
  stage: Stage,
  { dep: { kind, path, place }, options }: { readonly dep: FileDep; readonly options: GatherOptions },
): Promise<Result<DepState, Failure>> {
  const refused = outsideProblem(workspace.root, path);
  if (refused !== undefined) return err({ code: 'path-refused', path, ...refused });
  const content = await contentOf(workspace, path, options);
  if (!content.ok) return content;
  if (content.value === undefined) {
    const recorded = workspace.terms.allowMissing ? recordedDep(workspace, stage, path) : undefined;
    if (recorded !== undefined && (recorded.type === 'text') === (kind === 'text')) return ok(recorded);
    return err({ code: 'dep-missing', stage: stage.name, path, place, ...makerOf(workspace, path) });
  }
  const { type, digest } = content.value;
  if (kind === 'path') return ok({ type, digest });
  if (type === 'dir' || type === 'symlink') {
    const problem = type === 'dir' ? 'is a folder, not a text' : 'is a link, not a text';
    return err({ code: 'path-refused', path, problem, hint: '`eol: lf` is for a single file' });
  }
  const { digestText } = await import('../store/text-digest.ts');
  try {
    return ok({ type: 'text', digest: await digestText(workspace.layout, path, digest) });
  } catch (error) {
    return err(systemFailure(error, { operation: 'read', path }));
  }
}

function makerOf({ graph, stage }: Workspace, path: string) {
  const owner = graph.ownerOf(path);
  return owner === undefined ? {} : { owner: { stage: owner, frozen: stage(owner).frozen } };
}

async function matchStates(
  workspace: Workspace,
  stage: Stage,
  { dep, options }: { readonly dep: GlobDep; readonly options: GatherOptions },
): Promise<Result<Named, Failure>> {
  const { root, ignore } = workspace;
  const exclude = stage.outs.map(({ path }) => path);
  const matches = await listMatches({ root, pattern: dep.pattern, ignore, exclude });
  if (!matches.ok) return matches;
  if (matches.value.length === 0)
    return err({ code: 'glob-empty', stage: stage.name, pattern: dep.pattern, place: dep.place });
  const states: [string, DepState][] = [];
  for (const path of matches.value) {
    const state = await fileState(workspace, stage, { dep: { kind: 'path', path, place: dep.place }, options });
    if (!state.ok) return state;
    states.push([path, state.value]);
  }
  return ok(states);
}

type GlobDep = Extract<Dep, { readonly kind: 'glob' }>;

function mapResult<T, U>(result: Result<T, Failure>, map: (value: T) => U): Result<U, Failure> {
  return result.ok ? ok(map(result.value)) : result;
}

/** From the stat index when nothing moved, without waiting; otherwise by reading what moved. */
export async function contentOf(
  { digester }: Workspace,
  path: string,
  options: DigestOptions = {},
): Promise<Result<Content | undefined, Failure>> {
  const peeked = digester.peek(path);
  return peeked === 'unknown' ? await digester.digest(path, options) : ok(peeked);
}

async function gatherParams(workspace: Workspace, stage: Stage): Promise<Result<Record<string, ParamValue>, Failure>> {
  const params: Record<string, ParamValue> = {};
  for (const ref of stage.params) {
    const tree = await workspace.params.read(ref.file);
    if (!tree.ok) return tree;
    const missing = addParams(params, ref, tree.value);
    if (missing !== undefined) {
      return err({ code: 'param-missing', stage: stage.name, file: ref.file, key: missing, place: ref.place });
    }
  }
  return ok(params);
}

/** Returns the first key that is not there. */
function addParams(
  params: Record<string, ParamValue>,
  ref: ParamRef,
  tree: ParamValue | undefined,
): string | undefined {
  if (tree === undefined) return ref.keys?.[0] ?? '';
  if (ref.keys === null) params[`${ref.file}:`] = tree;
  for (const key of ref.keys ?? []) {
    const value = selectParam(tree, key);
    if (value === undefined) return key;
    params[`${ref.file}:${key}`] = value;
  }
  return undefined;
}
