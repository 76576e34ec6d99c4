/**
 * Is this JSON a model? Answers with the first problem. Whatever passes can be compiled and asked without fail:
 * numbers are finite, lists that belong together are equally long, trees are whole.
 */
import { MODEL_FORMAT } from './model.ts';
import { treeProblem } from './model-tree-check.ts';
import { MAX_EDGES } from './pack-trees.ts';
import {
  ascending,
  between,
  type Found,
  integer,
  isRecord,
  type JsonRecord,
  list,
  mismatch,
  number,
  ofLength,
  oneOf,
  record,
  text,
} from './schema-check.ts';
import { termTableProblem, textExamplesProblem, textInputsProblem } from './text-model-check.ts';

const COUNT = (value: unknown, path: string): Found => integer(value, path, 0, Number.MAX_SAFE_INTEGER);
/** Slots of an input must fit 16 bits, twice. */
const MAX_INPUTS = 32_767;

export function modelProblem(value: unknown): Found {
  if (!isRecord(value)) return mismatch('', 'a JSON object', value);
  if (value['format'] !== MODEL_FORMAT) {
    const message = `format: expected ${JSON.stringify(MODEL_FORMAT)}; this file is no model of ours, or of another version`;
    return { code: 'unknown-format', message, path: 'format' };
  }
  return headProblem(value) ?? lengthProblem(value) ?? bodyProblem(value);
}

function headProblem(model: JsonRecord): Found {
  const { inputs, examples, body } = sortOf(model);
  return record(
    model,
    '',
    {
      format: text,
      name: text,
      kind: (value, path) => oneOf(value, path, ['gbdt', 'random_forest', 'logistic', 'naive_bayes']),
      label: text,
      framework: text,
      inputs,
      classes: (value, path) => oneOf(JSON.stringify(value), path, ['[0,1]']),
      threshold: (value, path) => between(value, path, 0, 1),
      split: splitProblem,
      digests: (value, path) => record(value, path, { data: text, params: text }),
      reference: (value, path) => list(value, path, referenceProblem),
      examples,
      [body]: () => undefined, // checked once the inputs are known to be good
    },
    body === 'bayes' ? {} : { calibration: calibrationProblem },
  );
}

/** The keys whose shape hangs on the kind. */
function sortOf({ kind }: JsonRecord): Sort {
  if (kind === 'naive_bayes') return { inputs: textInputsProblem, examples: textExamplesProblem, body: 'bayes' };
  return { inputs: inputsProblem, examples: examplesProblem, body: kind === 'logistic' ? 'equation' : 'ensemble' };
}

function calibrationProblem(value: unknown, path: string): Found {
  const type = (name: unknown, at: string): Found => oneOf(name, at, ['platt', 'isotonic']);
  if (isRecord(value) && value['type'] === 'platt') {
    const slope = (size: unknown, at: string): Found => between(size, at, 0, Number.MAX_VALUE);
    return record(value, path, { type, slope, intercept: number });
  }
  const shares = (values: unknown, at: string): Found => list(values, at, (share, path) => between(share, path, 0, 1));
  const found = record(value, path, {
    type,
    from: (values, at) => ascending(values, at) ?? shares(values, at),
    to: shares,
  });
  if (found !== undefined || !isRecord(value) || !Array.isArray(value['from'])) return found;
  if (value['from'].length === 0) return mismatch(`${path}.from`, 'at least one point', value['from']);
  return ofLength(value['to'], `${path}.to`, value['from'].length);
}

interface Sort {
  readonly inputs: (value: unknown, path: string) => Found;
  readonly examples: (value: unknown, path: string) => Found;
  readonly body: 'bayes' | 'equation' | 'ensemble';
}

export const inputsProblem = (value: unknown, path: string): Found => list(value, path, inputProblem);

function inputProblem(value: unknown, path: string): Found {
  return record(
    value,
    path,
    {
      name: text,
      type: (type, at) => oneOf(type, at, ['integer', 'number']),
      nullable: (nullable, at) => oneOf(nullable, at, [true, false]),
    },
    {
      unit: text,
      codes: ascending,
      range: (range, at) => ofLength(range, at, 2) ?? list(range, at, number),
    },
  );
}

export function splitProblem(value: unknown, path: string): Found {
  const fraction = (share: unknown, at: string): Found => between(share, at, 0, 1);
  const method = isRecord(value) ? value['method'] : undefined;
  if (method === 'random') return record(value, path, { method: text, seed: number, fraction });
  if (method === 'given') return record(value, path, { method: text, holdout: text });
  const hash = (name: unknown, at: string): Found => oneOf(name, at, ['hash', 'random', 'given']);
  // An empty salt is a salt.
  const salt = (word: unknown, at: string): Found =>
    typeof word === 'string' ? undefined : mismatch(at, 'a text', word);
  return record(value, path, { method: hash, salt, fraction, key: text });
}

function referenceProblem(value: unknown, path: string): Found {
  const found = record(value, path, {
    edges: ascending,
    counts: (counts, at) => list(counts, at, COUNT),
    missing: COUNT,
  });
  if (found !== undefined || !isRecord(value) || !Array.isArray(value['edges'])) return found;
  return ofLength(value['counts'], `${path}.counts`, value['edges'].length + 1);
}

function examplesProblem(value: unknown, path: string): Found {
  const cell = (item: unknown, at: string): Found => (item === null ? undefined : number(item, at));
  return record(value, path, {
    rows: (rows, at) => list(rows, at, (row, rowPath) => list(row, rowPath, cell)),
    probabilities: (answers, at) => list(answers, at, (answer, answerPath) => between(answer, answerPath, 0, 1)),
  });
}

/** Lists that must have one entry an input, or one an example. */
function lengthProblem(model: JsonRecord): Found {
  const { inputs, reference, examples } = model;
  if (model['kind'] === 'naive_bayes') return ofLength(reference, 'reference', 1);
  if (!Array.isArray(inputs) || !isRecord(examples) || !Array.isArray(examples['rows'])) return undefined;
  if (inputs.length < 1 || inputs.length > MAX_INPUTS) return mismatch('inputs', `1 to ${MAX_INPUTS} entries`, inputs);
  return (
    ofLength(reference, 'reference', inputs.length) ??
    ofLength(examples['probabilities'], 'examples.probabilities', examples['rows'].length) ??
    list(examples['rows'], 'examples.rows', (row, path) => ofLength(row, path, inputs.length))
  );
}

function bodyProblem(model: JsonRecord): Found {
  if (model['kind'] === 'naive_bayes') return termTableProblem(model['bayes'], 'bayes');
  const inputs = Array.isArray(model['inputs']) ? model['inputs'].length : 0;
  return model['kind'] === 'logistic'
    ? equationProblem(model['equation'], inputs)
    : ensembleProblem(model['ensemble'], inputs);
}

function equationProblem(value: unknown, inputs: number): Found {
  return record(value, 'equation', {
    intercept: number,
    terms: (terms, path) => ofLength(terms, path, inputs) ?? list(terms, path, termProblem),
  });
}

function termProblem(value: unknown, path: string): Found {
  const type = (name: unknown, at: string): Found => oneOf(name, at, ['codes', 'scaled']);
  if (isRecord(value) && value['type'] === 'scaled') {
    const scale = (size: unknown, at: string): Found => between(size, at, Number.MIN_VALUE, Number.MAX_VALUE);
    return record(value, path, { type, mean: number, scale, weight: number, missing: number });
  }
  const weights = (numbers: unknown, at: string): Found => list(numbers, at, number);
  const found = record(value, path, { type, codes: ascending, weights, missing: number });
  if (found !== undefined || !isRecord(value) || !Array.isArray(value['codes'])) return found;
  return ofLength(value['weights'], `${path}.weights`, value['codes'].length);
}

function ensembleProblem(value: unknown, inputs: number): Found {
  const edgesOf = (edges: unknown, path: string): Found => {
    if (Array.isArray(edges) && edges.length > MAX_EDGES) return mismatch(path, `at most ${MAX_EDGES} edges`, edges);
    return ascending(edges, path);
  };
  const found = record(value, 'ensemble', {
    base: number,
    edges: (edges, path) => ofLength(edges, path, inputs) ?? list(edges, path, edgesOf),
    trees: () => undefined,
  });
  if (found !== undefined || !isRecord(value) || !Array.isArray(value['edges'])) return found;
  const bins = value['edges'].map((edges: unknown) => (Array.isArray(edges) ? edges.length : 0));
  if (!Array.isArray(value['trees']) || value['trees'].length === 0)
    return mismatch('ensemble.trees', 'at least one tree', value['trees']);
  return list(value['trees'], 'ensemble.trees', (tree, path) => treeProblem(tree, path, bins));
}
