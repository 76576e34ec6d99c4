/**
 * The first accounts of a data directory: an admin from the environment, or one with a random password
 * in a file that only the owner can read; or the two public ones of the demo.
 *
 * Invariant: a data directory holds demo accounts or real ones, never both.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../../lib/result.ts';
import type { Store } from '../../store/database/store.ts';
import type { NewUser } from '../../store/database/users.ts';
import { publishFile } from '../../store/publish.ts';
import { readSecret } from '../secret.ts';
import type { ServeSettings } from '../settings.ts';
import { findPasswordFault, findUsernameFault } from './password-policy.ts';
import type { Passwords } from './passwords.ts';

export interface FirstRunDeps {
  readonly settings: Pick<ServeSettings, 'demo' | 'admin' | 'dataDir'>;
  readonly store: Pick<Store, 'listUsers' | 'addUser'>;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly now: () => number;
  readonly newId: () => string;
}

/** What to tell the person at the terminal; undefined when there was nothing to do. */
export type FirstRunNote = string | undefined;

export async function ensureAccounts(deps: FirstRunDeps): Promise<Result<FirstRunNote, string>> {
  const isEmpty = (await deps.store.listUsers()).length === 0;
  const fault = findFolderFault(deps.settings, isEmpty);
  if (fault !== undefined) return err(fault);
  if (!isEmpty) return ok(undefined);
  return deps.settings.demo ? addDemoAccounts(deps) : addAdmin(deps);
}

/** `isEmpty`: there is no account yet. */
export function findFolderFault(
  { demo, dataDir }: Pick<ServeSettings, 'demo' | 'dataDir'>,
  isEmpty: boolean,
): string | undefined {
  const isDemoFolder = existsSync(demoMarker(dataDir));
  if (demo && !isEmpty && !isDemoFolder) return `${dataDir} holds real accounts: the demo needs a folder of its own`;
  if (!demo && isDemoFolder)
    return `${dataDir} holds the demo's accounts, whose passwords are public: use another --data-dir`;
  return undefined;
}

async function addDemoAccounts(deps: FirstRunDeps): Promise<Result<FirstRunNote, string>> {
  publishFile(demoMarker(deps.settings.dataDir), 'The passwords of these accounts are public.\n');
  await addAccount(deps, { username: 'admin', password: 'admin123', role: 'admin', mustChangePassword: false });
  await addAccount(deps, { username: 'alice', password: 'secret123', role: 'user', mustChangePassword: false });
  return ok(undefined);
}

async function addAdmin(deps: FirstRunDeps): Promise<Result<FirstRunNote, string>> {
  const { username, password: given } = deps.settings.admin;
  const usernameFault = findUsernameFault(username);
  if (usernameFault !== undefined) return err(`ADMIN_USERNAME: ${usernameFault}`);
  if (given === undefined) return addAdminWithRandomPassword(deps, username);
  const password = readSecret(given);
  if (!password.ok) return err(`ADMIN_PASSWORD_FILE: ${password.error}`);
  const fault = findPasswordFault({ password: password.value, username, role: 'admin' });
  if (fault !== undefined) return err(`ADMIN_PASSWORD: ${fault}`);
  await addAccount(deps, { username, password: password.value, role: 'admin', mustChangePassword: false });
  return ok(`admin account "${username}" made from the environment`);
}

async function addAdminWithRandomPassword(deps: FirstRunDeps, username: string): Promise<Result<FirstRunNote, string>> {
  const password = randomBytes(18).toString('base64url');
  const file = join(deps.settings.dataDir, 'initial-admin-password');
  publishFile(file, `${password}\n`, { mode: 0o600 });
  await addAccount(deps, { username, password, role: 'admin', mustChangePassword: true });
  return ok(`admin account "${username}" made; its password is in ${file} and must be changed at the first login`);
}

interface Account extends Pick<NewUser, 'username' | 'role' | 'mustChangePassword'> {
  readonly password: string;
}

async function addAccount({ store, passwords, now, newId }: FirstRunDeps, account: Account): Promise<void> {
  const { password, ...rest } = account;
  const hashed = await passwords.hash(password);
  if (!hashed.ok) throw new Error('the hashing queue is full before the daemon listens');
  const createdAt = new Date(now()).toISOString();
  const audit = {
    at: createdAt,
    actor: 'first run',
    action: 'user.add',
    subject: rest.username,
    detail: { role: rest.role },
  };
  await store.addUser({ ...rest, id: newId(), email: null, passwordHash: hashed.value, createdAt, audit });
}

const demoMarker = (dataDir: string): string => join(dataDir, 'demo-accounts');
