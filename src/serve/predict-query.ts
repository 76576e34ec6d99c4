/** `?model=`, `?model_version=` and `?explain=` of the routes that predict. Pure. */
import { err, ok, type Result } from '../lib/result.ts';
import { fault, type Fault } from './answer.ts';
import { isObject } from './predict-body.ts';
import type { Wish } from './models.ts';

export interface PredictQuery extends Pick<Wish, 'model' | 'version'> {
  readonly isExplained: boolean;
}

const NOTHING: PredictQuery = { model: undefined, version: undefined, isExplained: false };

export function parsePredictQuery(url: string): Result<PredictQuery, Fault> {
  const start = url.indexOf('?');
  if (start < 0) return ok(NOTHING); // the hot path
  const query = new URLSearchParams(url.slice(start + 1));
  const explain = query.get('explain') ?? 'false';
  if (explain !== 'true' && explain !== 'false')
    return err(fault('bool_parsing', ['query', 'explain'], 'Input should be true or false'));
  return ok({
    model: query.get('model') ?? undefined,
    version: query.get('model_version') ?? undefined,
    isExplained: explain === 'true',
  });
}

/** By the keys of the body alone: whether it is right is for the model's own check to say. */
export function kindOf(body: unknown): Wish['kind'] {
  return isObject(body) && (Object.hasOwn(body, 'text') || Object.hasOwn(body, 'texts')) ? 'text' : 'table';
}
