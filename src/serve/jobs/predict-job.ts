/** One asynchronous prediction of many rows: what is kept of it, and how callers see it. Pure. */
import { z } from 'zod';

const JOB_STATES = ['queued', 'running', 'finished', 'failed'] as const;

export const predictJobSchema = z.strictObject({
  id: z.string(),
  user: z.string(),
  model: z.string(),
  /** Fixed when the job was accepted, whatever is promoted afterwards. */
  version: z.int(),
  sha: z.string(),
  format: z.enum(['csv', 'ndjson']),
  state: z.enum(JOB_STATES),
  rows: z.int(),
  errors: z.int(),
  problem: z.string().nullable(),
  created_at: z.string(),
  finished_at: z.string().nullable(),
  /** Has its place in the history. */
  recorded: z.boolean(),
});

export type PredictJob = z.infer<typeof predictJobSchema>;

export const isOpen = ({ state }: PredictJob): boolean => state === 'queued' || state === 'running';

export function renderPredictJob(job: PredictJob) {
  const { version, sha: _, recorded: __, ...rest } = job;
  const self = `/api/v1/predict/jobs/${job.id}`;
  const links = { self, ...(job.state === 'finished' ? { result: `${self}/result` } : {}) };
  return { ...rest, model_version: String(version), links };
}

export const predictJobAnswerSchema = predictJobSchema
  .omit({ version: true, sha: true, recorded: true })
  .extend({
    model_version: z.string(),
    links: z.object({ self: z.string(), result: z.string().optional() }),
  })
  .meta({ id: 'PredictJob' });

export const predictJobListSchema = z
  .object({ items: z.array(predictJobAnswerSchema), next_cursor: z.null() })
  .meta({ id: 'PredictJobList' });
