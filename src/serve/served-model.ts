/**
 * A model as requests see it: its name and version, its inputs, and how it answers. Pure.
 *
 * Invariant: made once for a version and never changed, so a request that has read the reference
 * answers from one model throughout, whatever is swapped meanwhile.
 */
import type { Evaluator } from '../ml/evaluator.ts';
import type { Explain } from '../ml/explain.ts';
import type { InputSpec, ModelHead } from '../ml/model.ts';

export interface ServedModel {
  /** As pipeline.yaml calls it. */
  readonly name: string;
  /** The registry's number. */
  readonly version: string;
  readonly sha: string;
  readonly label: string;
  readonly framework: string;
  readonly inputs: readonly InputSpec[];
  readonly threshold: number;
  readonly evaluator: Evaluator;
  readonly explain: Explain;
  /** Indices of the inputs whose value training hardly saw. */
  readonly findUnusual: (row: Float64Array) => readonly number[];
}

export interface ModelIdentity {
  readonly name: string;
  readonly version: number;
  readonly sha: string;
}

/** How it answers, and why. */
export type Answering = Pick<ServedModel, 'evaluator' | 'explain'>;

type Head = Pick<ModelHead, 'label' | 'framework' | 'inputs' | 'threshold'>;

export function createServedModel(identity: ModelIdentity, head: Head, answering: Answering): ServedModel {
  const { label, framework, inputs, threshold } = head;
  const usual = inputs.map(usualValues);
  return {
    name: identity.name,
    version: String(identity.version),
    sha: identity.sha,
    label,
    framework,
    inputs,
    threshold,
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
