/**
 * What is done to accounts over HTTP: registered by their owner, changed and removed by admins. Knows
 * nothing of HTTP, hashing or the tables.
 *
 * Invariant: every change has its line in the audit, and there is always an active admin.
 */
import { err, ok, type Result } from '../../lib/result.ts';
import type { Store } from '../../store/database/store.ts';
import type { Refusal, User, UserChange } from '../../store/database/users.ts';
import { findPasswordFault, findUsernameFault } from './password-policy.ts';
import type { Passwords } from './passwords.ts';

export interface Members {
  register(registration: Registration): Promise<Result<User, MemberFault>>;
  list(): Promise<readonly User[]>;
  find(username: string): Promise<User | undefined>;
  change(username: string, change: MemberChange): Promise<Result<User, MemberFault>>;
  remove(username: string, actor: string): Promise<Result<User, Refusal>>;
}

export interface Registration {
  readonly username: string;
  readonly password: string;
  readonly email: string | null;
}

export interface MemberChange extends Pick<UserChange, 'role' | 'disabled'> {
  readonly password: string | undefined;
  readonly actor: string;
}

export type MemberFault =
  | { readonly kind: 'refused'; readonly field: 'username' | 'password'; readonly problem: string }
  | { readonly kind: 'taken' | 'busy' | Refusal };

export interface MemberOptions {
  readonly store: Pick<Store, 'addUser' | 'changeUserSafely' | 'removeUserSafely' | 'listUsers' | 'findUser'>;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly now: () => number;
  readonly newId: () => string;
}

export function createMembers(options: MemberOptions): Members {
  const { store, now } = options;
  const line = (actor: string, action: string, subject: string, detail = {}) => ({
    at: new Date(now()).toISOString(),
    actor,
    action,
    subject,
    detail,
  });
  return {
    list: store.listUsers,
    find: store.findUser,
    register: (registration) => register(options, registration),
    async change(username, { password, actor, role, disabled }) {
      const user = await store.findUser(username);
      if (user === undefined) return err({ kind: 'unknown' });
      const hashed = await hashNew(options, { password, username, role: role ?? user.role });
      if (!hashed.ok) return hashed;
      const change = { ...hashed.value, ...defined({ role, disabled }) };
      if (Object.keys(change).length === 0) return ok(user);
      const detail = { ...defined({ role, disabled }), ...(password === undefined ? {} : { password: 'set' }) };
      const audit = line(actor, 'user.change', user.username, detail);
      return toResult(await store.changeUserSafely({ username, change, audit }));
    },
    async remove(username, actor) {
      const removed = await store.removeUserSafely({ username, audit: line(actor, 'user.remove', username) });
      return typeof removed === 'string' ? err(removed) : ok(removed);
    },
  };
}

async function register(
  { store, passwords, now, newId }: MemberOptions,
  { username, password, email }: Registration,
): Promise<Result<User, MemberFault>> {
  const nameFault = findUsernameFault(username);
  if (nameFault !== undefined) return err({ kind: 'refused', field: 'username', problem: nameFault });
  const fault = findPasswordFault({ password, username, role: 'user' });
  if (fault !== undefined) return err({ kind: 'refused', field: 'password', problem: fault });
  const hashed = await passwords.hash(password);
  if (!hashed.ok) return err({ kind: 'busy' });
  const createdAt = new Date(now()).toISOString();
  const user = await store.addUser({
    id: newId(),
    username: username.trim(),
    email,
    passwordHash: hashed.value,
    role: 'user',
    mustChangePassword: false,
    createdAt,
    audit: { at: createdAt, actor: username.trim(), action: 'user.register', subject: username.trim(), detail: {} },
  });
  return user === undefined ? err({ kind: 'taken' }) : ok(user);
}

interface NewPassword extends Pick<User, 'username' | 'role'> {
  readonly password: string | undefined;
}

/** Whoever is given a password by another must set his own. */
async function hashNew(
  { passwords }: MemberOptions,
  { password, username, role }: NewPassword,
): Promise<Result<Pick<UserChange, 'passwordHash' | 'mustChangePassword'>, MemberFault>> {
  if (password === undefined) return ok({});
  const problem = findPasswordFault({ password, username, role });
  if (problem !== undefined) return err({ kind: 'refused', field: 'password', problem });
  const hashed = await passwords.hash(password);
  return hashed.ok ? ok({ passwordHash: hashed.value, mustChangePassword: true }) : err({ kind: 'busy' });
}

const toResult = (found: User | Refusal): Result<User, MemberFault> =>
  typeof found === 'string' ? err({ kind: found }) : ok(found);

interface Wanted {
  readonly role: User['role'] | undefined;
  readonly disabled: boolean | undefined;
}

function defined({ role, disabled }: Wanted): Pick<UserChange, 'role' | 'disabled'> {
  return { ...(role === undefined ? {} : { role }), ...(disabled === undefined ? {} : { disabled }) };
}
