/**
 * The text of a model file to a model and back. Callers read the file and limit its size.
 *
 * Invariant: parseModel(renderModel(m)) equals m, and equal models have equal bytes.
 */
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { isTextModel, type ModelFile, type TableModel } from './model.ts';
import type { ModelProblem } from './model-problem.ts';
import { modelProblem } from './model-schema.ts';
import { isRecord } from './schema-check.ts';

export function parseModel(text: string): Result<ModelFile, ModelProblem> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return err({ code: 'not-json', message: `not JSON: ${error instanceof Error ? error.message : String(error)}` });
  }
  const problem = modelProblem(value);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- modelProblem has looked at every key
  return problem === undefined ? ok(value as ModelFile) : err(problem);
}

/** For whoever has rows of numbers to ask. */
export function parseTableModel(text: string): Result<TableModel, ModelProblem> {
  const parsed = parseModel(text);
  if (!parsed.ok) return parsed;
  if (!isTextModel(parsed.value)) return ok(parsed.value);
  return err({ code: 'schema', message: 'kind: this model answers texts, not rows of numbers', path: 'kind' });
}

/** The order of the file: what a person looks for first stands first, what fills the screen last. */
const KEYS = [
  'format',
  'name',
  'kind',
  'label',
  'framework',
  'inputs',
  'classes',
  'calibration',
  'threshold',
  'split',
  'digests',
  'reference',
  'examples',
  'bayes',
  'equation',
  'ensemble',
];

/** One line an input, an example, a list of edges, a tree, a term: what `diff` then shows is the tree that changed. */
export function renderModel(model: ModelFile): string {
  const members = new Map<string, unknown>(Object.entries(model));
  return braces(KEYS.filter((key) => members.has(key)).map((key) => member(key, members.get(key))));
}

function renderValue(value: unknown): string {
  if (Array.isArray(value)) return value.some(isNested) ? `[\n${value.map(oneLine).join(',\n')}\n]` : oneLine(value);
  if (typeof value !== 'object' || value === null || !Object.values(value).some(isNested)) return oneLine(value);
  const entries = Object.entries(value).sort(([a], [b]) => compareCodeUnits(a, b));
  return braces(entries.map(([key, inner]) => member(key, inner))).trimEnd();
}

const member = (key: string, value: unknown): string => `${JSON.stringify(key)}: ${renderValue(value)}`;
const braces = (members: readonly string[]): string => `{\n${members.join(',\n')}\n}\n`;
const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Keys in one order, however the object was made. */
function oneLine(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => compareCodeUnits(a, b))) : inner,
  );
}
