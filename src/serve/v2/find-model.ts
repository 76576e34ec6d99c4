/** The model, or the version of one, that a path under /v2 names. */
import { err, ok, type Result } from '../../lib/result.ts';
import type { Problem } from '../answer.ts';
import type { Admitted } from '../endpoint.ts';
import type { Models, NamedModel } from '../models.ts';
import type { ServedModel } from '../served-model.ts';
import { modelUnknown, v2Problem, versionUnknown } from './problem.ts';

export interface FoundModel {
  readonly named: NamedModel;
  readonly version: ServedModel;
}

export function findNamed(models: Pick<Models, 'all'>, { context }: Admitted): Result<NamedModel, Problem> {
  const name = context.req.param('model') ?? '';
  const named = models.all.find((model) => model.name === name);
  return named === undefined ? err(modelUnknown(name)) : ok(named);
}

/** Without a version, the one in production. */
export async function findVersion(
  models: Pick<Models, 'all'>,
  request: Admitted,
): Promise<Result<FoundModel, Problem>> {
  const named = findNamed(models, request);
  if (!named.ok) return named;
  const selector = request.context.req.param('version');
  const current = named.value.current();
  if (current !== undefined && (selector === undefined || selector === current.version))
    return ok({ named: named.value, version: current });
  if (selector === undefined) return err(notLoaded);
  // A model that was unloaded answers with none of its versions.
  const version = current === undefined ? undefined : await named.value.versions.find(selector);
  return version === undefined ? err(versionUnknown(named.value.name, selector)) : ok({ named: named.value, version });
}

const notLoaded = v2Problem(503, 'no_model', 'The model is not loaded');
