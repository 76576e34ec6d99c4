/**
 * One inference request from body to answer: tensors, rows, predictions, history. Every row has a place
 * in the history of its own. Knows nothing of HTTP.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { err, ok, type Result } from '../../lib/result.ts';
import type { PredictionTuple } from '../../store/database/predictions.ts';
import { predictRow, predictText, type Asked } from '../prediction.ts';
import type { ServedModel, ServedTable, ServedText } from '../served-model.ts';
import { parseText } from '../text-body.ts';
import { chooseOutputs, renderInferAnswer, type InferAnswer } from './infer-answer.ts';
import { parseInferRequest, type InferBody } from './infer-request.ts';
import { rowsIn, textsIn } from './model-tensors.ts';

export interface InferDeps {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
}

export interface Inference {
  readonly answer: InferAnswer;
  /** To be kept before the answer is given. */
  readonly rows: readonly PredictionTuple[];
}

export interface InferCall {
  readonly model: ServedModel;
  readonly username: string;
  readonly body: InferBody;
}

/** Rows between which other requests have their turn. */
const STRETCH = 200;

/** The error is a sentence for the caller. */
export async function infer(deps: InferDeps, { model, username, body }: InferCall): Promise<Result<Inference, string>> {
  const request = parseInferRequest(body);
  if (!request.ok) return request;
  const { id = deps.newId(), inputs } = request.value;
  const outputs = chooseOutputs(model, request.value);
  if (!outputs.ok) return outputs;
  const timestamp = new Date(deps.now()).toISOString();
  const asked = (question: object): Asked => ({
    input: JSON.stringify(question),
    username,
    id: deps.newId(),
    timestamp,
  });
  const questions =
    model.kind === 'text' ? askTexts(model, textsIn(inputs), asked) : askRows(model, rowsIn(inputs, model), asked);
  if (!questions.ok) return questions;
  const rows: PredictionTuple[] = [];
  for (const [i, ask] of questions.value.entries()) {
    if (i % STRETCH === STRETCH - 1) await nextTurn();
    const row = ask();
    if (!row.ok) return row;
    rows.push(row.value);
  }
  return ok({ rows, answer: renderInferAnswer({ model, id, outputs: outputs.value, rows }) });
}

type Ask = () => Result<PredictionTuple, string>;
type Asker = (question: object) => Asked;

function askRows(
  model: ServedTable,
  rows: Result<readonly Float64Array[], string>,
  asked: Asker,
): Result<readonly Ask[], string> {
  if (!rows.ok) return rows;
  return ok(
    rows.value.map(
      (row): Ask =>
        () => {
          const features = Array.from(row, (value) => (Number.isNaN(value) ? null : value));
          const question = {
            asked: asked({ features }),
            request: { kind: 'features', row } as const,
            loc: [],
            isExplained: false,
          };
          const found = predictRow(model, question);
          return found.ok ? ok(found.value.row) : err(found.error.msg);
        },
    ),
  );
}

function askTexts(
  model: ServedText,
  texts: Result<readonly string[], string>,
  asked: Asker,
): Result<readonly Ask[], string> {
  if (!texts.ok) return texts;
  return ok(
    texts.value.map(
      (text, i): Ask =>
        () => {
          const checked = parseText(text, []);
          if (checked.ok) return ok(predictText(model, text, { ...asked({ text }), isExplained: false }).row);
          return err(`text ${i}: ${checked.error[0]?.msg}`);
        },
    ),
  );
}
