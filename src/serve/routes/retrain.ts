/** POST /retrain starts a retrain in the background; GET /retrain lists them. Admins only. */
import { answerJson, answerProblem, type Problem } from '../answer.ts';
import type { Endpoint } from '../endpoint.ts';
import { parseJsonBody } from '../json-body.ts';
import type { Log } from '../log.ts';
import type { Models } from '../models.ts';
import { unknownModel } from '../problems.ts';
import type { RetrainJob } from '../retrain/retrain-job.ts';
import type { RetrainJobs } from '../retrain/retrain-jobs.ts';
import { retrainAcceptedSchema, retrainListSchema, retrainRequestSchema } from '../schemas.ts';

export interface RetrainDeps {
  readonly jobs: RetrainJobs;
  readonly models: Pick<Models, 'find'>;
  /** off: only the command line and timers of the system retrain. */
  readonly retrain: 'on' | 'off';
  readonly log: Log;
}

const MAX_BODY_BYTES = 16_384;
const PAGE = 50;

export const retrainEndpoints = (deps: RetrainDeps): readonly Endpoint[] => [startOf(deps), listOf(deps)];

const startOf = ({ jobs, models, retrain, log }: RetrainDeps): Endpoint => ({
  method: 'post',
  path: '/retrain',
  access: 'admin',
  scope: 'retrain',
  body: { type: 'application/json', maxBytes: MAX_BODY_BYTES, optional: true },
  async handle({ body, user, address, requestId }) {
    const parsed = parseJsonBody(body === '' ? '{}' : body, retrainRequestSchema);
    if (!parsed.ok) return answerProblem(parsed.error, requestId());
    if (retrain === 'off') return answerProblem(retrainOff, requestId());
    const { force = false, reason: note = null } = parsed.value;
    const model = models.find(parsed.value.model);
    if (model === undefined) return answerProblem(unknownModel, requestId());
    const actor = user?.username ?? '';
    const started = await jobs.start({ model: model.name, actor, trigger: 'api', note, force });
    if (!started.ok) return answerProblem(inProgress(started.error), requestId());
    log.info({ job: started.value.id, model: model.name, actor, address, force }, 'retrain started');
    return answerAccepted(started.value);
  },
  describe: () => ({
    summary: 'Retrain, and promote what is better',
    description: 'Runs the pipeline up to the promotion gate in the background. One at a time.',
    tag: 'retrain',
    request: { schema: retrainRequestSchema, example: {} },
    answers: {
      202: { description: 'Started; follow `links.self`', schema: retrainAcceptedSchema },
      404: { description: 'No model of this name' },
      409: { description: 'Another one is running: its `job_id`' },
    },
  }),
});

const listOf = ({ jobs }: RetrainDeps): Endpoint => ({
  method: 'get',
  path: '/retrain',
  access: 'admin',
  scope: 'retrain',
  handle: async () => answerJson({ items: (await jobs.list(PAGE)).map(renderJob), next_cursor: null }),
  describe: () => ({
    summary: 'Retrains, newest first',
    tag: 'retrain',
    answers: { 200: { description: 'The last 50', schema: retrainListSchema } },
  }),
});

export function renderJob(job: RetrainJob) {
  const { id, model, state, stage, trigger, actor, decision, reasons, candidate, production } = job;
  return {
    id,
    model,
    state,
    stage,
    trigger,
    actor,
    created_at: job.createdAt,
    started_at: job.startedAt,
    finished_at: job.finishedAt,
    decision,
    reasons,
    candidate,
    production,
    exit_code: job.exitCode,
    waiting_for: job.waitingFor,
    links: linksOf(id),
  };
}

const linksOf = (id: string) => ({ self: `/retrain/${id}`, logs: `/retrain/${id}/logs` });

function answerAccepted({ id, state }: RetrainJob): Response {
  const body = {
    status: 'accepted',
    message: 'Retraining process started in background',
    job_id: id,
    state,
    links: linksOf(id),
  };
  return answerJson(body, 202, { Location: `/retrain/${id}`, 'Retry-After': '2' });
}

const retrainOff: Problem = {
  status: 403,
  code: 'retrain_off',
  detail: 'This server does not retrain; `pipe repro` does',
};

const inProgress = ({ id }: RetrainJob): Problem => ({
  status: 409,
  code: 'retrain_in_progress',
  detail: 'Retraining already in progress',
  headers: { Location: `/retrain/${id}` },
  extra: { job_id: id },
});
