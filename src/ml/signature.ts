/**
 * What a model of another program does not say of itself: names and types of its inputs, threshold, split.
 * Comes from a model file of ours that answers the same rows, or from a small JSON with the same keys.
 */
import { err, ok, type Result } from '../lib/result.ts';
import { type InputSpec, MODEL_FORMAT, type SplitId, type TableModel } from './model.ts';
import { parseTableModel } from './model-file.ts';
import type { ModelProblem } from './model-problem.ts';
import { inputsProblem, splitProblem } from './model-schema.ts';
import { between, type Found, isRecord, oneOf, record, text as anyText } from './schema-check.ts';

export interface Signature {
  readonly name: string;
  readonly label: string;
  readonly inputs: readonly InputSpec[];
  readonly threshold: number;
  readonly split: SplitId;
  /** Of a model file: what its training data looked like. */
  readonly like?: Pick<TableModel, 'reference' | 'examples' | 'digests'>;
}

export function parseSignature(text: string): Result<Signature, ModelProblem> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return err({ code: 'not-json', message: `not JSON: ${error instanceof Error ? error.message : String(error)}` });
  }
  if (isRecord(value) && value['format'] === MODEL_FORMAT) return signatureOf(text);
  const problem = signatureProblem(value);
  if (problem !== undefined) return err(problem);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- signatureProblem has looked at every key
  const { name, label = DEFAULT_LABEL, inputs, threshold, split } = value as WrittenSignature;
  return ok({ name, label, inputs, threshold, split });
}

/** As people write it. */
type WrittenSignature = Omit<Signature, 'label' | 'like'> & { readonly label?: string };

const DEFAULT_LABEL = '1.0.0';

function signatureOf(text: string): Result<Signature, ModelProblem> {
  const model = parseTableModel(text);
  if (!model.ok) return model;
  const { name, label, inputs, threshold, split, reference, examples, digests } = model.value;
  return ok({ name, label, inputs, threshold, split, like: { reference, examples, digests } });
}

function signatureProblem(value: unknown): Found {
  const threshold = (share: unknown, path: string): Found => between(share, path, 0, 1);
  const classes = (two: unknown, path: string): Found => oneOf(JSON.stringify(two), path, ['[0,1]']);
  const required = { name: anyText, inputs: inputsProblem, threshold, split: splitProblem };
  return record(value, '', required, { label: anyText, classes });
}
