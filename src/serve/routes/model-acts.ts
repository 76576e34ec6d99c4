/**
 * POST /api/v1/model/promote, /rollback, /pin and /unpin: what a person decides about a model, as
 * `pipe model` does. Admins only; each act is in the audit, and live when it is answered.
 */
import type { Failure } from '../../core/failure.ts';
import { selectVersion } from '../../core/registry.ts';
import type { Registry } from '../../store/registry.ts';
import type { Store } from '../../store/database/store.ts';
import { answerJson, answerProblem, fault, invalid, type Problem } from '../answer.ts';
import type { Admitted, Endpoint } from '../endpoint.ts';
import { parseJsonBody } from '../json-body.ts';
import type { ModelAct } from '../model-act.ts';
import { modelActRequestSchema, modelActSchema } from '../model-schemas.ts';
import type { Models } from '../models.ts';
import { unknownModel, unknownVersion } from '../problems.ts';

export interface ModelActDeps {
  readonly models: Pick<Models, 'find'>;
  readonly store: Pick<Store, 'appendAudit'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Act {
  readonly name: ModelAct['name'];
  readonly summary: string;
  readonly needsVersion: boolean;
}

const ACTS: readonly Act[] = [
  { name: 'promote', summary: 'Make a version the production model', needsVersion: true },
  { name: 'rollback', summary: 'Go back to the previous version, or the one given', needsVersion: false },
  { name: 'pin', summary: 'Keep the production version whatever the gate says', needsVersion: false },
  { name: 'unpin', summary: 'Let the gate promote again', needsVersion: false },
];

const MAX_BODY_BYTES = 16_384;

export const modelActEndpoints = (deps: ModelActDeps): readonly Endpoint[] =>
  ACTS.map(
    (act): Endpoint => ({
      method: 'post',
      path: `/api/v1/model/${act.name}`,
      access: 'admin',
      scope: 'models',
      body: { type: 'application/json', maxBytes: MAX_BODY_BYTES, optional: true },
      handle: (request) => perform(deps, act, request),
      describe: () => ({
        summary: act.summary,
        tag: 'models',
        request: { schema: modelActRequestSchema, example: act.needsVersion ? { version: '3' } : {} },
        answers: {
          200: { description: 'The registry as it is now', schema: modelActSchema },
          404: { description: 'No model of this name, or no such version' },
          409: { description: 'The registry does not allow it; `detail` says why' },
        },
      }),
    }),
  );

async function perform(deps: ModelActDeps, act: Act, { body, user, requestId }: Admitted): Promise<Response> {
  const parsed = parseJsonBody(body === '' ? '{}' : body, modelActRequestSchema);
  if (!parsed.ok) return answerProblem(parsed.error, requestId());
  const request = parsed.value;
  if (act.needsVersion && request.version === undefined) return answerProblem(versionMissing, requestId());
  const model = deps.models.find(request.model);
  if (model === undefined) return answerProblem(unknownModel, requestId());
  if (!isThere(model.registry, request.version)) return answerProblem(unknownVersion, requestId());

  const { version, reason = null, force = false } = request;
  const changed = await model.act({ name: act.name, force, ...(version === undefined ? {} : { version }) });
  if (!changed.ok) return answerProblem(notAllowed(changed.error), requestId());
  const { production, previous, pinned, was } = changed.value;
  await deps.store.appendAudit({
    at: new Date(deps.now()).toISOString(),
    actor: user?.username ?? '',
    action: `model.${act.name}`,
    subject: model.name,
    detail: { production: production?.n ?? null, was: was?.n ?? null, reason, force },
  });
  await model.refresh(); // whoever got the answer gets the new version's predictions
  return answerJson({ model: model.name, production: production?.n ?? null, previous: previous?.n ?? null, pinned });
}

function isThere(registry: Registry, selector: string | undefined): boolean {
  if (selector === undefined) return true;
  if (selector.includes('.')) return registry.readVersion(selector).ok; // a label: it stands in the versions' cards
  const state = registry.read();
  return !state.ok || selectVersion(state.value, selector) !== undefined;
}

const notAllowed = (failure: Failure): Problem => ({
  status: 409,
  code: 'model_act_refused',
  detail: 'problem' in failure && typeof failure.problem === 'string' ? failure.problem : failure.code,
});

const versionMissing = invalid([fault('missing', ['body', 'version'], 'Field required')]);
