/**
 * Gathers a stage's inputs as they are now: digests of its deps, values of its params and variables.
 * Reads only; stops at the first thing that is not there.
 */
import type { Failure } from '../core/failure.ts';
import type { DepState, StageInputs } from '../core/fingerprint.ts';
import { selectParam } from '../core/param-key.ts';
import type { ParamValue } from '../core/param-value.ts';
import type { Dep, ParamRef, Stage } from '../core/pipeline.ts';
import type { Content } from '../core/lock-entry.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { listMatches } from '../store/glob.ts';
import { recordedDep } from './recorded.ts';
import type { Workspace } from './workspace.ts';

/** Failures: dep-missing, glob-empty, param-missing, params-invalid, path-refused, system. */
export async function gatherInputs(workspace: Workspace, stage: Stage): Promise<Result<StageInputs, Failure>> {
  const deps = await gatherDeps(workspace, stage);
  if (!deps.ok) return deps;
  const params = await gatherParams(workspace, stage);
  if (!params.ok) return params;
  const { cmd, shell, wdir } = stage;
  const env = Object.fromEntries(stage.env.map(({ name, value }) => [name, value ?? workspace.env[name] ?? null]));
  const outs = stage.outs.map(({ path, persist }) => ({ path, persist }));
  return ok({ cmd, shell, wdir, deps: deps.value, params: params.value, env, outs });
}

async function gatherDeps(workspace: Workspace, stage: Stage): Promise<Result<Record<string, DepState>, Failure>> {
  const deps: Record<string, DepState> = {};
  for (const dep of stage.deps) {
    const paths = await pathsOf(workspace, stage, dep);
    if (!paths.ok) return paths;
    for (const path of paths.value) {
      const content = await contentOf(workspace, path);
      if (!content.ok) return content;
      const state = content.value ?? (workspace.terms.allowMissing ? recordedDep(workspace, stage, path) : undefined);
      if (state === undefined) return err({ code: 'dep-missing', stage: stage.name, path, place: dep.place });
      deps[path] = { type: state.type, digest: state.digest };
    }
  }
  return ok(deps);
}

async function pathsOf(workspace: Workspace, stage: Stage, dep: Dep): Promise<Result<readonly string[], Failure>> {
  if (dep.kind === 'path') return ok([dep.path]);
  const { root, ignore } = workspace;
  const matches = await listMatches({
    root,
    pattern: dep.pattern,
    ignore,
    exclude: stage.outs.map(({ path }) => path),
  });
  if (!matches.ok || matches.value.length > 0) return matches;
  return err({ code: 'glob-empty', stage: stage.name, pattern: dep.pattern, place: dep.place });
}

/** From the stat index when nothing moved, without waiting; otherwise by reading what moved. */
export async function contentOf({ digester }: Workspace, path: string): Promise<Result<Content | undefined, Failure>> {
  const peeked = digester.peek(path);
  return peeked === 'unknown' ? await digester.digest(path) : ok(peeked);
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
