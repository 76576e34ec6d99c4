/**
 * Reads what preprocess left in data/preprocessed: one side of the split with its labels, and the
 * split's identity. Used by train, evaluate and predict, so that all three see the same rows.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, type Digest } from '../../src/lib/digest.ts';
import type { Matrix } from '../../src/ml/matrix.ts';
import type { SplitId } from '../../src/ml/model.ts';
import { err, ok } from '../../src/lib/result.ts';
import { arrangeColumns, parseFeatures } from './feature-file.ts';
import type { Checked } from './problem.ts';

export const PREPROCESSED = 'data/preprocessed';
export const TARGET = 'grav';

export interface LabelledRows {
  readonly columns: readonly string[];
  readonly rows: Matrix;
  /** 0 or 1, one a row. */
  readonly labels: Uint8Array;
}

/** Columns that are `expected` in another order are put into this one; others come as they stand. */
export async function readLabelledRows(
  side: 'train' | 'test',
  expected: readonly string[],
): Promise<Checked<LabelledRows>> {
  const [featureFile, labelFile] = [join(PREPROCESSED, `X_${side}.csv`), join(PREPROCESSED, `y_${side}.csv`)];
  const features = parseFeatures(featureFile, await readFile(featureFile, 'utf8'));
  if (!features.ok) return features;
  const { columns, matrix } = arrangeColumns(features.value, expected);
  const labels = await readLabels(labelFile, { target: TARGET, rows: matrix.rows, of: featureFile });
  return labels.ok ? ok({ columns, rows: matrix, labels: labels.value }) : labels;
}

/** One label a row of another file. */
export async function readLabels(
  file: string,
  { target, rows, of }: { readonly target: string; readonly rows: number; readonly of: string },
): Promise<Checked<Uint8Array>> {
  // A label is one character, so a last line without an end is not cut off, and an empty one is no row.
  const table = parseFeatures(file, `${(await readFile(file, 'utf8')).trimEnd()}\n`);
  if (!table.ok) return table;
  const { columns, matrix } = table.value;
  if (columns.length !== 1) {
    const found = JSON.stringify(columns.join().slice(0, 40));
    return err([{ file, line: 1, message: `the header is ${found}, it must be "${target}" alone` }]);
  }
  if (matrix.rows === rows - 1 && ['0', '1', '0.0', '1.0'].includes(columns[0] ?? '')) {
    return err([{ file, line: 1, message: `the first line is a label: put a header above it, "${target}"` }]);
  }
  if (matrix.rows !== rows) return err([{ file, message: `${matrix.rows} rows, but ${of} has ${rows}` }]);
  const wrong = matrix.values.findIndex((label) => label !== 0 && label !== 1);
  if (wrong >= 0) return err([{ file, line: wrong + 2, message: 'a label is 0 or 1' }]);
  return ok(Uint8Array.from(matrix.values));
}

const SPLIT_FILE = join(PREPROCESSED, 'split.json');

/** Features, then labels. */
const HOLDOUT_FILES = ['X_test.csv', 'y_test.csv'].map((name) => join(PREPROCESSED, name));

/**
 * The split that preprocess wrote down. Without split.json, or when the holdout is not the one it was
 * written for, somebody split the rows by hand, and the holdout's digest is all that is known of how.
 */
export async function readSplit(): Promise<Checked<SplitId>> {
  const holdout = await digestHoldoutFiles();
  const given = { method: 'given', holdout } as const;
  const text = await readIfPresent(SPLIT_FILE);
  if (text === undefined) return ok(given);
  const claim = parseObject(text);
  const split = parseSplit(claim);
  if (split === undefined)
    return err([{ file: SPLIT_FILE, message: 'not the identity of a split: run preprocess again' }]);
  // A claim without a digest was written by hand, and is taken at its word.
  return ok(claim.holdout === undefined || claim.holdout === holdout ? split : given);
}

/** Where preprocess says this very holdout comes from, for people; undefined when nobody knows. */
export async function readSplitOrigin(): Promise<string | undefined> {
  const { origin, holdout } = parseObject((await readIfPresent(SPLIT_FILE)) ?? '{}');
  return typeof origin === 'string' && holdout === (await digestHoldoutFiles()) ? origin : undefined;
}

const digestHoldoutFiles = async (): Promise<Digest> =>
  digestHoldout(await Promise.all(HOLDOUT_FILES.map((name) => readFile(name))));

/** Names a holdout by its files, in this order: what split.json is about, and all that is known of rows split by hand. */
export function digestHoldout(contents: readonly (string | Uint8Array)[]): Digest {
  return digestOf(contents.map((content) => `${digestOf(content)}\n`).join(''));
}

async function readIfPresent(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

type Claim = Partial<Record<'method' | 'fraction' | 'salt' | 'key' | 'seed' | 'holdout' | 'origin', unknown>>;

function parseSplit({ method, fraction, salt, key, seed }: Claim): SplitId | undefined {
  if (typeof fraction !== 'number') return undefined;
  if (method === 'hash' && typeof salt === 'string' && typeof key === 'string') return { method, salt, fraction, key };
  if (method === 'random' && typeof seed === 'number') return { method, seed, fraction };
  return undefined;
}

function parseObject(text: string): Claim {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {}; // broken JSON is no split, and is reported as such
  }
}
