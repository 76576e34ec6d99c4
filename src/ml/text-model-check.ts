/**
 * The parts of a model file that only a text model has. As model-schema: what passes can be compiled and asked without fail.
 */
import {
  between,
  type Found,
  integer,
  isRecord,
  list,
  mismatch,
  number,
  ofLength,
  oneOf,
  record,
  text,
} from './schema-check.ts';

/** Longer groups of words hardly occur twice, and each costs its share of every answer. */
const MAX_NGRAM = 5;

export function textInputsProblem(value: unknown, path: string): Found {
  return (
    ofLength(value, path, 1) ??
    list(value, path, (input, at) =>
      record(input, at, {
        name: text,
        type: (type, typePath) => oneOf(type, typePath, ['text']),
        nullable: (nullable, nullablePath) => oneOf(nullable, nullablePath, [false]),
      }),
    )
  );
}

export function textExamplesProblem(value: unknown, path: string): Found {
  const found = record(value, path, {
    texts: (texts, at) => list(texts, at, anyText),
    probabilities: (answers, at) => list(answers, at, (answer, answerPath) => between(answer, answerPath, 0, 1)),
  });
  if (found !== undefined || !isRecord(value) || !Array.isArray(value['texts'])) return found;
  return ofLength(value['probabilities'], `${path}.probabilities`, value['texts'].length);
}

export function termTableProblem(value: unknown, path: string): Found {
  const found = record(value, path, {
    ngrams: (ngrams, at) => list(ngrams, at, (length, lengthPath) => integer(length, lengthPath, 1, MAX_NGRAM)),
    prior: (prior, at) => ofLength(prior, at, 2) ?? list(prior, at, number),
    terms: (terms, at) => list(terms, at, termProblem),
  });
  if (found !== undefined || !isRecord(value) || !Array.isArray(value['terms'])) return found;
  return orderProblem(value['terms'], `${path}.terms`);
}

function termProblem(value: unknown, path: string): Found {
  const found = ofLength(value, path, 4);
  if (found !== undefined || !Array.isArray(value)) return found;
  const [term, ...numbers]: readonly unknown[] = value;
  return (
    text(term, `${path}[0]`) ??
    numbers.reduce<Found>((first, one, i) => first ?? number(one, `${path}[${i + 1}]`), undefined)
  );
}

/** A term that stood twice would count twice in training and once in serving. */
function orderProblem(terms: readonly unknown[], path: string): Found {
  const names = terms.map((term) => (Array.isArray(term) ? String(term[0]) : ''));
  const at = names.findIndex((name, i) => i > 0 && name <= (names[i - 1] ?? ''));
  return at < 0 ? undefined : mismatch(`${path}[${at}][0]`, 'a term after the one before', names[at]);
}

/** An empty text is a text. */
function anyText(value: unknown, path: string): Found {
  return typeof value === 'string' ? undefined : mismatch(path, 'a text', value);
}
