/**
 * What the server takes and answers, as types for its callers. Written by hand, since a client must not
 * need the server's schemas; a test holds the two together.
 */
export type Features = readonly number[];

/** null only where the model allows a value to be missing. */
export type FeatureRecord = Readonly<Record<string, number | null>>;

export type Question = { readonly features: Features } | { readonly record: FeatureRecord } | { readonly text: string };

export type BatchQuestion =
  | { readonly features: readonly Features[] }
  | { readonly records: readonly FeatureRecord[] }
  | { readonly texts: readonly string[] };

interface AnswerIdentity {
  readonly model: string;
  readonly model_version: string;
  readonly id: string;
  readonly timestamp: string;
}

export interface Warning {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
}

/** Of a row. */
export interface Prediction extends AnswerIdentity {
  readonly prediction: number;
  /** Of class 1. */
  readonly probability: number;
  readonly warnings?: readonly Warning[] | undefined;
  readonly base?: number | undefined;
  readonly contributions?: Readonly<Record<string, number>> | undefined;
}

export interface TextPrediction extends AnswerIdentity {
  readonly text: string;
  readonly prediction: 'negative' | 'positive';
  readonly confidence: number;
  /** Where it was asked to explain: base and contributions sum to the log-odds of "positive". */
  readonly base?: number | undefined;
  /** One a term of the text that the model knows. */
  readonly contributions?: Readonly<Record<string, number>> | undefined;
}

export type AnswerTo<Q extends Question | BatchQuestion> = Q extends { text: string } | { texts: readonly string[] }
  ? TextPrediction
  : Prediction;

export interface BatchAnswer<A> {
  readonly results: readonly A[];
  readonly total_count: number;
  readonly processing_time_ms: number;
}

export interface PredictOptions {
  readonly model?: string;
  /** A number, `n-sha12`, production, previous, latest, or a label. */
  readonly modelVersion?: string;
  readonly explain?: boolean;
}

export interface KeptPrediction {
  readonly id: string;
  readonly user: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly prediction: number | 'negative' | 'positive' | null;
  readonly probability?: number | undefined;
  readonly confidence?: number | undefined;
  readonly model: string;
  readonly model_version: string;
  readonly timestamp: string;
  readonly feedback: {
    readonly outcome: number | string;
    readonly correct: boolean;
    readonly timestamp: string;
  } | null;
}

export interface HistoryQuestion {
  readonly user?: string;
  readonly model?: string;
  readonly model_version?: string;
  /** ISO 8601. */
  readonly from?: string;
  readonly to?: string;
  readonly labelled?: boolean;
  readonly limit?: number;
  readonly cursor?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

export interface Feedback {
  readonly id: string;
  readonly outcome: number | string;
  readonly correct: boolean;
  readonly timestamp: string;
}

export interface User {
  readonly username: string;
  readonly email: string | null;
  readonly role: 'user' | 'admin';
  readonly disabled: boolean;
  readonly must_change_password: boolean;
  readonly created_at: string;
}

export interface ModelStats {
  readonly model_loaded: boolean;
  readonly total_predictions: number;
  readonly model_name: string;
  readonly model_version: string | null;
  readonly framework: string | null;
}

export interface ModelMetrics {
  readonly accuracy: number | null;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1_score: number | null;
  readonly roc_auc: number | null;
  readonly n: number | null;
  readonly threshold: number;
  readonly model: string;
  readonly model_version: string;
  readonly evaluated_at: string | null;
  readonly live: { readonly n: number; readonly accuracy: number | null };
}

export interface Health {
  readonly status: 'healthy' | 'degraded';
  readonly model_loaded: boolean;
  readonly version: string;
  readonly model_version: string | null;
  readonly reason?: string | undefined;
  readonly mode?: 'demo' | undefined;
}

export interface RetrainRequest {
  readonly model?: string;
  readonly force?: boolean;
  readonly reason?: string;
}

export interface RetrainAccepted {
  readonly status: 'accepted';
  readonly message: string;
  readonly job_id: string;
  readonly state: string;
  readonly links: { readonly self: string; readonly logs: string };
}

export interface Tokens {
  readonly access_token: string;
  readonly token_type: 'bearer';
  /** Seconds. */
  readonly expires_in: number;
  readonly refresh_token: string;
}
