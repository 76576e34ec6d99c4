/** `trace` of what a model answered: from the version that answered back to everything that version was made from. */
import type { Failure } from '../core/failure.ts';
import type { VersionCard } from '../core/registry-card.ts';
import { versionName, type VersionStatus } from '../core/registry.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { openRegistry, readCard } from '../store/registry.ts';
import { loadPipeline } from './load.ts';
import { traceCard, type TracedOut } from './trace.ts';

export interface VersionTraceOptions {
  /** Absolute. */
  readonly cwd: string;
  readonly model: string;
  /** Of the model file, whole. */
  readonly sha: string;
}

export interface TracedVersion {
  readonly model: string;
  readonly n: number;
  /** Of the version's folder in the registry. */
  readonly name: string;
  readonly sha: string;
  readonly status: VersionStatus;
  readonly created: string | null;
  /** The commit that was checked out when it was registered; `dirty`: and something differed from it. */
  readonly git: VersionCard['git'];
  /** How the model file came to be; null: no stage made it, as of a model that was imported. */
  readonly made: TracedOut | null;
}

/** Failures: no-pipeline, pipeline-invalid, not-traceable, registry. */
export async function traceVersion({ cwd, model, sha }: VersionTraceOptions): Promise<Result<TracedVersion, Failure>> {
  const loaded = await loadPipeline(cwd);
  if (!loaded.ok) return loaded;
  const state = loaded.value.pipeline.models.find(({ name }) => name === model);
  if (state === undefined) return err(untraceable(sha, `is of the model ${model}, which this pipeline has no more`));
  const registry = openRegistry({ root: loaded.value.root, model: state });
  const versions = registry.read();
  if (!versions.ok) return versions;
  const version = versions.value.versions.find((entry) => entry.sha === sha);
  if (version === undefined) return err(untraceable(sha, `is in the registry of ${model} no more`));
  const card = readCard(registry, version);
  const made = card && (await traceCard(loaded.value, card));
  return ok({
    model,
    name: versionName(version),
    ...version,
    created: card?.created ?? null,
    git: card?.git ?? null,
    made: made ?? null,
  });
}

const untraceable = (sha: string, problem: string): Failure => ({
  code: 'not-traceable',
  target: sha.slice(0, 12),
  problem,
});
