/**
 * One checkout with everything that is needed to decide and act in it. Made once a command.
 *
 * The clock, the environment and the crash hook come in here and nowhere else.
 */
import { join } from 'node:path';
import type { Fingerprint } from '../core/fingerprint.ts';
import type { CacheConfig } from '../core/cache-config.ts';
import type { Graph } from '../core/graph.ts';
import type { Content } from '../core/lock-entry.ts';
import type { Failure } from '../core/failure.ts';
import { lazy } from '../lib/lazy.ts';
import type { Result } from '../lib/result.ts';
import type { RunRecord } from '../store/run-cache.ts';
import type { ModelState, Pipeline, Stage } from '../core/pipeline.ts';
import type { Digest } from '../lib/digest.ts';
import { createDigester, type Digester } from '../store/digest.ts';
import { readDurations } from '../store/durations.ts';
import { durationsByFingerprint } from '../store/run-history.ts';
import { createIgnore, type IgnoreRules } from '../store/ignore.ts';
import { layoutOf, type Layout } from '../store/layout.ts';
import { createObjectStore, type ObjectStore } from '../store/objects.ts';
import type { SyncGroup } from '../store/sync-group.ts';
import { digestIfThere, openRegistry, type Registry } from '../store/registry.ts';
import type { LoadedPipeline } from './load.ts';
import { createOutside, type Outside } from './outside.ts';
import { commandPathIn } from './stage-environment.ts';
import { createParamsReader, type ParamsReader } from './params.ts';
import { type Terms, USUAL_TERMS } from './terms.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The instants between which a crash must be harmless; a test kills the process at each. */
export type Step =
  | 'claimed'
  | 'journaled'
  | 'moved-aside'
  | 'ended'
  | 'digested'
  | 'stored'
  | 'recorded'
  | 'locked'
  | 'cleared';

export interface Workspace {
  readonly root: string;
  readonly layout: Layout;
  readonly pipeline: Pipeline;
  readonly graph: Graph;
  readonly ignore: IgnoreRules;
  readonly digester: Digester;
  readonly cache: CacheConfig;
  readonly objects: ObjectStore;
  /** Of a run: its files are synced in groups. Otherwise each is when it is written. */
  readonly syncs: SyncGroup | undefined;
  readonly params: ParamsReader;
  readonly outside: Outside;
  readonly env: Environment;
  /** Where stages' commands look for programs. */
  readonly commandPath: string;
  readonly terms: Terms;
  /** Set where what is missing may come from a remote. */
  readonly pullSource: PullSource | undefined;
  readonly now: () => Date;
  readonly stage: (name: string) => Stage;
  /** Registries that this stage owns. */
  readonly registriesOf: (stage: string) => readonly Registry[];
  readonly models: readonly ModelState[];
  /** Milliseconds of each stage's last run. */
  readonly durations: ReadonlyMap<string, number>;
  /** Milliseconds of the run that made what a fingerprint stands for; undefined when it was not here. */
  readonly runDuration: (fingerprint: Fingerprint) => number | undefined;
  readonly atStep: (step: Step, stage: string) => void;
}

/** What a run can have from a remote. */
export interface PullSource {
  /** Whether the outs of this stage are to be here in the end. */
  readonly isWanted: (stage: string) => boolean;
  /** Into the cache; false when some of it is not to be had. */
  readonly bring: (contents: readonly Content[]) => Promise<Result<boolean, Failure>>;
  readonly record: (fingerprint: Fingerprint) => Promise<Result<RunRecord | undefined, Failure>>;
  readonly close: () => Promise<void>;
}

export interface WorkspaceOptions {
  readonly env: Environment;
  readonly terms?: Terms;
  readonly pullSource?: PullSource | undefined;
  readonly syncs?: SyncGroup;
  readonly now?: () => Date;
  /** Ends what is asked of commands and servers. */
  readonly signal?: AbortSignal;
  readonly atStep?: (step: Step, stage: string) => void;
}

export function createWorkspace(
  { root, pipeline, graph, cache }: LoadedPipeline,
  options: WorkspaceOptions,
): Workspace {
  const layout = layoutOf(root, cache);
  const ignore = createIgnore(root);
  const digester = createDigester({ root, ignore });
  const runDurations = lazy(() => durationsByFingerprint(layout)); // most runs restore nothing
  const commandPath = commandPathIn(root, options.env);
  const stages = new Map(pipeline.stages.map((stage) => [stage.name, stage]));
  return {
    root,
    layout,
    pipeline,
    graph,
    ignore,
    digester,
    cache,
    objects: createObjectStore({ root, cache, digester, syncs: options.syncs }),
    syncs: options.syncs,
    params: createParamsReader(layout),
    outside: createOutside({ root, layout, env: options.env, commandPath, signal: options.signal }),
    // A copy: each look at the process's own asks the system.
    env: { ...options.env },
    commandPath,
    terms: options.terms ?? USUAL_TERMS,
    pullSource: options.pullSource,
    now: options.now ?? (() => new Date()),
    stage: (name) => stages.get(name) ?? unknownStage(name),
    registriesOf: (stage) =>
      pipeline.models
        .filter((model) => model.stage === stage)
        .map((model) => openRegistry({ root, model, digestFile: (path) => digestFile(root, digester, path) })),
    models: pipeline.models,
    durations: readDurations(layout),
    runDuration: (fingerprint) => runDurations().get(fingerprint),
    atStep: options.atStep ?? (() => undefined),
  };
}

/** By the stat index where it knows the file: a run in which all is fresh reads no model. */
function digestFile(root: string, digester: Digester, path: string): Digest | undefined {
  const content = digester.peek(path);
  return content === 'unknown' ? digestIfThere(join(root, path)) : content?.digest;
}

function unknownStage(name: string): never {
  throw new Error(`no stage ${name}: names are checked when targets are selected`);
}
