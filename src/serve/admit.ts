/**
 * What every request passes before its route sees it, in the one order in which the answers are
 * documented: Host, overload, too many from one address, size, who, role, media type, body.
 *
 * Invariant: a caller learns of a later fault only when no earlier one stands in the way, so nobody
 * without a token learns anything about bodies.
 */
import type { Context } from 'hono';
import { err, ok, type Result } from '../lib/result.ts';
import type { Problem } from './answer.ts';
import type { Authenticate } from './auth/authenticate.ts';
import type { Caller } from './auth/caller.ts';
import type { Admitted, BodyRule, Endpoint, HotEndpoint } from './endpoint.ts';
import type { Load } from './load.ts';
import {
  adminOnly,
  forwardedRefused,
  hostRefused,
  keyNotGoodFor,
  overloaded,
  passwordChangeRequired,
  tooManyLogins,
  unauthenticated,
} from './problems.ts';
import { findAnnouncedExcess, findMediaFault, isEncoded, readBytes, readText, type Head } from './request-body.ts';

export interface AdmissionOptions {
  readonly authenticate: Authenticate;
  readonly isHostAllowed: (host: string) => boolean;
  /** The demo's passwords are public: nothing that came through a proxy is answered. */
  readonly refusesForwarded: boolean;
  readonly load: Pick<Load, 'hasRoom'>;
  readonly addressOf: (context: Context) => string;
  readonly requestIdOf: (context: Context) => string;
}

export type Admit = (endpoint: Endpoint, context: Context) => Promise<Result<Admitted, Problem>>;

/** Bodies of routes that take none are not read; one this large is refused all the same. */
const MAX_BODY_BYTES = 1_000_000;

export function createAdmit(options: AdmissionOptions): Admit {
  const { authenticate, addressOf, requestIdOf } = options;
  return async (endpoint, context) => {
    const request = context.req.raw;
    const address = addressOf(context);
    const early = findEarlyFault(request, options, endpoint);
    if (early !== undefined) return err(early);

    const waitS = endpoint.addressWaitS && (await endpoint.addressWaitS(address));
    if (waitS !== undefined) return err(tooManyLogins(waitS));

    const excess = findAnnouncedExcess(request, endpoint.body?.maxBytes ?? MAX_BODY_BYTES);
    if (excess !== undefined) return err(excess);

    const caller = await identify(endpoint, authenticate, request);
    if (!caller.ok) return caller;

    const content = endpoint.body === undefined ? NOTHING : await readContent(request, endpoint.body);
    if (!content.ok) return content;
    return ok({
      context,
      url: request.url,
      body: content.value.body,
      bytes: content.value.bytes,
      user: caller.value?.user,
      session: caller.value?.session,
      isService: caller.value?.scopes !== undefined,
      address,
      requestId: () => requestIdOf(context),
    });
  };
}

export type AtOnceOptions = Pick<AdmissionOptions, 'authenticate' | 'isHostAllowed' | 'refusesForwarded' | 'load'>;

/**
 * The same checks up to the body, for a route whose checks wait for nothing. undefined: there is something to
 * refuse or to wait for; `createAdmit` says what.
 */
export function createAdmitAtOnce(options: AtOnceOptions): (endpoint: HotEndpoint, head: Head) => Caller | undefined {
  return (endpoint, head) => {
    if (findEarlyFault(head, options, endpoint) !== undefined) return undefined;
    if (findAnnouncedExcess(head, endpoint.body.maxBytes) !== undefined) return undefined;
    const found = options.authenticate(head.headers.get('authorization'));
    if (found instanceof Promise || !found.ok || findRightsFault(found.value, endpoint) !== undefined) return undefined;
    return findMediaFault(head, endpoint.body) === undefined ? found.value : undefined;
  };
}

type Content = Pick<Admitted, 'body' | 'bytes'>;

const NO_BYTES = Buffer.alloc(0);
const NOTHING = ok({ body: '', bytes: NO_BYTES });

type Watched = Pick<Endpoint, 'isHealth' | 'answersWhenBusy'>;

function findEarlyFault(
  head: Head,
  options: Pick<AdmissionOptions, 'isHostAllowed' | 'refusesForwarded' | 'load'>,
  { isHealth, answersWhenBusy }: Watched,
): Problem | undefined {
  const isAlwaysAnswered = isHealth === true || answersWhenBusy === true;
  return (
    findOriginFault(head, options, isHealth === true) ??
    (isAlwaysAnswered || options.load.hasRoom() ? undefined : overloaded)
  );
}

/** Of a request that no route will see; the same checks come first. */
export function findOriginFault(
  { headers }: Head,
  { isHostAllowed, refusesForwarded }: Pick<AdmissionOptions, 'isHostAllowed' | 'refusesForwarded'>,
  isHealth: boolean,
): Problem | undefined {
  if (!isHealth && !isHostAllowed(headers.get('host') ?? '')) return hostRefused;
  return refusesForwarded && FORWARDED_HEADERS.some((name) => headers.has(name)) ? forwardedRefused : undefined;
}

const FORWARDED_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];

async function identify(
  endpoint: Endpoint,
  authenticate: Authenticate,
  request: Request,
): Promise<Result<Caller | undefined, Problem>> {
  if (endpoint.access === 'open') return NOBODY;
  const found = authenticate(request.headers.get('authorization'));
  const caller = found instanceof Promise ? await found : found;
  if (!caller.ok) return err(unauthenticated(caller.error));
  const refusal = findRightsFault(caller.value, endpoint);
  return refusal === undefined ? caller : err(refusal);
}

const NOBODY = ok(undefined);

type Rights = Pick<Endpoint, 'access' | 'scope' | 'beforePasswordChange'>;

function findRightsFault({ user, scopes }: Caller, endpoint: Rights): Problem | undefined {
  const { access, scope, beforePasswordChange } = endpoint;
  if (scopes !== undefined && (scope === undefined || !scopes.includes(scope))) return keyNotGoodFor(scope);
  if (access === 'admin' && user.role !== 'admin') return adminOnly;
  return user.mustChangePassword && beforePasswordChange !== true ? passwordChangeRequired : undefined;
}

async function readContent(request: Request, rule: BodyRule): Promise<Result<Content, Problem>> {
  if (rule.reading === 'bytes') {
    if (isEncoded(request)) return err(unsupportedBody(rule));
    const bytes = await readBytes(request, rule.maxBytes);
    return bytes.ok ? ok({ body: '', bytes: bytes.value }) : bytes;
  }
  if (rule.reading === 'stream') {
    const fault = findMediaFault(request, rule);
    return fault === undefined ? NOTHING : err(fault);
  }
  const body = await readBody(request, rule);
  return body.ok ? ok({ body: body.value, bytes: NO_BYTES }) : body;
}

async function readBody(request: Request, rule: BodyRule): Promise<Result<string, Problem>> {
  const mayBeEmpty = rule.optional === true && !request.headers.has('content-type');
  const mediaFault = mayBeEmpty ? undefined : findMediaFault(request, rule);
  if (mediaFault !== undefined) return err(mediaFault);
  const text = await readText(request, rule.maxBytes);
  // Something was sent after all, without saying what it is.
  return mayBeEmpty && text.ok && text.value !== '' ? err(unsupportedBody(rule)) : text;
}

const unsupportedBody = ({ type }: BodyRule): Problem => ({
  status: 415,
  code: 'unsupported_media_type',
  detail: `The body must be ${type}`,
});
