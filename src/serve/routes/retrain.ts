/** POST /retrain starts a retrain in the background; GET /retrain lists them. Admins only. */
import { digestOf } from '../../lib/digest.ts';
import { answerJson, answerProblem, type Headers, type Problem } from '../answer.ts';
import { createInTurn } from '../auth/in-turn.ts';
import type { Admitted, Description, Endpoint } from '../endpoint.ts';
import { idempotencyHeaderSchema, keyReused, parseIdempotencyKey } from '../idempotency-key.ts';
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

const startOf = (deps: RetrainDeps): Endpoint => {
  const inTurn = createInTurn();
  return {
    method: 'post',
    path: '/retrain',
    access: 'admin',
    scope: 'retrain',
    body: { type: 'application/json', maxBytes: MAX_BODY_BYTES, optional: true },
    async handle(request) {
      const { context, user, requestId } = request;
      const key = parseIdempotencyKey(context.req.raw.headers, user);
      if (!key.ok) return answerProblem(key.error, requestId());
      if (key.value === undefined) return start(deps, request, undefined);
      // Two at once with one key: the second must see what the first has begun.
      return inTurn(key.value, () => start(deps, request, key.value));
    },
    describe: describeStart,
  };
};

async function start(
  { jobs, models, retrain, log }: RetrainDeps,
  { body, user, address, requestId }: Admitted,
  key: string | undefined,
): Promise<Response> {
  const parsed = parseJsonBody(body === '' ? '{}' : body, retrainRequestSchema);
  if (!parsed.ok) return answerProblem(parsed.error, requestId());
  if (retrain === 'off') return answerProblem(retrainOff, requestId());
  const { force = false, reason: note = null } = parsed.value;
  const model = models.find(parsed.value.model);
  if (model === undefined) return answerProblem(unknownModel, requestId());
  const asked = key === undefined ? null : { key, digest: digestOf(JSON.stringify([model.name, force, note])) };
  const before = asked === null ? undefined : await jobs.findAsked(asked.key);
  if (before !== undefined)
    return before.asked?.digest === asked?.digest
      ? answerAccepted(before, { 'Idempotency-Replayed': 'true' })
      : answerProblem(keyReused, requestId());
  const actor = user?.username ?? '';
  const started = await jobs.start({ model: model.name, actor, trigger: 'api', note, force, asked });
  if (!started.ok) return answerProblem(inProgress(started.error), requestId());
  log.info({ job: started.value.id, model: model.name, actor, address, force }, 'retrain started');
  return answerAccepted(started.value);
}

const describeStart = (): Description => ({
  summary: 'Retrain, and promote what is better',
  description:
    'Runs the pipeline up to the promotion gate in the background. One at a time. With an `Idempotency-Key`, ' +
    'asking again within 24 hours gives the same job, and `Idempotency-Replayed: true`.',
  tag: 'retrain',
  headers: idempotencyHeaderSchema,
  request: { schema: retrainRequestSchema, example: {} },
  answers: {
    202: { description: 'Started; follow `links.self`', schema: retrainAcceptedSchema },
    404: { description: 'No model of this name' },
    409: { description: 'Another one is running: its `job_id`' },
    422: { description: 'The `Idempotency-Key` stood for another request' },
  },
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

function answerAccepted({ id, state }: RetrainJob, headers: Headers = {}): Response {
  const body = {
    status: 'accepted',
    message: 'Retraining process started in background',
    job_id: id,
    state,
    links: linksOf(id),
  };
  return answerJson(body, 202, { Location: `/retrain/${id}`, 'Retry-After': '2', ...headers });
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
