/**
 * Keeps a caller signed in: a token from a password, renewed before it ends or when it is refused. Many
 * requests at once cause one renewal.
 *
 * Invariant: a refused token is renewed once a request; if the next is refused too, that is the answer.
 */
import { ApiError } from './api-error.ts';
import { readAnswer, type Outgoing, type Send } from './send.ts';
import type { Tokens } from './types.ts';

export type Credentials =
  | { readonly username: string; readonly password: string }
  /** An API key, or an access token of whatever age it has. */
  | { readonly token: string }
  | { readonly refreshToken: string };

export interface SessionOptions {
  readonly send: Send;
  readonly credentials: Credentials | undefined;
  /** Called with every new pair: whoever keeps the refresh token stays signed in. */
  readonly onTokens: ((tokens: Tokens) => void) | undefined;
}

export interface Session {
  /** Sends with a token, if there is one to be had. */
  readonly send: Send;
  readonly signIn: (username: string, password: string) => Promise<Tokens>;
  readonly signOut: () => Promise<void>;
}

/** A token this close to its end is renewed first. */
const MARGIN_MS = 10_000;

export function createSession({ send, credentials, onTokens }: SessionOptions): Session {
  let access = credentials !== undefined && 'token' in credentials ? credentials.token : undefined;
  let refresh = credentials !== undefined && 'refreshToken' in credentials ? credentials.refreshToken : undefined;
  let goodUntil = Number.POSITIVE_INFINITY;
  let renewing: Promise<void> | undefined;

  const keep = (tokens: Tokens): Tokens => {
    access = tokens.access_token;
    refresh = tokens.refresh_token;
    goodUntil = Date.now() + tokens.expires_in * 1000 - MARGIN_MS;
    onTokens?.(tokens);
    return tokens;
  };
  const ask = async (form: Record<string, string>): Promise<Tokens> => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(form).toString();
    return keep(toTokens(await readAnswer(await send({ method: 'POST', path: '/auth/token', headers, body }))));
  };
  const signIn = (username: string, password: string): Promise<Tokens> => ask({ username, password });

  const renew = async (): Promise<void> => {
    if (refresh !== undefined) {
      try {
        return void (await ask({ grant_type: 'refresh_token', refresh_token: refresh }));
      } catch (error) {
        refresh = undefined;
        // Used up or too old: the password may still do.
        if (!(error instanceof ApiError) || error.code !== 'invalid_grant' || !hasPassword(credentials)) throw error;
      }
    }
    if (hasPassword(credentials)) await signIn(credentials.username, credentials.password);
  };
  const renewOnce = (): Promise<void> => {
    renewing ??= renew().finally(() => {
      renewing = undefined;
    });
    return renewing;
  };
  const canRenew = (): boolean => refresh !== undefined || hasPassword(credentials);
  const authorized = (request: Outgoing): Outgoing =>
    access === undefined ? request : { ...request, headers: { ...request.headers, Authorization: `Bearer ${access}` } };

  return {
    signIn,
    async send(request) {
      if (canRenew() && (access === undefined || Date.now() >= goodUntil)) await renewOnce();
      const used = access;
      const response = await send(authorized(request));
      if (response.status !== 401 || !canRenew()) return response;
      await response.body?.cancel();
      if (access === used) await renewOnce(); // else another request has renewed it meanwhile
      return send(authorized(request));
    },
    async signOut() {
      await readAnswer(await send(authorized({ method: 'POST', path: '/auth/logout' })));
      access = undefined;
      refresh = undefined;
    },
  };
}

const hasPassword = (
  credentials: Credentials | undefined,
): credentials is { readonly username: string; readonly password: string } =>
  credentials !== undefined && 'password' in credentials;

function toTokens(body: unknown): Tokens {
  const { access_token, expires_in, refresh_token } = Object(body);
  if (typeof access_token !== 'string' || typeof refresh_token !== 'string' || typeof expires_in !== 'number')
    throw new Error('the server answered a sign-in with something else than tokens');
  return { access_token, token_type: 'bearer', expires_in, refresh_token };
}
