/**
 * TF-IDF as scikit-learn's TfidfVectorizer counts it by default: a term weighs how often it stands in the text, times
 * ln((1 + n) / (1 + df)) + 1, where df of n texts have the term; then the weights of a text are scaled to length 1.
 *
 * Invariant: terms stand in the order of their code units, so that equal texts in any order give equal vocabularies.
 */
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { log } from '../lib/math.ts';
import { termsOf } from './text-tokens.ts';

export interface TfidfParams {
  /** How many words a term may have: [1] or [1, 2]. */
  readonly ngrams: readonly number[];
  /** Terms in fewer texts than this are left out. */
  readonly min_df: number;
  /** Only so many terms are kept, those that occur most often; null: all. */
  readonly max_features: number | null;
}

export interface Vocabulary {
  readonly terms: readonly string[];
  readonly idf: Float64Array;
}

/** Sparse rows: row i has the entries starts[i] … starts[i + 1]. */
export interface SparseRows {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly weights: Float64Array;
}

export interface Tfidf {
  readonly vocabulary: Vocabulary;
  /** The texts that were learnt from, as weights. */
  readonly rows: SparseRows;
}

export function fitTfidf(texts: readonly string[], params: TfidfParams): Tfidf {
  const counts = countTerms(texts, params.ngrams);
  const kept = keptTerms(counts, params);
  const terms = Array.from(kept, (id) => counts.terms[id]!);
  const idf = Float64Array.from(kept, (id) => short(log((1 + texts.length) / (1 + counts.documents[id]!)) + 1));
  const columnOf = new Int32Array(counts.terms.length).fill(-1);
  kept.forEach((id, column) => {
    columnOf[id] = column;
  });
  return { vocabulary: { terms, idf }, rows: weighRows(counts, columnOf, idf) };
}

interface TermCounts {
  /** In the order in which they were met. */
  readonly terms: readonly string[];
  /** In how many texts each term stands, and how often in all. */
  readonly documents: readonly number[];
  readonly totals: readonly number[];
  /** One entry for each term of each text, texts one after the other. */
  readonly ids: readonly number[];
  readonly counts: readonly number[];
  readonly starts: Int32Array;
}

function countTerms(texts: readonly string[], ngrams: readonly number[]): TermCounts {
  const idOf = new Map<string, number>();
  const terms: string[] = [];
  const documents: number[] = [];
  const totals: number[] = [];
  const ids: number[] = [];
  const counts: number[] = [];
  const entryOf: number[] = []; // of each term the entry made last; one before the text began is another text's
  const starts = new Int32Array(texts.length + 1);
  texts.forEach((text, row) => {
    const start = ids.length;
    for (const term of termsOf(text, ngrams)) {
      const id = idOf.get(term) ?? terms.length;
      if (id === terms.length) {
        idOf.set(term, id);
        terms.push(term);
        documents.push(0);
        totals.push(0);
        entryOf.push(-1);
      }
      totals[id]! += 1;
      if (entryOf[id]! >= start) {
        counts[entryOf[id]!]! += 1;
        continue;
      }
      entryOf[id] = ids.length;
      documents[id]! += 1;
      ids.push(id);
      counts.push(1);
    }
    starts[row + 1] = ids.length;
  });
  return { terms, documents, totals, ids, counts, starts };
}

/** In the order of the terms. Of equally frequent ones at the limit the first stays; scikit-learn leaves that open. */
function keptTerms({ terms, documents, totals }: TermCounts, { min_df, max_features }: TfidfParams): Int32Array {
  const byTerm = (a: number, b: number): number => compareCodeUnits(terms[a]!, terms[b]!);
  const sorted = Int32Array.from(terms.keys())
    .filter((id) => documents[id]! >= min_df)
    .sort(byTerm);
  if (max_features === null || sorted.length <= max_features) return sorted;
  const byTotal = sorted.sort((a, b) => totals[b]! - totals[a]! || byTerm(a, b));
  return byTotal.slice(0, max_features).sort(byTerm);
}

function weighRows({ ids, counts, starts }: TermCounts, columnOf: Int32Array, idf: Float64Array): SparseRows {
  const columns = new Int32Array(ids.length);
  const weights = new Float64Array(ids.length);
  const keptStarts = new Int32Array(starts.length);
  let end = 0;
  for (let row = 0; row + 1 < starts.length; row++) {
    const start = end;
    let squares = 0;
    for (let entry = starts[row]!; entry < starts[row + 1]!; entry++) {
      const column = columnOf[ids[entry]!]!;
      if (column < 0) continue;
      const weight = counts[entry]! * idf[column]!;
      columns[end] = column;
      weights[end++] = weight;
      squares += weight * weight;
    }
    const length = Math.sqrt(squares);
    for (let entry = start; entry < end; entry++) weights[entry]! /= length;
    keptStarts[row + 1] = end;
  }
  return { starts: keptStarts, columns: columns.subarray(0, end), weights: weights.subarray(0, end) };
}

/** What stands in the file is what training used. */
function short(value: number): number {
  return Number(value.toPrecision(12));
}
