/** The refusals that more than one route can give, in their fixed words. */
import type { Problem } from './answer.ts';
import type { AuthFault } from './auth/authenticate.ts';

export const notFound: Problem = { status: 404, code: 'not_found', detail: 'Not Found' };

export const methodNotAllowed = (allow: string): Problem => ({
  status: 405,
  code: 'method_not_allowed',
  detail: 'Method Not Allowed',
  headers: { Allow: allow },
});

export const hostRefused: Problem = {
  status: 400,
  code: 'host_refused',
  detail: 'This Host is not served here',
};

export const forwardedRefused: Problem = {
  status: 400,
  code: 'forwarded_refused',
  detail: 'The demo does not answer through a proxy',
};

export const overloaded: Problem = {
  status: 503,
  code: 'overloaded',
  detail: 'Too many requests at once, try again',
  headers: { 'Retry-After': '1' },
};

export const tooLarge = (maxBytes: number): Problem => ({
  status: 413,
  code: 'body_too_large',
  detail: `The body is larger than ${maxBytes} bytes`,
});

/**
 * An answer before the body was read to its end: the connection ends with it, and says so. A proxy would else
 * keep it, and answer the next caller 502.
 */
export const unread = (problem: Problem): Problem => ({
  ...problem,
  headers: { ...problem.headers, Connection: 'close' },
});

export const unsupportedMediaType = (expected: string): Problem => ({
  status: 415,
  code: 'unsupported_media_type',
  detail: `The body must be ${expected}, in UTF-8 and not compressed`,
});

export const notUtf8: Problem = { status: 400, code: 'invalid_encoding', detail: 'The body is not valid UTF-8' };

export const bodyIncomplete: Problem = { status: 400, code: 'body_incomplete', detail: 'The body ended too early' };

/** RFC 6750: no error code in the challenge when nothing was presented. */
export function unauthenticated(reason: AuthFault): Problem {
  if (reason === 'missing') {
    const headers = { 'WWW-Authenticate': 'Bearer' };
    return { status: 401, code: 'not_authenticated', detail: 'Not authenticated', headers };
  }
  const why = reason === 'expired' ? 'The token has expired' : 'The token is not valid';
  return {
    status: 401,
    code: reason === 'expired' ? 'token_expired' : 'token_invalid',
    detail: 'Could not validate credentials',
    headers: { 'WWW-Authenticate': `Bearer error="invalid_token", error_description="${why}"` },
  };
}

export const adminOnly: Problem = {
  status: 403,
  code: 'insufficient_scope',
  detail: 'Only for Admin!',
  headers: { 'WWW-Authenticate': 'Bearer error="insufficient_scope"' },
};

export const keyNotGoodFor = (scope: string | undefined): Problem => ({
  status: 403,
  code: 'insufficient_scope',
  detail: scope === undefined ? 'API keys are not accepted here' : `The API key lacks the scope ${scope}`,
  headers: {
    'WWW-Authenticate': `Bearer error="insufficient_scope"${scope === undefined ? '' : `, scope="${scope}"`}`,
  },
});

export const lastAdmin: Problem = {
  status: 409,
  code: 'last_admin',
  detail: 'This is the last active admin',
};

export const passwordChangeRequired: Problem = {
  status: 403,
  code: 'password_change_required',
  detail: 'Change the password first: POST /users/me/password',
};

export const tooManyLogins = (waitS: number): Problem => ({
  status: 429,
  code: 'too_many_logins',
  detail: 'Too many failed logins, try again later',
  headers: { 'Retry-After': String(waitS) },
  extra: { error: 'invalid_request', error_description: 'Too many failed logins' },
});

export const hashingBusy: Problem = {
  status: 503,
  code: 'busy',
  detail: 'Too many logins at once, try again',
  headers: { 'Retry-After': '5' },
  extra: { error: 'temporarily_unavailable', error_description: 'Too many logins at once' },
};

export const noModel: Problem = { status: 503, code: 'no_model', detail: 'No model is in production yet' };

export const unknownModel: Problem = { status: 404, code: 'model_not_found', detail: 'There is no model of this name' };

export const unknownVersion: Problem = {
  status: 404,
  code: 'version_not_found',
  detail: 'There is no such version of the model, or it cannot be loaded',
};

export const historyFull: Problem = {
  status: 503,
  code: 'history_full',
  detail: 'The history cannot keep up, try again',
  headers: { 'Retry-After': '1' },
};

export const bug: Problem = { status: 500, code: 'internal_error', detail: 'Internal Server Error' };
