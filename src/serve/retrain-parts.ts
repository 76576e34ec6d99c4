/** Retrains, made and connected: which models there are, how `pipe` is started, what follows when one has ended. */
import type { ModelState } from '../core/pipeline.ts';
import { readEvaluations } from '../store/registry-evaluation.ts';
import { openRegistry } from '../store/registry.ts';
import { childEnvironment } from './child-env.ts';
import { retrainLogFolder } from './data-files.ts';
import type { Clock, DaemonOptions, Parts } from './parts.ts';
import type { RetrainJob } from './retrain/retrain-job.ts';
import { startRetrainChild } from './retrain/retrain-child.ts';
import { createRetrainJobs, type RetrainJobs } from './retrain/retrain-jobs.ts';
import type { RetrainSubject } from './retrain/retrain-run.ts';

const GRACE_MS = 15_000;

export interface RetrainParts extends Clock, Pick<Parts, 'writer' | 'log'> {
  readonly onFinished: (job: RetrainJob) => void;
}

export function createJobs(options: DaemonOptions, parts: RetrainParts): RetrainJobs {
  const { root, models, pipeline, pipe, env, settings } = options;
  const { writer, log, onFinished, now, newId } = parts;
  return createRetrainJobs({
    subjects: models.map((model) => toSubject(root, model)),
    pipe,
    root,
    env: childEnvironment(env, pipeline),
    logFolder: retrainLogFolder(settings),
    timeoutMs: settings.retrainTimeoutMs,
    graceMs: GRACE_MS,
    store: writer.store,
    startChild: startRetrainChild,
    onFinished,
    log,
    now,
    newId,
  });
}

function toSubject(root: string, model: ModelState): RetrainSubject {
  const registry = openRegistry({ root, model });
  return {
    model: model.name,
    judge: model.stage,
    target: model.retrain.target,
    readEvaluations: (run) => readEvaluations(registry, { run }),
    readProduction() {
      const state = registry.read();
      return state.ok ? state.value.production : null;
    },
  };
}
