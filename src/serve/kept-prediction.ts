/** A row of the history as callers see it, and which part of the history they may see. Pure. */
import type { HistoryQuestion, KeptPrediction } from '../store/database/prediction-reader.ts';
import { canonicalUsername, type User } from '../store/database/users.ts';

/** Above every id that a UUIDv7 can be. */
export const NEWEST = 'g';

export function renderKept(row: KeptPrediction) {
  const { id, username, model, model_version, probability, created_at, feedback } = row;
  const prediction: unknown = JSON.parse(row.prediction);
  return {
    id,
    user: username,
    input: JSON.parse(row.input),
    prediction,
    ...figureOf(prediction, probability),
    model,
    model_version,
    timestamp: created_at,
    feedback: feedback === undefined ? null : renderFeedback(feedback),
  };
}

/** A job (null) has none: its rows stand in its file. */
function figureOf(
  prediction: unknown,
  probability: number,
): { readonly probability?: number; readonly confidence?: number } {
  if (prediction === null) return {};
  if (typeof prediction !== 'string') return { probability };
  return { confidence: prediction === 'positive' ? probability : 1 - probability };
}

const renderFeedback = ({ outcome, correct, created_at }: NonNullable<KeptPrediction['feedback']>) => ({
  outcome: JSON.parse(outcome),
  correct: correct === 1,
  timestamp: created_at,
});

export const maySee = (user: User | undefined, row: Pick<KeptPrediction, 'username'>): boolean =>
  user !== undefined && (user.role === 'admin' || user.username === row.username);

/** Whose rows: everybody's for an admin who names nobody, else one's own. undefined: those are not his to see. */
export function ownerOf(
  user: User | undefined,
  asked: string | undefined,
): Pick<HistoryQuestion, 'username'> | undefined {
  if (user === undefined) return undefined;
  if (user.role === 'admin') return { username: asked };
  return asked === undefined || canonicalUsername(asked) === canonicalUsername(user.username)
    ? { username: user.username }
    : undefined;
}

/** The first id that can have been given at this time: ids begin with their milliseconds. */
export function firstIdAt(milliseconds: number): string {
  const time = Math.max(0, milliseconds).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}
