/** Everything that knows who somebody is, made and connected. Knows nothing of models or sockets. */
import { createApiKeyLookup } from '../store/database/api-keys.ts';
import { createUserLookup } from '../store/database/users.ts';
import { createAccounts } from './auth/accounts.ts';
import { createAuthenticate } from './auth/authenticate.ts';
import { createLoginThrottle } from './auth/login-throttle.ts';
import { createMembers } from './auth/members.ts';
import { createRegistrationThrottle } from './auth/registration-throttle.ts';
import { createRevokedSessions } from './auth/revoked-sessions.ts';
import { createSessions } from './auth/sessions.ts';
import { createTokens } from './auth/tokens.ts';
import { createVerifiedTokens } from './auth/verified-tokens.ts';
import type { Clock, Foundation, Parts } from './parts.ts';
import type { ServeSettings } from './settings.ts';

export interface AuthParts extends Clock, Pick<Foundation, 'passwords' | 'keys' | 'revoked'>, Pick<Parts, 'reader'> {
  readonly settings: Pick<ServeSettings, 'tokenLifetimeS' | 'registration'>;
  readonly writer: Pick<Parts['writer'], 'store'>;
}

export function createAuth({ settings, keys, passwords, revoked: known, writer, reader, now, newId }: AuthParts) {
  const { store } = writer;
  const findUser = createUserLookup(reader);
  const tokens = createTokens({ keys, lifetimeS: settings.tokenLifetimeS, now, newId });
  const revoked = createRevokedSessions({ known, lifetimeMs: settings.tokenLifetimeS * 1000, now });
  const sessions = createSessions({ store, findUser, tokens, keys, revoked, now, newId });
  return {
    sessions,
    accounts: createAccounts({ store, findUser, passwords, sessions, throttle: createLoginThrottle(), now }),
    members: createMembers({ store, passwords, now, newId }),
    registration: settings.registration,
    registrationThrottle: createRegistrationThrottle(),
    authenticate: createAuthenticate({
      tokens,
      verified: createVerifiedTokens({ capacity: 10_000, generation: () => keys.generation() }),
      findUser,
      findApiKey: createApiKeyLookup(reader),
      revoked,
      now,
    }),
  };
}
