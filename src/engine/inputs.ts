/**
 * Gathers a stage's inputs as they are now: digests of its deps, values of its params and variables.
 * Reads only; stops at the first thing that is not there. Answers at once where nothing has moved.
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
import { chain, DONE, eachInTurn, type Soon } from '../lib/soon.ts';
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
export function gatherInputs(
  workspace: Workspace,
  stage: Stage,
  options: GatherOptions = {},
): Soon<Result<StageInputs, Failure>> {
  const asked = { workspace, stage, options };
  const deps: States = new Map();
  const params: Record<string, ParamValue> = {};
  const gathered = chain(
    eachInTurn(stage.deps, (dep) => addDep(deps, asked, dep)),
    () => eachInTurn(stage.params, (ref) => addParams(params, asked, ref)),
  );
  return chain(gathered, () => ok(toInputs(asked, deps, params)));
}

interface Asked {
  readonly workspace: Workspace;
  readonly stage: Stage;
  readonly options: GatherOptions;
}

function toInputs({ workspace, stage }: Asked, states: States, params: StageInputs['params']): StageInputs {
  const { cmd, shell, wdir } = stage;
  const surrounding = (name: string) => (Object.hasOwn(workspace.env, name) ? workspace.env[name] : undefined);
  // From entries: a file or a variable may be called `__proto__`.
  const deps = Object.fromEntries(states);
  const env = Object.fromEntries(stage.env.map(({ name, value }) => [name, value ?? surrounding(name) ?? null]));
  const outs = stage.outs.map(({ path, persist }) => ({ path, persist }));
  return { cmd, shell, wdir, deps, params, env, outs };
}

type States = Map<string, DepState>;

function addDep(states: States, asked: Asked, dep: Dep): Soon<Result<void, Failure>> {
  const { workspace, stage, options } = asked;
  const add = (name: string, state: Soon<Result<DepState, Failure>>) =>
    chain(state, (known) => {
      states.set(name, known);
      return DONE;
    });
  switch (dep.kind) {
    case 'path':
    case 'text':
      return add(dep.path, fileState(asked, dep));
    case 'glob':
      return addMatches(states, asked, dep);
    case 'command':
      return add(commandName(dep.script), workspace.outside.command(stage, dep));
    case 'url':
      return add(dep.url, workspace.outside.url(stage, dep, { anew: options.anew ?? false }));
    default:
      return assertNever(dep);
  }
}

interface FileDep {
  readonly kind: 'path' | 'text';
  readonly path: string;
  readonly place: Place;
}

function fileState(asked: Asked, dep: FileDep): Soon<Result<DepState, Failure>> {
  const refused = outsideProblem(asked.workspace.root, dep.path);
  if (refused !== undefined) return err({ code: 'path-refused', path: dep.path, ...refused });
  return chain(contentOf(asked.workspace, dep.path, asked.options), (content) => {
    if (content === undefined) return missingState(asked, dep);
    const { type, digest } = content;
    return dep.kind === 'path' ? ok({ type, digest }) : textState(asked, dep.path, content);
  });
}

function missingState({ workspace, stage }: Asked, { kind, path, place }: FileDep): Result<DepState, Failure> {
  const recorded = workspace.terms.allowMissing ? recordedDep(workspace, stage, path) : undefined;
  if (recorded !== undefined && (recorded.type === 'text') === (kind === 'text')) return ok(recorded);
  return err({ code: 'dep-missing', stage: stage.name, path, place, ...makerOf(workspace, path) });
}

async function textState(
  { workspace }: Asked,
  path: string,
  { type, digest }: Content,
): Promise<Result<DepState, Failure>> {
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

type GlobDep = Extract<Dep, { readonly kind: 'glob' }>;

async function addMatches(states: States, asked: Asked, dep: GlobDep): Promise<Result<void, Failure>> {
  const { workspace, stage } = asked;
  const { root, ignore } = workspace;
  const exclude = stage.outs.map(({ path }) => path);
  const matches = await listMatches({ root, pattern: dep.pattern, ignore, exclude });
  if (!matches.ok) return matches;
  if (matches.value.length === 0)
    return err({ code: 'glob-empty', stage: stage.name, pattern: dep.pattern, place: dep.place });
  return eachInTurn(matches.value, (path) => addDep(states, asked, { kind: 'path', path, place: dep.place }));
}

/** From the stat index when nothing moved, without waiting; otherwise by reading what moved. */
export function contentOf(
  { digester }: Workspace,
  path: string,
  options: DigestOptions = {},
): Soon<Result<Content | undefined, Failure>> {
  const peeked = digester.peek(path);
  return peeked === 'unknown' ? digester.digest(path, options) : ok(peeked);
}

/** Stops at the first key that is not there. */
function addParams(
  params: Record<string, ParamValue>,
  { workspace, stage }: Asked,
  ref: ParamRef,
): Soon<Result<void, Failure>> {
  return chain(workspace.params.read(ref.file), (tree) => {
    const missing = addValues(params, ref, tree);
    if (missing === undefined) return DONE;
    return err({ code: 'param-missing', stage: stage.name, file: ref.file, key: missing, place: ref.place });
  });
}

/** Returns the first key that is not there. */
function addValues(
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
