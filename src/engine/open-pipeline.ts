/** A pipeline as a program holds it: what is in it, and what is done most with it. Holds no file open. */
import type { Failure } from '../core/failure.ts';
import { depBase, type Stage } from '../core/pipeline.ts';
import { ok, type Result } from '../lib/result.ts';
import { checkout, repro, status, trace, watch } from './library.ts';
import { loadPipeline } from './load.ts';

type Without<F extends (options: never) => unknown, K extends string> = Omit<Parameters<F>[0], K>;

export interface OpenPipeline {
  /** Absolute. */
  readonly root: string;
  /** In topological order. */
  readonly stages: readonly StageOutline[];
  readonly repro: (options?: Without<typeof repro, 'cwd'>) => ReturnType<typeof repro>;
  readonly status: (options?: Without<typeof status, 'cwd'>) => ReturnType<typeof status>;
  readonly watch: (options: Without<typeof watch, 'cwd'>) => ReturnType<typeof watch>;
  readonly trace: (options: Without<typeof trace, 'cwd'>) => ReturnType<typeof trace>;
  readonly checkout: (options?: Without<typeof checkout, 'cwd'>) => ReturnType<typeof checkout>;
}

/** Paths are root-relative, with `/`. */
export interface StageOutline {
  readonly name: string;
  readonly cmd: string | readonly string[];
  readonly desc: string | null;
  /** Files and folders; of a glob the folder it starts from. */
  readonly deps: readonly string[];
  readonly outs: readonly string[];
  /** The stages whose outs it reads. */
  readonly upstream: readonly string[];
  readonly downstream: readonly string[];
}

/**
 * `cwd`: absolute; the pipeline is looked for here and above, and relative targets are meant from here. The
 * outline is of now; each verb reads the files anew. Failures: no-pipeline, pipeline-invalid, config-invalid.
 */
export async function openPipeline(cwd: string): Promise<Result<OpenPipeline, Failure>> {
  const loaded = await loadPipeline(cwd);
  if (!loaded.ok) return loaded;
  const { root, pipeline, graph } = loaded.value;
  const stages = new Map(pipeline.stages.map((stage) => [stage.name, stage]));
  const outline = ({ name, cmd, desc, deps, outs }: Stage): StageOutline => ({
    name,
    cmd,
    desc,
    deps: deps.flatMap((dep) => depBase(dep) ?? []),
    outs: outs.map(({ path }) => path),
    upstream: graph.upstream(name),
    downstream: graph.downstream(name),
  });
  return ok({
    root,
    stages: graph.order.flatMap((name) => stages.get(name) ?? []).map(outline),
    repro: (options = {}) => repro({ ...options, cwd }),
    status: (options = {}) => status({ ...options, cwd }),
    watch: (options) => watch({ ...options, cwd }),
    trace: (options) => trace({ ...options, cwd }),
    checkout: (options = {}) => checkout({ ...options, cwd }),
  });
}
