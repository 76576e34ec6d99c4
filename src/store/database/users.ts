/**
 * Accounts in the database. Knows nothing of hashing, policies or tokens: it keeps what it is given.
 *
 * Invariant: names are unique under `canonicalUsername`, and whatever must end a user's sessions
 * raises `tokenVersion` in the same statement that makes the change.
 */
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Database } from './open.ts';
import type { UserRow } from './tables.ts';
import { toStorable } from './text.ts';

export type Role = UserRow['role'];

export interface User {
  readonly id: string;
  readonly username: string;
  readonly email: string | null;
  readonly passwordHash: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly mustChangePassword: boolean;
  readonly tokenVersion: number;
  readonly createdAt: string;
}

export type NewUser = Omit<User, 'tokenVersion' | 'disabled'>;

/** What one change may set; the rest stays. */
export interface UserChange {
  readonly passwordHash?: string;
  readonly mustChangePassword?: boolean;
  readonly role?: Role;
  readonly disabled?: boolean;
}

/** `Alice`, ` alice ` and full-width `ａｌｉｃｅ` are one name. */
export function canonicalUsername(name: string): string {
  return toStorable(name).normalize('NFKC').trim().toLowerCase();
}

/** undefined: there is a user of that name. */
export async function addUser({ query }: Pick<Database, 'query'>, user: NewUser): Promise<User | undefined> {
  const row: UserRow = {
    id: user.id,
    username: user.username,
    username_key: canonicalUsername(user.username),
    email: user.email,
    password_hash: user.passwordHash,
    role: user.role,
    disabled: 0,
    must_change_password: user.mustChangePassword ? 1 : 0,
    // Not 0: a user removed and added again must not take up the tokens of the old one.
    token_version: Date.parse(user.createdAt),
    created_at: user.createdAt,
  };
  const added = await query
    .insertInto('users')
    .values(row)
    .onConflict((conflict) => conflict.column('username_key').doNothing())
    .executeTakeFirst();
  return Number(added.numInsertedOrUpdatedRows) === 1 ? toUser(row) : undefined;
}

/** undefined: there is no such user. A new password, and being disabled or enabled, end the user's sessions. */
export async function changeUser(
  { query }: Pick<Database, 'query'>,
  { username, change }: { readonly username: string; readonly change: UserChange },
): Promise<User | undefined> {
  const { passwordHash, mustChangePassword, role, disabled } = change;
  const row = await query
    .updateTable('users')
    .set((expression) => ({
      ...(passwordHash === undefined ? {} : { password_hash: passwordHash }),
      ...(mustChangePassword === undefined ? {} : { must_change_password: mustChangePassword ? 1 : 0 }),
      ...(role === undefined ? {} : { role }),
      ...(disabled === undefined ? {} : { disabled: disabled ? 1 : 0 }),
      ...(endsSessions(change) ? { token_version: expression('token_version', '+', 1) } : {}),
    }))
    .where('username_key', '=', canonicalUsername(username))
    .returningAll()
    .executeTakeFirst();
  return row && toUser(row);
}

export type Refusal = 'unknown' | 'last-admin';

/** The same, unless it would leave nobody who may manage the others. To be called in a transaction. */
export async function changeUserSafely(
  database: Pick<Database, 'query'>,
  { username, change }: { readonly username: string; readonly change: UserChange },
): Promise<User | Refusal> {
  const takesAdmin = change.role === 'user' || change.disabled === true;
  if (takesAdmin && (await isLastAdmin(database, username))) return 'last-admin';
  return (await changeUser(database, { username, change })) ?? 'unknown';
}

/** With all that belongs to the account but the history. To be called in a transaction. */
export async function removeUserSafely(database: Pick<Database, 'query'>, username: string): Promise<User | Refusal> {
  if (await isLastAdmin(database, username)) return 'last-admin';
  const { query } = database;
  const key = canonicalUsername(username);
  const row = await query.deleteFrom('users').where('username_key', '=', key).returningAll().executeTakeFirst();
  if (row === undefined) return 'unknown';
  await query.deleteFrom('refresh_tokens').where('username_key', '=', key).execute();
  await query.deleteFrom('api_keys').where('username_key', '=', key).execute();
  return toUser(row);
}

async function isLastAdmin({ query }: Pick<Database, 'query'>, username: string): Promise<boolean> {
  const active = query.selectFrom('users').select('username_key').where('role', '=', 'admin').where('disabled', '=', 0);
  const admins = await active.execute();
  return admins.length === 1 && admins[0]?.username_key === canonicalUsername(username);
}

export async function findUser({ query }: Database, username: string): Promise<User | undefined> {
  const row = await query
    .selectFrom('users')
    .selectAll()
    .where('username_key', '=', canonicalUsername(username))
    .executeTakeFirst();
  return row && toUser(row);
}

/** By name. */
export async function listUsers({ query }: Database): Promise<readonly User[]> {
  return (await query.selectFrom('users').selectAll().orderBy('username_key').execute()).map(toUser);
}

/**
 * Looks users up on the thread that answers requests. A user stays in memory until another connection
 * has committed anything. That is asked once a turn of the event loop: whoever was told of a change
 * (its answer came from another thread, or process) can only ask again in a later turn.
 */
export function createUserLookup(reader: DatabaseSyncInstance): (username: string) => User | undefined {
  const version = reader.prepare('pragma data_version');
  const select = reader.prepare('select * from users where username_key = ?');
  const known = new Map<string, User | undefined>();
  let seen: unknown;
  let isFresh = false;
  const refresh = (): void => {
    const { data_version: now } = version.get();
    if (now !== seen) known.clear();
    seen = now;
    isFresh = true;
    setImmediate(() => {
      isFresh = false;
    });
  };
  return (username) => {
    if (!isFresh) refresh();
    if (known.has(username)) return known.get(username);
    const row: UserRow | undefined = select.get(canonicalUsername(username));
    const user = row && toUser(row);
    // Names of nobody are a caller's invention: keeping them would let him fill the memory.
    if (user !== undefined) known.set(username, user);
    return user;
  };
}

/** A demoted admin stays signed in, as a user: the role is looked up at each request. */
const endsSessions = ({ passwordHash, disabled }: UserChange): boolean =>
  passwordHash !== undefined || disabled !== undefined;

function toUser(row: UserRow): User {
  return {
    id: row.id,
    username: row.username,
    email: row.email,
    passwordHash: row.password_hash,
    role: row.role,
    disabled: row.disabled === 1,
    mustChangePassword: row.must_change_password === 1,
    tokenVersion: row.token_version,
    createdAt: row.created_at,
  };
}
