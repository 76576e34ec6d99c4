/**
 * From a text to its terms: lower case, words of two characters and more, neighbouring words joined.
 * Knows nothing of vocabularies or weights. Training and serving use this very function, so they cannot skew.
 */

/** What Python's `(?u)\b\w\w+\b` finds: letters, digits and `_`. JavaScript's own \w knows ASCII only. */
const WORD = /[\p{L}\p{N}_]{2,}/gu;

/** `ngrams`: how many words a term may have, such as [1, 2]; the words of a term are joined by one blank. */
export function termsOf(text: string, ngrams: readonly number[]): readonly string[] {
  const words = text.toLowerCase().match(WORD) ?? [];
  if (ngrams.length === 1 && ngrams[0] === 1) return words;
  const terms: string[] = [];
  for (const length of ngrams) {
    for (let at = 0; at + length <= words.length; at++) terms.push(joinWords(words, at, length));
  }
  return terms;
}

/** By hand: a slice and a join for each term would take most of the time. */
function joinWords(words: readonly string[], at: number, length: number): string {
  let term = words[at] ?? '';
  for (let i = at + 1; i < at + length; i++) term += ` ${words[i]}`;
  return term;
}
