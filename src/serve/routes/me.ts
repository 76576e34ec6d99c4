/** GET /users/me: who the token belongs to, as the user store knows him now. */
import type { User } from '../../store/database/users.ts';
import { answerJson } from '../answer.ts';
import type { Endpoint } from '../endpoint.ts';
import { userSchema } from '../schemas.ts';

export const meEndpoint: Endpoint = {
  method: 'get',
  path: '/users/me',
  access: 'user',
  beforePasswordChange: true,
  handle: ({ user }) => answerJson(user && renderUser(user)),
  describe: () => ({
    summary: 'Who am I?',
    tag: 'auth',
    answers: { 200: { description: 'The user', schema: userSchema } },
  }),
};

export function renderUser({ username, email, role, disabled, mustChangePassword, createdAt }: User) {
  return { username, email, role, disabled, must_change_password: mustChangePassword, created_at: createdAt };
}
