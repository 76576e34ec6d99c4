/** A row of the history as callers see it, and which part of the history they may see. Pure. */
import type { KeptPrediction } from '../store/database/prediction-reader.ts';
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

/** What is older than the account is a namesake's, who was removed. Times are compared as text. */
export const maySee = (user: User | undefined, row: Pick<KeptPrediction, 'username' | 'created_at'>): boolean =>
  user !== undefined && (user.role === 'admin' || (user.username === row.username && row.created_at >= user.createdAt));

/** Whose rows, since when: everybody's for an admin who names nobody, else one's own. undefined: those are not his to see. */
export function ownerOf(
  user: User | undefined,
  asked: string | undefined,
): { readonly username: string | undefined; readonly since: string } | undefined {
  if (user === undefined) return undefined;
  if (user.role === 'admin') return { username: asked, since: '' };
  return asked === undefined || canonicalUsername(asked) === canonicalUsername(user.username)
    ? { username: user.username, since: user.createdAt }
    : undefined;
}

/** The first id that can have been given at this time: ids begin with their milliseconds. */
export function firstIdAt(milliseconds: number): string {
  const time = Math.max(0, milliseconds).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}
