/** One text with its label, and the one spelling in which texts are compared and learnt from. Pure. */
export interface Review {
  readonly text: string;
  /** 1: it praises, 0: it complains. */
  readonly label: 0 | 1;
}

/** What one text is called in files and in the model. */
export const TEXT = 'text';
export const LABEL = 'label';
/** What of a review is hashed to decide its side of the split. */
export const SPLIT_KEY = 'text, NFC, white space folded, lower case';

/** Composed accents, one blank for any white space, none at the ends. U+0085 is white space that `\s` does not know. */
export function cleanText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\s\u0085]+/gu, ' ')
    .replace(/^ | $/g, '');
}

/** Equal for texts that should never stand on two sides of a split. */
export const splitKeyOf = (text: string): string => cleanText(text).toLowerCase();

/** undefined: not a label. */
export function parseLabel(written: string): Review['label'] | undefined {
  const word = written.trim().toLowerCase();
  if (['1', '1.0', 'pos', 'positive', 'true'].includes(word)) return 1;
  return ['0', '0.0', 'neg', 'negative', 'false'].includes(word) ? 0 : undefined;
}
