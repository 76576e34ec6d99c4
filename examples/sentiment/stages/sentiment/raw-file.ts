/** What import_data hands on, whatever the reviews came as. `parseReviews` reads it again. */
import { renderCsv } from './csv.ts';
import { LABEL, TEXT, type Review } from './review.ts';

export const RAW_FILE = 'data/raw/reviews.csv';

export function renderRaw(reviews: readonly Review[]): string {
  return renderCsv([[TEXT, LABEL], ...reviews.map(({ text, label }) => [text, label])]);
}
