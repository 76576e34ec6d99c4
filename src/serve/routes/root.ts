/** GET /: that something is here, what it is, and where its documentation stands. */
import { answerJson } from '../answer.ts';
import type { Endpoint } from '../endpoint.ts';
import { rootSchema } from '../schemas.ts';

export interface About {
  readonly name: string;
  readonly version: string;
  /** Path of the documentation; null when it is switched off. */
  readonly docs: string | null;
  readonly mode: 'demo' | 'normal';
}

export const rootEndpoint = ({ name, version, docs }: About): Endpoint => ({
  method: 'get',
  path: '/',
  access: 'open',
  handle: () =>
    answerJson({
      status: 'API is working',
      message: 'Sign in at /auth/token, then POST to /predict',
      name,
      version,
      docs,
    }),
  describe: () => ({
    summary: 'What this is',
    tag: 'service',
    answers: { 200: { description: 'Name and version', schema: rootSchema } },
  }),
});
