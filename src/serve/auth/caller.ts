/** Who makes a request: a person with a session, or a program with a key. */
import type { User } from '../../store/database/users.ts';
import type { Scope } from '../endpoint.ts';

export type Caller =
  | { readonly user: User; readonly session: string; readonly scopes: undefined }
  | { readonly user: User; readonly session: undefined; readonly scopes: readonly Scope[] };
