/**
 * How the tables came to be, step by step; a step that was released is never edited. Written with
 * kysely's schema builder in words that SQLite and PostgreSQL both take.
 */
import { sql, type Kysely, type Migration } from 'kysely';

export const migrations: Readonly<Record<string, Migration>> = {
  '001_users_predictions_retrains': {
    async up(database: Kysely<unknown>): Promise<void> {
      await createUsers(database);
      await createPredictions(database);
      await createRetrains(database);
    },
  },
  '002_counters_feedback': {
    async up(database: Kysely<unknown>): Promise<void> {
      await createCounters(database);
      await createFeedback(database);
      await database.schema.createIndex('predictions_of_user').on('predictions').columns(['username', 'id']).execute();
    },
  },
  '003_sessions_keys_audit': {
    async up(database: Kysely<unknown>): Promise<void> {
      await createSessions(database);
      await createApiKeys(database);
      await createAudit(database);
    },
  },
  '004_scheduled': {
    async up(database: Kysely<unknown>): Promise<void> {
      await database.schema
        .createTable('scheduled')
        .addColumn('model', 'text', (column) => column.notNull())
        .addColumn('minute', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('scheduled_key', ['model', 'minute'])
        .execute();
    },
  },
  '005_retrain_requests': {
    async up(database: Kysely<unknown>): Promise<void> {
      for (const column of ['request_key', 'request_digest'])
        await database.schema.alterTable('retrains').addColumn(column, 'text').execute();
      await database.schema.createIndex('retrains_of_request').on('retrains').column('request_key').execute();
    },
  },
};

async function createUsers(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('users')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('username', 'text', (column) => column.notNull())
    .addColumn('username_key', 'text', (column) => column.notNull().unique())
    .addColumn('email', 'text')
    .addColumn('password_hash', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('disabled', 'integer', (column) => column.notNull())
    .addColumn('must_change_password', 'integer', (column) => column.notNull())
    .addColumn('token_version', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .execute();
}

async function createPredictions(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('predictions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('username', 'text', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('model_version', 'text', (column) => column.notNull())
    .addColumn('model_sha', 'text', (column) => column.notNull())
    .addColumn('input', 'text', (column) => column.notNull())
    .addColumn('prediction', 'text', (column) => column.notNull())
    .addColumn('probability', 'double precision', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .execute();
}

async function createRetrains(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('retrains')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('stage', 'text')
    .addColumn('trigger', 'text', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('note', 'text')
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('started_at', 'text')
    .addColumn('finished_at', 'text')
    .addColumn('decision', 'text')
    .addColumn('reasons', 'text', (column) => column.notNull())
    .addColumn('candidate', 'integer')
    .addColumn('production', 'integer')
    .addColumn('exit_code', 'integer')
    .addColumn('waiting_for', 'text')
    .addColumn('process', 'text')
    .execute();
}

async function createCounters(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('prediction_counts')
    .addColumn('model', 'text', (column) => column.primaryKey())
    .addColumn('answered', 'bigint', (column) => column.notNull())
    .execute();
  await sql`insert into prediction_counts select model, count(*) from predictions group by model`.execute(database);
}

async function createFeedback(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('feedback')
    .addColumn('prediction_id', 'text', (column) => column.notNull())
    .addColumn('username', 'text', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('model_version', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('correct', 'integer', (column) => column.notNull())
    .addColumn('trusted', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('feedback_key', ['prediction_id', 'username'])
    .execute();
  await database.schema.createIndex('feedback_of_version').on('feedback').columns(['model', 'model_version']).execute();
}

async function createSessions(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('refresh_tokens')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('session', 'text', (column) => column.notNull())
    .addColumn('username_key', 'text', (column) => column.notNull())
    .addColumn('token_version', 'bigint', (column) => column.notNull())
    .addColumn('started_at', 'text', (column) => column.notNull())
    .addColumn('issued_at', 'text', (column) => column.notNull())
    .addColumn('used_at', 'text')
    .execute();
  await database.schema.createIndex('refresh_tokens_of_session').on('refresh_tokens').column('session').execute();
  await database.schema
    .createTable('revoked_sessions')
    .addColumn('session', 'text', (column) => column.primaryKey())
    .addColumn('revoked_at', 'text', (column) => column.notNull())
    .execute();
}

async function createApiKeys(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('api_keys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('username_key', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('scopes', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'text')
    .execute();
}

async function createAudit(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('audit')
    .addColumn('seq', 'integer', (column) => column.primaryKey())
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .addColumn('previous', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute();
}
