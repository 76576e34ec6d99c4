/** What the report of evaluate has to know of reviews: what is asked of one, and long ones apart from short ones. */
import { termsOf } from '../../../../src/ml/text-tokens.ts';
import type { Holdout } from '../../../../src/ml/score.ts';
import { groupRows, type Subject } from '../../../../stages/evaluation/subject.ts';
import { readSplitOrigin } from '../../../../stages/lib/training-data.ts';

export async function describeReviews(holdout: Holdout): Promise<Subject> {
  const origin = await readSplitOrigin();
  const texts = 'texts' in holdout ? holdout.texts : [];
  const groups = groupRows(
    texts.length,
    LENGTHS.map(({ label }) => label),
    (row) => lengthOf(texts[row] ?? ''),
  );
  return {
    question: 'Does a text praise or complain?',
    rows: 'texts',
    classes: ['complaint', 'praise'],
    titles: { text: 'words a text has' },
    groupings: [{ by: 'length', title: 'length in words', groups }],
    ...(origin === undefined ? {} : { origin: `Data: ${origin}.` }),
  };
}

const LENGTHS = [
  { label: 'up to 4', most: 4 },
  { label: '5 to 9', most: 9 },
  { label: '10 to 19', most: 19 },
  { label: '20 to 49', most: 49 },
  { label: '50 and more', most: Number.POSITIVE_INFINITY },
];

function lengthOf(text: string): string | undefined {
  const words = termsOf(text, [1]).length;
  return LENGTHS.find(({ most }) => words <= most)?.label;
}
