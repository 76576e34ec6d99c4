/**
 * Trees from elsewhere and a signature make a model of ours: with the histograms and example rows that
 * a model file must have, and answers that are its own.
 */
import { err, ok, type Result } from '../lib/result.ts';
import { compileBody, exampleRow } from './evaluator.ts';
import { examplesOf } from './examples.ts';
import type { Matrix } from './matrix.ts';
import { MODEL_FORMAT, type TreeModel } from './model.ts';
import { referenceHistograms } from './reference-histogram.ts';
import type { Signature } from './signature.ts';
import type { XgboostModel } from './xgboost-import.ts';

export interface ForeignModel {
  readonly imported: XgboostModel;
  readonly signature: Signature;
  /** Rows like those it learnt from; without them the signature must be a model file. */
  readonly rows: { readonly matrix: Matrix; readonly digest: string } | undefined;
  /** Of the file that was imported. */
  readonly digest: string;
}

/** The error is a sentence. */
export function completeModel({ imported, signature, rows, digest }: ForeignModel): Result<TreeModel, string> {
  const difference = findDifference(imported, signature);
  if (difference !== undefined) return err(difference);
  const { like, ...head } = signature;
  const { ensemble, version } = imported;
  const body = { kind: 'gbdt', ensemble } as const;
  const evaluator = compileBody(body, head.inputs.length);
  const common = { format: MODEL_FORMAT, ...head, framework: `xgboost ${version}`, classes: [0, 1], ...body } as const;
  if (rows !== undefined) {
    return ok({
      ...common,
      digests: { data: rows.digest, params: digest },
      reference: referenceHistograms(rows.matrix),
      examples: examplesOf(rows.matrix, evaluator),
    });
  }
  if (like === undefined) return err('nothing says what its rows look like');
  const probabilities = like.examples.rows.map((row) => evaluator.probability(exampleRow(row)));
  return ok({
    ...common,
    digests: { data: like.digests.data, params: digest },
    reference: like.reference,
    examples: { rows: like.examples.rows, probabilities },
  });
}

function findDifference({ ensemble, names }: XgboostModel, { inputs }: Signature): string | undefined {
  const expected = ensemble.edges.length;
  if (inputs.length !== expected) {
    return `the model has ${expected} inputs, the signature ${inputs.length}`;
  }
  const at = names.findIndex((name, i) => name !== inputs[i]?.name);
  return at < 0 ? undefined : `input ${at + 1} of the model is ${names[at]}, of the signature ${inputs[at]?.name}`;
}
