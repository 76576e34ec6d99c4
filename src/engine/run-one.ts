/**
 * `run`: one stage alone, whatever its state, frozen or not; what it makes is recorded as by `repro`.
 * With `tty` its command keeps the terminal of this process.
 */
import type { RunSummary } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import { terminalExecutor } from '../executors/terminal.ts';
import type { Result } from '../lib/result.ts';
import { type LoadedPipeline, loadPipeline } from './load.ts';
import { oneStage } from './one-stage.ts';
import { type ReproOptions, reproStages } from './repro.ts';

export interface RunOneOptions extends Pick<ReproOptions, 'cwd' | 'signal' | 'onEvent' | 'env'> {
  /** A stage, or the path of an out. */
  readonly stage: string;
  readonly tty?: boolean;
}

/** Failures: those of `repro`, and ambiguous-target. */
export async function runOne({ stage, tty = false, ...options }: RunOneOptions): Promise<Result<RunSummary, Failure>> {
  const loaded = await loadPipeline(options.cwd);
  if (!loaded.ok) return loaded;
  const name = oneStage(loaded.value, stage);
  if (!name.ok) return name;
  return await reproStages(thawed(loaded.value, name.value), [name.value], {
    ...options,
    force: true,
    ...(tty && { executor: terminalExecutor }),
  });
}

function thawed(loaded: LoadedPipeline, name: string): LoadedPipeline {
  const stages = loaded.pipeline.stages.map((stage) => (stage.name === name ? { ...stage, frozen: false } : stage));
  return { ...loaded, pipeline: { ...loaded.pipeline, stages } };
}
