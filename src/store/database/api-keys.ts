/** Keys of programs, of which only hashes are kept. Knows nothing of what a scope allows. */
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Database } from './open.ts';
import type { ApiKeyRow } from './tables.ts';

export async function addApiKey({ query }: Pick<Database, 'query'>, row: ApiKeyRow): Promise<void> {
  await query.insertInto('api_keys').values(row).execute();
}

/** undefined: there is none, or it is another's. An owner of undefined: anybody's. */
export async function removeApiKey(
  { query }: Pick<Database, 'query'>,
  { id, owner }: { readonly id: string; readonly owner: string | undefined },
): Promise<ApiKeyRow | undefined> {
  const mine = query.deleteFrom('api_keys').where('id', '=', id);
  const removed = owner === undefined ? mine : mine.where('username_key', '=', owner);
  return removed.returningAll().executeTakeFirst();
}

/** By age. An owner of undefined: everybody's. */
export async function listApiKeys({ query }: Database, owner: string | undefined): Promise<readonly ApiKeyRow[]> {
  const all = query.selectFrom('api_keys').selectAll().orderBy('id');
  return (owner === undefined ? all : all.where('username_key', '=', owner)).execute();
}

/** On the thread that answers requests. */
export function createApiKeyLookup(reader: DatabaseSyncInstance): (hash: string) => ApiKeyRow | undefined {
  const select = reader.prepare('select * from api_keys where hash = ?');
  return (hash) => select.get(hash);
}
