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
}
