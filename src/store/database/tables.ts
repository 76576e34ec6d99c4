/**
 * The tables of the daemon's database as types. Column types are those both SQLite and PostgreSQL
 * have: text, integer, double precision. Times are ISO 8601 text, truth values 0 and 1.
 */
export interface Tables {
  readonly users: UserRow;
  readonly predictions: PredictionRow;
  readonly retrains: RetrainRow;
  readonly prediction_counts: PredictionCountRow;
  readonly feedback: FeedbackRow;
  readonly refresh_tokens: RefreshTokenRow;
  readonly revoked_sessions: RevokedSessionRow;
  readonly api_keys: ApiKeyRow;
  readonly audit: AuditRow;
  readonly scheduled: ScheduledRow;
}

export interface UserRow {
  readonly id: string;
  readonly username: string;
  /** The one spelling under which names are compared: `canonicalUsername`. */
  readonly username_key: string;
  readonly email: string | null;
  readonly password_hash: string;
  readonly role: 'user' | 'admin';
  readonly disabled: number;
  readonly must_change_password: number;
  /** Tokens that name another version are refused: raised by whatever must end a user's sessions. */
  readonly token_version: number;
  readonly created_at: string;
}

export interface PredictionRow {
  /** UUIDv7: order of ids is order of time. */
  readonly id: string;
  readonly username: string;
  readonly model: string;
  readonly model_version: string;
  readonly model_sha: string;
  /** JSON: the list of numbers, the record or the text, as it was asked. */
  readonly input: string;
  /** JSON: 0, 1, "positive" … */
  readonly prediction: string;
  readonly probability: number;
  readonly created_at: string;
}

/** Kept beside the rows: counting millions of them would take seconds, and retention removes them. */
export interface PredictionCountRow {
  readonly model: string;
  readonly answered: number;
}

/** What turned out to be true, one row a prediction and person. */
export interface FeedbackRow {
  readonly prediction_id: string;
  readonly username: string;
  readonly model: string;
  readonly model_version: string;
  /** JSON, as the prediction is. */
  readonly outcome: string;
  readonly correct: number;
  /** 1: of an admin or a service; these count for the accuracy. */
  readonly trusted: number;
  readonly created_at: string;
}

/** Every refresh token of a session, used ones too: to see one again is to know that it was stolen. */
export interface RefreshTokenRow {
  /** SHA-256: the token itself is nowhere. */
  readonly hash: string;
  readonly session: string;
  readonly username_key: string;
  readonly token_version: number;
  readonly started_at: string;
  readonly issued_at: string;
  /** When its successor was made. */
  readonly used_at: string | null;
}

/** Sessions that ended before their access tokens did. */
export interface RevokedSessionRow {
  readonly session: string;
  readonly revoked_at: string;
}

export interface ApiKeyRow {
  readonly id: string;
  readonly hash: string;
  readonly username_key: string;
  readonly name: string;
  /** JSON: a list. */
  readonly scopes: string;
  readonly created_at: string;
  readonly expires_at: string | null;
}

export interface AuditRow {
  /** 1, 2, 3 … */
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  /** JSON. */
  readonly detail: string;
  /** Hash of the row before. */
  readonly previous: string;
  readonly hash: string;
}

/** A time of a schedule that was acted on. */
export interface ScheduledRow {
  readonly model: string;
  readonly minute: string;
}

export interface RetrainRow {
  readonly id: string;
  readonly model: string;
  readonly state: string;
  readonly stage: string | null;
  readonly trigger: string;
  readonly actor: string;
  /** What the actor gave as his reason. */
  readonly note: string | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly decision: string | null;
  /** JSON: [{code, text}]. */
  readonly reasons: string;
  /** Version numbers in the registry. */
  readonly candidate: number | null;
  readonly production: number | null;
  readonly exit_code: number | null;
  /** JSON: what another `pipe` holds. */
  readonly waiting_for: string | null;
  /** JSON: identity of the child process while it runs, so that the next daemon can stop it. */
  readonly process: string | null;
  /** SHA-256 of the caller and his Idempotency-Key. */
  readonly request_key: string | null;
  /** SHA-256 of what was asked with it. */
  readonly request_digest: string | null;
}
