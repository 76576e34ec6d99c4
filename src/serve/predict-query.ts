/** `?model=`, `?model_version=` and `?explain=` of the routes that predict. Pure. */
import { err, ok, type Result } from '../lib/result.ts';
import { fault, type Fault } from './answer.ts';
import { isObject } from './predict-body.ts';
import type { Wish } from './models.ts';

export interface PredictQuery extends Pick<Wish, 'model' | 'version'> {
  readonly isExplained: boolean;
}

const NOTHING: PredictQuery = { model: undefined, version: undefined, isExplained: false };

const NAMES = ['model', 'model_version', 'explain'] as const;

/** A number, `n-sha12`, a word or a label: nothing that could be a path. */
export const SELECTOR = /^[A-Za-z0-9][\w.+-]{0,63}$/;

export function parsePredictQuery(url: string): Result<PredictQuery, Fault> {
  const start = url.indexOf('?');
  if (start < 0) return ok(NOTHING); // the hot path
  const query = new URLSearchParams(url.slice(start + 1));
  const twice = NAMES.find((name) => query.getAll(name).length > 1);
  if (twice !== undefined) return err(fault('key_duplicate', ['query', twice], 'A parameter occurs twice'));
  const version = query.get('model_version') ?? undefined;
  if (version !== undefined && !SELECTOR.test(version))
    return err(fault('string_pattern_mismatch', ['query', 'model_version'], 'Input should be a version'));
  const explain = query.get('explain') ?? 'false';
  if (explain !== 'true' && explain !== 'false')
    return err(fault('bool_parsing', ['query', 'explain'], 'Input should be true or false'));
  return ok({
    model: query.get('model') ?? undefined,
    version,
    isExplained: explain === 'true',
  });
}

/** By the keys of the body alone: whether it is right is for the model's own check to say. */
export function kindOf(body: unknown): Wish['kind'] {
  return isObject(body) && (Object.hasOwn(body, 'text') || Object.hasOwn(body, 'texts')) ? 'text' : 'table';
}
