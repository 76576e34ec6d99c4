/**
 * Refusals under /v2: whatever is refused, also before the route is reached, carries `error`, the one
 * member that the clients of the protocol read. What is 422 elsewhere is 400 here.
 */
import type { Problem } from '../answer.ts';
import { shown } from './tensor.ts';

export const isV2 = (path: string): boolean => path === '/v2' || path.startsWith('/v2/');

export function toV2Problem(problem: Problem): Problem {
  const { detail, extra, status } = problem;
  const error = typeof detail === 'string' ? detail : detail.map(({ msg }) => msg).join('; ');
  return { ...problem, status: status === 422 ? 400 : status, extra: { ...extra, error } };
}

export const v2Problem = (status: number, code: string, detail: string): Problem => ({ status, code, detail });

/** MLServer's words, which its clients look for. */
export const modelUnknown = (name: string): Problem =>
  v2Problem(404, 'model_not_found', `Model ${shown(name)} not found`);

export const versionUnknown = (name: string, version: string): Problem =>
  v2Problem(404, 'version_not_found', `Model ${shown(name)} with version ${shown(version)} not found`);
