/** POST /register: an account of one's own, where the daemon allows that. */
import { answerJson, answerProblem, fault, invalid, type Problem } from '../answer.ts';
import type { MemberFault, Members } from '../auth/members.ts';
import type { RegistrationThrottle } from '../auth/registration-throttle.ts';
import type { Admitted, Endpoint } from '../endpoint.ts';
import { parseJsonBody } from '../json-body.ts';
import { hashingBusy, lastAdmin, notFound } from '../problems.ts';
import { registeredSchema, registrationSchema } from '../schemas.ts';

export interface RegisterDeps {
  readonly members: Members;
  readonly registration: 'open' | 'closed';
  readonly registrationThrottle: RegistrationThrottle;
}

const MAX_BODY_BYTES = 16_384;

export const registerEndpoint = (deps: RegisterDeps): Endpoint => ({
  method: 'post',
  path: '/register',
  access: 'open',
  body: { type: 'application/json', maxBytes: MAX_BODY_BYTES },
  ...(deps.registration === 'open' ? { addressWaitS: deps.registrationThrottle } : {}),
  handle: (request) => register(deps, request),
  describe: () => ({
    summary: 'Make an account',
    description: 'Only where the daemon was started with `--registration open`, and in the demo.',
    tag: 'auth',
    request: { schema: registrationSchema },
    answers: {
      201: { description: 'It can sign in now', schema: registeredSchema },
      403: { description: 'Registration is closed' },
      409: { description: 'The name is taken' },
      429: { description: 'Too many accounts from one address' },
      503: { description: 'Too many passwords to hash at once' },
    },
  }),
});

async function register({ members, registration }: RegisterDeps, { body, requestId }: Admitted): Promise<Response> {
  if (registration === 'closed') return answerProblem(registrationClosed, requestId());
  const parsed = parseJsonBody(body, registrationSchema);
  if (!parsed.ok) return answerProblem(parsed.error, requestId());
  const { username, password, email = null } = parsed.value;
  const user = await members.register({ username, password, email });
  if (!user.ok) return answerProblem(memberProblem(user.error), requestId());
  const { role, disabled, username: name } = user.value;
  return answerJson({ message: 'User registered successfully', username: name, email, role, disabled }, 201);
}

export function memberProblem(found: MemberFault): Problem {
  if (found.kind === 'refused') return invalid([fault('value_error', ['body', found.field], found.problem)]);
  return PROBLEMS[found.kind];
}

const PROBLEMS: Readonly<Record<Exclude<MemberFault['kind'], 'refused'>, Problem>> = {
  taken: { status: 409, code: 'username_taken', detail: 'Username already registered' },
  busy: hashingBusy,
  unknown: notFound,
  'last-admin': lastAdmin,
};

const registrationClosed: Problem = { status: 403, code: 'registration_closed', detail: 'Registration is closed' };
