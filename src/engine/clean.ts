/**
 * `clean`: takes the outs that the cache keeps out of the workspace; `checkout` or `repro` brings them back.
 *
 * What the cache does not have is moved to .pipe/saved/. Outs outside the cache (committed metrics),
 * sources and state of models stay; so do persist outs, unless `persist` asks for them.
 */
import type { Failure } from '../core/failure.ts';
import type { Out, Stage } from '../core/pipeline.ts';
import { ok, type Result } from '../lib/result.ts';
import { clearAside, moveAside } from './aside.ts';
import { scopeOf } from './claim-stage.ts';
import { contentOf } from './inputs.ts';
import { selectPaths } from './select-paths.ts';
import { openWriting, underClaim, type Writing, type WritingOptions } from './writing.ts';

export interface CleanOptions extends WritingOptions {
  /** Stages or paths of outs; none: all stages. */
  readonly targets?: readonly string[];
  readonly persist?: boolean;
}

export interface CleanReport {
  readonly removed: readonly string[];
  /** Where what the cache did not have is kept now. */
  readonly saved: readonly string[];
}

/** Failures: no-pipeline, pipeline-invalid, unknown-target, path-refused, system, interrupted. */
export async function clean(options: CleanOptions): Promise<Result<CleanReport, Failure>> {
  const opened = await openWriting(options);
  if (!opened.ok) return opened;
  const writing = opened.value;
  const selected = selectPaths(writing.loaded, options.targets ?? []);
  if (!selected.ok) return selected;
  const { persist = false } = options;
  const isAskedFor = (out: Out) => out.cache && (persist || !out.persist) && selected.value.isMeant(out.path);
  const removed: string[] = [];
  const saved: string[] = [];
  for (const name of selected.value.stages) {
    const done = await cleanStage(writing, writing.workspace.stage(name), isAskedFor);
    if (!done.ok) return done;
    removed.push(...done.value.removed);
    saved.push(...done.value.saved);
  }
  writing.workspace.digester.save();
  return ok({ removed, saved });
}

function cleanStage(
  writing: Writing,
  stage: Stage,
  isAskedFor: (out: Out) => boolean,
): Promise<Result<CleanReport, Failure>> {
  const { workspace } = writing;
  return underClaim(writing, { name: stage.name, scope: scopeOf(workspace, stage) }, async (claim) => {
    const paths: string[] = [];
    for (const { path } of stage.outs.filter(isAskedFor)) {
      const content = await contentOf(workspace, path);
      if (!content.ok) return content;
      if (content.value !== undefined) paths.push(path);
    }
    // The lock entry explains nothing here: what is not in the cache could not be brought back.
    const journal = await moveAside(workspace, { claim, paths, locked: undefined });
    if (!journal.ok) return journal;
    return ok({ removed: paths, saved: clearAside(workspace, journal.value) });
  });
}
