/** Starts the thread that answers one job, and waits for its end. */
import { Worker } from 'node:worker_threads';
import type { ModelState } from '../../core/pipeline.ts';
import { err, type Result } from '../../lib/result.ts';
import { locateWorker } from '../workers/locate.ts';
import type { PredictJob } from './predict-job.ts';

export interface JobFiles {
  readonly input: string;
  /** Stands there when it is whole. */
  readonly output: string;
}

export interface JobTask extends JobFiles, Pick<PredictJob, 'version' | 'sha' | 'format'> {
  readonly root: string;
  readonly model: ModelState;
}

export type JobCounts = Pick<PredictJob, 'rows' | 'errors'>;

export interface RunningJob {
  /** The error says in a sentence why it failed. */
  readonly ended: Promise<Result<JobCounts, string>>;
  readonly stop: () => Promise<void>;
}

export type StartJob = (job: PredictJob, files: JobFiles) => RunningJob;

export interface RunJobOptions {
  readonly root: string;
  readonly models: readonly ModelState[];
}

export function createStartJob({ root, models }: RunJobOptions): StartJob {
  return (job, files) => {
    const model = models.find(({ name }) => name === job.model);
    if (model === undefined) {
      const ended = Promise.resolve(err(`pipeline.yaml names no model ${job.model} any more`));
      return { ended, stop: async () => undefined };
    }
    const { url, execArgv } = locateWorker('job');
    const task: JobTask = { root, model, version: job.version, sha: job.sha, format: job.format, ...files };
    const worker = new Worker(url, { execArgv, workerData: task });
    const ended = new Promise<Result<JobCounts, string>>((resolve) => {
      worker.once('message', resolve);
      worker.once('error', (error) => resolve(err(error.message)));
      worker.once('exit', () => resolve(err('it was stopped')));
    });
    return { ended, stop: async () => void (await worker.terminate()) };
  };
}
