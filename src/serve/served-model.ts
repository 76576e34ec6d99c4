/**
 * A model as requests see it: its name and version, its inputs, and how it answers. Pure.
 *
 * Invariant: made once for a version and never changed, so a request that has read the reference
 * answers from one model throughout, whatever is swapped meanwhile.
 */
import { compileTable, linkModel, type CompiledModel, type Evaluator } from '../ml/evaluator.ts';
import { createExplain, type Explain } from '../ml/explain.ts';
import { isTextModel, type InputSpec, type ModelFile, type ModelHead } from '../ml/model.ts';
import { compileTerms, linkTerms, type CompiledTerms, type TextEvaluator } from '../ml/text-evaluator.ts';

export type ServedModel = ServedTable | ServedText;

interface Served {
  /** As pipeline.yaml calls it. */
  readonly name: string;
  /** The registry's number. */
  readonly version: string;
  readonly sha: string;
  readonly label: string;
  readonly framework: string;
  readonly threshold: number;
}

/** Answers rows of numbers. */
export interface ServedTable extends Served {
  readonly kind: 'table';
  readonly inputs: readonly InputSpec[];
  readonly evaluator: Evaluator;
  readonly explain: Explain;
  /** Indices of the inputs whose value training hardly saw. */
  readonly findUnusual: (row: Float64Array) => readonly number[];
}

/** Answers texts. */
export interface ServedText extends Served {
  readonly kind: 'text';
  readonly evaluator: TextEvaluator;
}

export interface ModelIdentity {
  readonly name: string;
  readonly version: number;
  readonly sha: string;
}

/** What answers of a file that was checked, as plain data: made in one thread, linked in another. */
export type CompiledVersion =
  | { readonly kind: 'table'; readonly head: Head; readonly model: CompiledModel }
  | { readonly kind: 'text'; readonly head: Head; readonly terms: CompiledTerms };

export function compileVersion(file: ModelFile): CompiledVersion {
  const { label, framework, threshold } = file;
  if (isTextModel(file))
    return { kind: 'text', head: { label, framework, threshold, inputs: [] }, terms: compileTerms(file.bayes) };
  return { kind: 'table', head: { label, framework, threshold, inputs: file.inputs }, model: compileTable(file) };
}

/** What can be handed from one thread to another instead of being copied. */
export function buffersOf(compiled: CompiledVersion): readonly ArrayBufferLike[] {
  if (compiled.kind === 'text') return [compiled.terms.idf.buffer, compiled.terms.difference.buffer];
  const { body } = compiled.model;
  if (body.kind === 'logistic') return [];
  return Object.values(body.trees)
    .flat()
    .flatMap((part: unknown) => (ArrayBuffer.isView(part) ? [part.buffer] : []));
}

/** Quick, so that a swap delays nobody; `readFile` is called when somebody first asks why. */
export function linkVersion(
  identity: ModelIdentity,
  compiled: CompiledVersion,
  readFile: () => ModelFile,
): ServedModel {
  if (compiled.kind === 'text')
    return { kind: 'text', ...toServed(identity, compiled.head), evaluator: linkTerms(compiled.terms) };
  const answering = { evaluator: linkModel(compiled.model), explain: explainOnDemand(readFile) };
  return createServedTable(identity, compiled.head, answering);
}

/** Of a file that was checked. */
export const serveModel = (identity: ModelIdentity, file: ModelFile): ServedModel =>
  linkVersion(identity, compileVersion(file), () => file);

/** A large forest takes a tenth of a second, and a swap must not wait for it. */
function explainOnDemand(readFile: () => ModelFile): Explain {
  let explain: Explain | undefined;
  return (row) => {
    if (explain === undefined) {
      const file = readFile();
      if (isTextModel(file)) throw new Error('rows are explained by a model of rows');
      explain = createExplain(file);
    }
    return explain(row);
  };
}

/** How it answers, and why. */
export type Answering = Pick<ServedTable, 'evaluator' | 'explain'>;

type Head = Pick<ModelHead, 'label' | 'framework' | 'inputs' | 'threshold'>;

export function createServedTable(identity: ModelIdentity, head: Head, answering: Answering): ServedTable {
  const usual = head.inputs.map(usualValues);
  return {
    kind: 'table',
    ...toServed(identity, head),
    inputs: head.inputs,
    ...answering,
    findUnusual(row) {
      let unusual: number[] | undefined;
      for (let i = 0; i < usual.length; i++) {
        const value = row[i] ?? Number.NaN;
        if (!Number.isNaN(value) && !(usual[i]?.(value) ?? true)) (unusual ??= []).push(i);
      }
      return unusual ?? NONE;
    },
  };
}

function toServed(
  { name, version, sha }: ModelIdentity,
  { label, framework, threshold }: Omit<Head, 'inputs'>,
): Served {
  return { name, version: String(version), sha, label, framework, threshold };
}

const NONE: readonly number[] = [];

function usualValues({ codes, range }: InputSpec): (value: number) => boolean {
  if (codes !== undefined) {
    const known = new Set(codes);
    return (value) => known.has(value);
  }
  const [low, high] = range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return (value) => value >= low && value <= high;
}

/** The sentence of a warning. */
export function describeUsual({ name, codes, range, unit }: InputSpec): string {
  if (codes !== undefined) return `${name} has a code that training never saw`;
  return `${name} is usually between ${range?.[0]} and ${range?.[1]}${unit === undefined ? '' : ` ${unit}`}`;
}
