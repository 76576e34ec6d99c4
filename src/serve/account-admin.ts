/**
 * What a person at the machine may do with accounts: the database is opened, changed in one short
 * transaction and closed, so it works while the daemon runs, which sees the change at its next request.
 *
 * Invariant: there is always an active admin, once there was one.
 */
import bcrypt from 'bcryptjs';
import { v7 as uuid } from 'uuid';
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { openDatabase } from '../store/database/open.ts';
import { createStore, type Store } from '../store/database/store.ts';
import type { AuditEntry } from '../store/database/audit.ts';
import type { Refusal, Role, User, UserChange } from '../store/database/users.ts';
import { databaseFile } from './data-files.ts';
import { openAuditKey } from './audit-key.ts';
import { findPasswordFault, findUsernameFault } from './auth/password-policy.ts';

export interface AccountAdmin {
  add(account: NewAccount): Promise<Result<User, Failure>>;
  list(): Promise<readonly User[]>;
  setPassword(account: Pick<NewAccount, 'username' | 'password' | 'mustChange'>): Promise<Result<User, Failure>>;
  /** With sessions and keys. Answers who it was. */
  remove(username: string): Promise<Result<User, Failure>>;
  change(username: string, change: Pick<UserChange, 'role' | 'disabled'>): Promise<Result<User, Failure>>;
}

export interface NewAccount {
  readonly username: string;
  readonly password: string;
  readonly role: Role;
  readonly email: string | null;
  /** Whoever gets the password must set his own before he can do anything. */
  readonly mustChange: boolean;
}

const COST = 12;
const BUSY_MS = 5_000;

/** Opens, acts, closes. */
export async function withAccounts<T>(
  dataDir: string,
  act: (accounts: AccountAdmin) => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  const opened = await openDatabase({ file: databaseFile({ dataDir }), busyTimeoutMs: BUSY_MS });
  if (!opened.ok) return opened;
  try {
    return await act(createAccountAdmin(createStore(opened.value, openAuditKey(dataDir))));
  } finally {
    await opened.value.close();
  }
}

function createAccountAdmin(store: Store): AccountAdmin {
  return {
    async add({ username, password, role, email, mustChange }) {
      const fault = findUsernameFault(username) ?? findPasswordFault({ password, username, role });
      if (fault !== undefined) return err(refused(fault));
      const user = await store.addUser({
        id: uuid(),
        username: username.trim(),
        email,
        passwordHash: await bcrypt.hash(password, COST),
        role,
        mustChangePassword: mustChange,
        createdAt: new Date().toISOString(),
        audit: line('user.add', username.trim(), { role }),
      });
      return user === undefined ? err(refused(`there is a user ${username} already`)) : ok(user);
    },
    list: () => store.listUsers(),
    async setPassword({ username, password, mustChange }) {
      const user = await store.findUser(username);
      if (user === undefined) return err(unknown(username));
      const fault = findPasswordFault({ password, username, role: user.role });
      if (fault !== undefined) return err(refused(fault));
      const change = { passwordHash: await bcrypt.hash(password, COST), mustChangePassword: mustChange };
      const audit = line('user.change', user.username, { password: 'set' });
      return toResult(username, await store.changeUserSafely({ username, change, audit }));
    },
    async remove(username) {
      const audit = line('user.remove', username, {});
      return toResult(username, await store.removeUserSafely({ username, audit }));
    },
    async change(username, change) {
      const audit = line('user.change', username, { ...change });
      return toResult(username, await store.changeUserSafely({ username, change, audit }));
    },
  };
}

const line = (action: string, subject: string, detail: AuditEntry['detail']): AuditEntry => ({
  at: new Date().toISOString(),
  actor: 'command line',
  action,
  subject,
  detail,
});

function toResult(username: string, found: User | Refusal): Result<User, Failure> {
  if (found === 'unknown') return err(unknown(username));
  return found === 'last-admin' ? err(refused(`${username} is the last active admin`)) : ok(found);
}

const unknown = (username: string): Failure =>
  refused(`there is no user ${username}`, '`pipe user list` names them all');

const refused = (problem: string, hint?: string): Failure => ({
  code: 'serve-refused',
  problem,
  ...(hint === undefined ? {} : { hint }),
});
