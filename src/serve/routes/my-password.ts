/** POST /users/me/password: a new password. Ends all sessions and answers with a new pair of tokens. */
import { answerProblem, fault, invalid, type Problem } from '../answer.ts';
import type { Accounts, PasswordFault } from '../auth/accounts.ts';
import type { Endpoint } from '../endpoint.ts';
import { parseJsonBody } from '../json-body.ts';
import type { Log } from '../log.ts';
import { passwordChangeSchema, tokenSchema } from '../schemas.ts';
import { answerToken, loginProblem } from './token.ts';

export interface MyPasswordDeps {
  readonly accounts: Accounts;
  readonly log: Log;
}

const MAX_BODY_BYTES = 16_384;

export const myPasswordEndpoint = ({ accounts, log }: MyPasswordDeps): Endpoint => ({
  method: 'post',
  path: '/users/me/password',
  access: 'user',
  beforePasswordChange: true,
  body: { type: 'application/json', maxBytes: MAX_BODY_BYTES },
  async handle({ body, user, address, requestId }) {
    const parsed = parseJsonBody(body, passwordChangeSchema);
    if (!parsed.ok) return answerProblem(parsed.error, requestId());
    if (user === undefined) throw new Error('a route for users was entered by nobody');
    const { current_password: current, new_password: next } = parsed.value;
    const token = await accounts.changePassword({ user, address, current, next });
    if (!token.ok) return answerProblem(toProblem(token.error), requestId());
    log.info({ username: user.username }, 'password changed');
    return answerToken(token.value);
  },
  describe: () => ({
    summary: 'Change my password',
    description: 'Ends all sessions; the tokens in the answer are the only ones that work afterwards.',
    tag: 'auth',
    request: { schema: passwordChangeSchema },
    answers: {
      200: { description: 'New tokens', schema: tokenSchema },
      422: { description: 'The new password is refused, or the current one is wrong' },
      429: { description: 'Too many wrong passwords' },
    },
  }),
});

/** Not 401: the token is fine, and a client that signs in again on 401 would loop. */
function toProblem(found: PasswordFault): Problem {
  if (found.kind === 'refused') return invalid([fault('value_error', ['body', 'new_password'], found.problem)]);
  if (found.kind === 'wrong')
    return invalid([fault('value_error', ['body', 'current_password'], 'The current password is not right')]);
  return loginProblem(found);
}
