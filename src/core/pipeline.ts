/**
 * The pipeline as a value: plain data (it is cached as JSON), every path root-relative with `/`.
 *
 * Knows nothing of YAML or files. `core/pipeline-file` makes it from text; past that module
 * nothing re-checks its shape: a `Pipeline` is proof that every rule in docs/pipeline-file.md holds.
 */
import type { Digest } from '../lib/digest.ts';
import { globBase } from './glob.ts';
import type { PlotStyle } from './plot-style.ts';
import type { RemoteTable } from './remote-settings.ts';

export interface Pipeline {
  /** All pipeline files, root-relative; the root's own comes first. */
  readonly files: readonly string[];
  /** In the order of the files. */
  readonly stages: readonly Stage[];
  readonly models: readonly ModelState[];
  readonly sources: readonly Source[];
  /** Linked into private folders, never digested: `node_modules`. */
  readonly environment: readonly string[];
  readonly pools: readonly Pool[];
  readonly declarations: Declarations;
  /** Config files may add to them, and to what is said of each. */
  readonly remotes: RemoteTable;
}

/** How many stages that name it may run at a time. */
export interface Pool {
  readonly name: string;
  readonly depth: number;
  readonly place: Place;
}

/** What belongs to the pipeline without belonging to a stage; it runs nothing. Paths are root-relative. */
export interface Declarations {
  readonly params: readonly string[];
  readonly metrics: readonly string[];
  readonly plots: readonly TopPlot[];
  readonly artifacts: readonly Artifact[];
}

export interface TopPlot {
  /** A path below `folder`, or a name of its own when the options say where the data is. */
  readonly id: string;
  readonly folder: string;
  readonly options: unknown;
}

export interface Artifact {
  readonly name: string;
  readonly path: string;
  readonly type: string | null;
  readonly desc: string | null;
  readonly labels: readonly string[];
  readonly meta: unknown;
  readonly place: Place;
}

/** Data that no stage makes, tracked by content: a file or a folder. */
export interface Source {
  readonly path: string;
  readonly place: Place;
}

/** Where something stands in a file the user wrote. Lines and columns start at 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Stage {
  /** `train`, or `models/a/pipeline.yaml:train` of a pipeline below the root. */
  readonly name: string;
  /** One script, or several run one after the other; the first that fails ends the stage. */
  readonly cmd: string | readonly string[];
  /** Argument list of the shell; the script is its last argument. */
  readonly shell: readonly string[];
  /** `.` is the root. */
  readonly wdir: string;
  readonly deps: readonly Dep[];
  readonly params: readonly ParamRef[];
  /** Declared variables: part of the inputs. A value given here wins over the environment. */
  readonly env: readonly EnvRef[];
  /** Variables that reach the command and are no input. */
  readonly passEnv: readonly string[];
  readonly outs: readonly Out[];
  readonly frozen: boolean;
  readonly alwaysChanged: boolean;
  /** Runs in a private folder that holds only what is declared. */
  readonly isolated: boolean;
  /** Of all attempts together. */
  readonly timeoutMs: number | null;
  /** How often a command that exits with another code than 0 is tried again. */
  readonly retries: number;
  readonly resources: Resources;
  readonly pool: PoolRef | null;
  readonly desc: string | null;
  readonly place: Place;
}

export type Dep =
  | { readonly kind: 'path'; readonly path: string; readonly place: Place }
  /** A text file that counts with LF for every CRLF, and without its mode. */
  | { readonly kind: 'text'; readonly path: string; readonly place: Place }
  /** The sorted matches are inputs; no match is a failure; the stage's own outs are left out. */
  | { readonly kind: 'glob'; readonly pattern: string; readonly place: Place }
  /** What a script prints. */
  | { readonly kind: 'command'; readonly script: string; readonly place: Place }
  /** What a server says of a file; with a digest, exactly that content. */
  | { readonly kind: 'url'; readonly url: string; readonly sha256: Digest | null; readonly place: Place };

/** The file or folder that a dep names, if it names one. */
export function depPath(dep: Dep): string | undefined {
  return dep.kind === 'path' || dep.kind === 'text' ? dep.path : undefined;
}

/** Of the workspace, where a dep's files may be: the folder that a glob starts from. */
export function depBase(dep: Dep): string | undefined {
  return dep.kind === 'glob' ? globBase(dep.pattern) : depPath(dep);
}

export interface ParamRef {
  readonly file: string;
  /** Dotted keys; null is the whole file. */
  readonly keys: readonly string[] | null;
  readonly place: Place;
}

export interface EnvRef {
  readonly name: string;
  /** null: taken from the environment of `pipe`. */
  readonly value: string | null;
}

/** What a stage takes while it runs: for scheduling, never an input. */
export interface Resources {
  readonly cpus: number;
  readonly memBytes: number | null;
  readonly gpus: number;
}

export interface PoolRef {
  readonly name: string;
  readonly place: Place;
}

export interface Out {
  readonly path: string;
  readonly kind: 'out' | 'metric' | 'plot';
  /** Kept in the object store (and git-ignored). */
  readonly cache: boolean;
  /** Stays in place while the stage runs. */
  readonly persist: boolean;
  readonly push: boolean;
  readonly desc: string | null;
  /** Of a plot: how it is drawn. */
  readonly plot?: PlotStyle;
  readonly place: Place;
}

/**
 * A registry and what goes with it: *state* of the stage that owns it, never an out.
 * No path of it is moved aside, cached, restored, or recorded in that stage's lock entry.
 */
export interface ModelState {
  readonly name: string;
  /** The stage that judges and promotes. */
  readonly stage: string;
  readonly registry: string;
  /** A byte copy of the production version. */
  readonly path: string;
  /** A copy of the latest evaluation. */
  readonly verdict: string;
  /** What the training stage wrote. */
  readonly candidate: string;
  readonly holdout: string;
  /** Key of the gate's policy in params.yaml. */
  readonly gate: string;
  readonly retrain: { readonly target: string; readonly schedule: string | null; readonly timezone: string | null };
  readonly place: Place;
}

/** The paths of a model that its stage writes besides its outs. */
export function statePaths(model: ModelState): readonly string[] {
  return [model.registry, model.path, model.verdict];
}
