/**
 * Signing in and changing one's password: throttle, compare, answer with a token.
 * Knows nothing of HTTP, hashing or the tables.
 *
 * Invariant: the work and the answer are the same for a name that does not exist, one that is
 * disabled and a wrong password.
 */
import type { Store } from '../../store/database/store.ts';
import { canonicalUsername, type User } from '../../store/database/users.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import { createInTurn } from './in-turn.ts';
import type { Attempt, LoginThrottle } from './login-throttle.ts';
import { findPasswordFault } from './password-policy.ts';
import type { Passwords } from './passwords.ts';
import type { IssuedSession, Sessions } from './sessions.ts';

export interface Accounts {
  login(credentials: Credentials): Promise<Result<IssuedSession, LoginFault>>;
  /** Ends all sessions of the user; the new pair of tokens is the only one that works. */
  changePassword(change: PasswordChange): Promise<Result<IssuedSession, PasswordFault>>;
  readonly addressWaitS: LoginThrottle['addressWaitS'];
}

export interface Credentials extends Attempt {
  readonly password: string;
}

export interface PasswordChange {
  readonly user: User;
  readonly address: string;
  readonly current: string;
  readonly next: string;
}

export type LoginFault =
  | { readonly kind: 'wrong' }
  | { readonly kind: 'throttled'; readonly waitS: number }
  | { readonly kind: 'busy' };

export type PasswordFault = LoginFault | { readonly kind: 'refused'; readonly problem: string };

export interface AccountOptions {
  readonly store: Pick<Store, 'changeUserSafely'>;
  readonly findUser: (username: string) => User | undefined;
  readonly passwords: Passwords;
  readonly sessions: Pick<Sessions, 'start'>;
  readonly throttle: LoginThrottle;
  readonly now: () => number;
}

export function createAccounts(options: AccountOptions): Accounts {
  const { store, findUser, passwords, sessions, throttle, now } = options;
  const inTurn = createInTurn();

  const verify = async ({ username, address, password }: Credentials): Promise<Result<User, LoginFault>> => {
    const slot = await throttle.reserve({ username, address });
    if (!slot.ok) return err({ kind: 'throttled', waitS: slot.error });
    const user = findUser(username);
    const compared = await passwords.compare(password, user?.passwordHash);
    if (!compared.ok) {
      await slot.value.giveBack();
      return err({ kind: 'busy' });
    }
    if (!compared.value || user === undefined || user.disabled) return err({ kind: 'wrong' });
    await slot.value.forgive();
    return ok(user);
  };
  const verifyInTurn = (credentials: Credentials): Promise<Result<User, LoginFault>> =>
    inTurn(`${canonicalUsername(credentials.username)}\0${credentials.address}`, () => verify(credentials));

  return {
    addressWaitS: throttle.addressWaitS,
    async login(credentials) {
      const user = await verifyInTurn(credentials);
      return user.ok ? ok(await sessions.start(user.value)) : user;
    },
    async changePassword({ user: { username, role }, address, current, next }) {
      const problem = findPasswordFault({ password: next, username, role });
      if (problem !== undefined) return err({ kind: 'refused', problem });
      const verified = await verifyInTurn({ username, address, password: current });
      if (!verified.ok) return verified;
      const hashed = await passwords.hash(next);
      if (!hashed.ok) return err({ kind: 'busy' });
      const change = { passwordHash: hashed.value, mustChangePassword: false };
      const at = new Date(now()).toISOString();
      const audit = { at, actor: username, action: 'user.change', subject: username, detail: { password: 'set' } };
      const changed = await store.changeUserSafely({ username, change, audit });
      return typeof changed === 'string' ? err({ kind: 'wrong' }) : ok(await sessions.start(changed));
    },
  };
}
