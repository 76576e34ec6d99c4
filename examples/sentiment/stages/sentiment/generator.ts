/**
 * Invents short film reviews: a few clauses, most of which say what the label says. No file is read.
 *
 * Invariant: review i follows from the seed and i alone, so a larger number begins with the same reviews.
 */
import { createRandom, type Random } from '../../../../src/lib/random.ts';
import { ADJECTIVES, ADVERBS, ASIDES, NEGATIONS, NOUNS, THINGS, VERBS, VERDICTS } from './phrases.ts';
import type { Review } from './review.ts';

export function generateReviews({ reviews, seed }: { readonly reviews: number; readonly seed: number }): Review[] {
  const random = createRandom(seed);
  return Array.from({ length: reviews }, (_, i) => inventReview(random.fork(i)));
}

type Label = Review['label'];

/** Of the clauses that judge: people who praise a film complain about its music. */
const DISSENT = 0.15;
/** Of the reviews: stars and words do not always agree. */
const MISLABELLED = 0.03;
const ASIDE = 0.25;
/** "was not good" rather than "was bad": single words mislead there, pairs do not. */
const NEGATED = 0.3;

function inventReview(random: Random): Review {
  const mood: Label = random.integer(2) === 1 ? 1 : 0;
  const length = 1 + random.integer(4);
  const verdict = random.integer(length); // one clause at least judges: a review of asides alone says nothing
  const clauses = Array.from({ length }, (_, i) =>
    i !== verdict && random.next() < ASIDE ? oneOf(random, ASIDES) : inventVerdict(random, mood),
  );
  const label = random.next() < MISLABELLED ? opposite(mood) : mood;
  return { text: joinClauses(random, clauses), label };
}

function inventVerdict(random: Random, mood: Label): string {
  const side = random.next() < DISSENT ? opposite(mood) : mood;
  switch (random.pick(FORMS)) {
    case 0:
      return judge(random, side);
    case 1:
      return `${oneOf(random, ADVERBS)}${oneOf(random, ADJECTIVES[side])} ${oneOf(random, NOUNS)}`;
    default:
      return oneOf(random, VERDICTS[side]);
  }
}

/** How often a clause is a sentence about a thing, a noun with its adjective, a whole verdict. */
const FORMS = [5, 3, 2];

function judge(random: Random, side: Label): string {
  const thing = oneOf(random, THINGS);
  if (random.next() < NEGATED)
    return `${thing} ${oneOf(random, NEGATIONS)} ${oneOf(random, ADJECTIVES[opposite(side)])}`;
  return `${thing} ${oneOf(random, VERBS)} ${oneOf(random, ADVERBS)}${oneOf(random, ADJECTIVES[side])}`;
}

function joinClauses(random: Random, clauses: readonly string[]): string {
  const [first = '', ...rest] = clauses;
  return (
    rest.reduce((text, clause) => {
      const link = oneOf(random, [' and ', ', ', '. ', '. ', '; ', '! ']);
      return `${text}${link}${/[.!] $/.test(link) ? capitalized(clause) : clause}`;
    }, capitalized(first)) + oneOf(random, ['.', '.', '!', '', '...'])
  );
}

const opposite = (label: Label): Label => (label === 1 ? 0 : 1);
const capitalized = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

function oneOf(random: Random, items: readonly string[]): string {
  return items[random.integer(items.length)] ?? '';
}
