/** /users: what admins do with accounts. Every change is in the audit. */
import { answerEmpty, answerJson, answerProblem } from '../answer.ts';
import type { Members } from '../auth/members.ts';
import type { Admitted, Endpoint } from '../endpoint.ts';
import { parseJsonBody } from '../json-body.ts';
import { lastAdmin, notFound } from '../problems.ts';
import { userListSchema, userPatchSchema, userSchema } from '../schemas.ts';
import { renderUser } from './me.ts';
import { memberProblem } from './register.ts';

const MAX_BODY_BYTES = 16_384;
const PATH = '/users/:username';
const NOT_FOUND = { description: 'No such user' };
const LAST_ADMIN = { description: 'This is the last active admin' };

/** To be listed after /users/me. */
export const usersEndpoints = (members: Members): readonly Endpoint[] => [
  listOf(members),
  showOf(members),
  changeOf(members),
  removeOf(members),
];

const listOf = (members: Members): Endpoint => ({
  method: 'get',
  path: '/users',
  access: 'admin',
  handle: async () => answerJson({ items: (await members.list()).map(renderUser), next_cursor: null }),
  describe: () => ({
    summary: 'All users',
    tag: 'users',
    answers: { 200: { description: 'By name', schema: userListSchema } },
  }),
});

const showOf = (members: Members): Endpoint => ({
  method: 'get',
  path: PATH,
  access: 'admin',
  async handle(request) {
    const user = await members.find(nameOf(request));
    return user === undefined ? answerProblem(notFound, request.requestId()) : answerJson(renderUser(user));
  },
  describe: () => ({
    summary: 'One user',
    tag: 'users',
    answers: { 200: { description: 'The user', schema: userSchema }, 404: NOT_FOUND },
  }),
});

const changeOf = (members: Members): Endpoint => ({
  method: 'patch',
  path: PATH,
  access: 'admin',
  body: { type: 'application/json', maxBytes: MAX_BODY_BYTES },
  async handle(request) {
    const parsed = parseJsonBody(request.body, userPatchSchema);
    if (!parsed.ok) return answerProblem(parsed.error, request.requestId());
    const { role, disabled, password } = parsed.value;
    const change = {
      ...(role === undefined ? {} : { role }),
      ...(disabled === undefined ? {} : { disabled }),
      password,
      actor: actorOf(request),
    };
    const user = await members.change(nameOf(request), change);
    return user.ok ? answerJson(renderUser(user.value)) : answerProblem(memberProblem(user.error), request.requestId());
  },
  describe: () => ({
    summary: 'Change a user',
    description: 'Acts at once: a disabled user’s tokens are refused, a demoted admin’s go on as a user’s.',
    tag: 'users',
    request: { schema: userPatchSchema, example: { disabled: true } },
    answers: {
      200: { description: 'As the user is now', schema: userSchema },
      404: NOT_FOUND,
      409: LAST_ADMIN,
      503: { description: 'Too many passwords to hash at once' },
    },
  }),
});

const removeOf = (members: Members): Endpoint => ({
  method: 'delete',
  path: PATH,
  access: 'admin',
  async handle(request) {
    const removed = await members.remove(nameOf(request), actorOf(request));
    if (removed.ok) return answerEmpty();
    return answerProblem(removed.error === 'unknown' ? notFound : lastAdmin, request.requestId());
  },
  describe: () => ({
    summary: 'Remove a user',
    description: 'With sessions and keys; what was predicted stays in the history.',
    tag: 'users',
    answers: { 204: { description: 'Removed', contentType: null }, 404: NOT_FOUND, 409: LAST_ADMIN },
  }),
});

const nameOf = ({ context }: Admitted): string => context.req.param('username') ?? '';
const actorOf = ({ user }: Admitted): string => user?.username ?? '';
