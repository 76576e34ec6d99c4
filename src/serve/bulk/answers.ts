/** A model's answer to a row of a file, and how a line of the answered file looks. Pure. */
import { err, ok, type Result } from '../../lib/result.ts';
import { toCsvCell } from '../csv.ts';
import { explainText, TEXT_CLASSES } from '../prediction.ts';
import type { ServedModel } from '../served-model.ts';
import { NUMBER, type Asked, type BulkQuestion } from './questions.ts';
import type { BulkRow } from './rows.ts';

export interface BulkAnswer {
  readonly prediction: number | string;
  /** Of class 1; of texts, of what was predicted. */
  readonly probability: number;
  /** Where it was asked to explain. */
  readonly explanation?: { readonly base: number; readonly contributions: Readonly<Record<string, number>> };
}

export function answerQuestion(
  model: ServedModel,
  question: BulkQuestion,
  isExplained: boolean,
): Result<BulkAnswer, string> {
  if (model.kind === 'text' && question.kind === 'text') {
    const probability = model.evaluator.probability(question.text);
    const isPositive = probability >= model.threshold;
    return ok({
      prediction: TEXT_CLASSES[isPositive ? 1 : 0],
      probability: isPositive ? probability : 1 - probability,
      ...(isExplained ? { explanation: explainText(model, question.text) } : {}),
    });
  }
  if (model.kind !== 'table' || question.kind !== 'table') throw new Error('the question is not one for this model');
  const probability = model.evaluator.probability(question.row);
  if (!Number.isFinite(probability)) return err('The values are too large for the model');
  const answer = { prediction: probability >= model.threshold ? 1 : 0, probability };
  if (!isExplained) return ok(answer);
  const { base, contributions } = model.explain(question.row);
  const named = model.inputs.map(({ name }, i): [string, number] => [name, contributions[i] ?? 0]);
  return ok({ ...answer, explanation: { base, contributions: Object.fromEntries(named) } });
}

export interface LineOptions {
  readonly isText: boolean;
  /** Of the columns that explain: one an input, or for texts, whose words differ, one with JSON. None where nobody asked. */
  readonly explained: readonly string[];
}

export function lineOptionsOf(model: Asked, isExplained: boolean): LineOptions {
  const isText = model.kind === 'text';
  if (!isExplained) return { isText, explained: [] };
  const names = model.kind === 'table' ? model.inputs.map(({ name }) => `contribution_${name}`) : ['contributions'];
  return { isText, explained: ['base', ...names] };
}

const figureOf = ({ isText }: LineOptions): string => (isText ? 'confidence' : 'probability');

/** The columns that come behind the file's own. */
export function renderHeader(header: readonly string[], options: LineOptions): string {
  return line([...header, 'prediction', figureOf(options), ...options.explained, 'error']);
}

export function renderAnswer(
  { row, content }: Pick<BulkRow, 'row' | 'content'>,
  answer: Result<BulkAnswer, string>,
  options: LineOptions,
): string {
  if (content.kind === 'json') return renderJson(row, answer, options);
  const width = 2 + options.explained.length;
  const figures = answer.ok ? figuresOf(answer.value, options) : Array.from({ length: width }, () => '');
  return line([...content.cells, ...figures, answer.ok ? '' : answer.error]);
}

function figuresOf({ prediction, probability, explanation }: BulkAnswer, options: LineOptions): readonly unknown[] {
  if (explanation === undefined || options.explained.length === 0) return [prediction, probability];
  const { base, contributions } = explanation;
  const values = options.isText ? [JSON.stringify(contributions)] : Object.values(contributions);
  return [prediction, probability, base, ...values];
}

function renderJson(row: number, answer: Result<BulkAnswer, string>, options: LineOptions): string {
  if (!answer.ok) return `${JSON.stringify({ row, error: answer.error })}\n`;
  const { prediction, probability, explanation } = answer.value;
  return `${JSON.stringify({ row, prediction, [figureOf(options)]: probability, ...explanation })}\n`;
}

const line = (cells: readonly unknown[]): string => `${cells.map((cell) => toCell(String(cell))).join(',')}\n`;

/** -5 is no formula. */
const toCell = (text: string): string => (NUMBER.test(text) ? text : toCsvCell(text));
