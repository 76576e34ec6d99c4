/** Which terms a text model leans on: what one occurrence, alone in a text, adds to the log-odds of class 1. */
import { compareCodeUnits } from '../lib/canonical-json.ts';
import type { TextModel } from './model.ts';

export interface TermWeight {
  readonly term: string;
  /** ln P(term | 1) - ln P(term | 0). */
  readonly weight: number;
}

export interface StrongTerms {
  /** Strongest first. */
  readonly positive: readonly TermWeight[];
  readonly negative: readonly TermWeight[];
}

export function strongTerms({ bayes }: Pick<TextModel, 'bayes'>, count: number): StrongTerms {
  const weights = bayes.terms
    .map(([term, , negative, positive]) => ({ term, weight: positive - negative }))
    .sort((a, b) => b.weight - a.weight || compareCodeUnits(a.term, b.term));
  const against = weights.toReversed().filter(({ weight }) => weight < 0);
  return { positive: weights.filter(({ weight }) => weight > 0).slice(0, count), negative: against.slice(0, count) };
}
