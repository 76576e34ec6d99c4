/**
 * One entry of `models:` in pipeline.yaml, its shape already checked, made into a `ModelState`.
 *
 * Paths are relative to the pipeline's folder: a model belongs to no stage's working folder.
 */
import type { ModelState } from './pipeline.ts';
import type { ModelShape } from './pipeline-schema.ts';
import { namePrefix } from './stage-name.ts';
import { checkName, type Report, rootPath } from './pipeline-report.ts';

const DEFAULT_GATE = 'gate';

/** `names`: of the stages in the same file. */
export function toModel(
  report: Report,
  name: string,
  shape: ModelShape & { readonly names: ReadonlySet<string> },
): ModelState {
  const at = ['models', name];
  checkName(report, at, name);
  const pathAt = (key: 'registry' | 'path' | 'verdict' | 'candidate' | 'holdout') =>
    rootPath(report, { path: [...at, key], written: shape[key], wdir: report.folder });
  const prefix = namePrefix(report.file);
  const target = shape.retrain?.target ?? shape.stage;
  return {
    name,
    stage: `${prefix}${shape.stage}`,
    registry: pathAt('registry'),
    path: pathAt('path'),
    verdict: pathAt('verdict'),
    candidate: pathAt('candidate'),
    holdout: pathAt('holdout'),
    gate: shape.gate ?? DEFAULT_GATE,
    retrain: {
      target: shape.names.has(target) ? `${prefix}${target}` : target,
      schedule: shape.retrain?.schedule ?? null,
      timezone: shape.retrain?.timezone ?? null,
    },
    place: report.source.placeOfKey(at),
  };
}
