/**
 * Who answers the rows of `pipe predict`: the production model in this process, or a server. Both give the
 * lines of the answered file, in the order of the rows.
 */
import { ApiError, createClient, type Client, type FeatureRecord } from '../client/index.ts';
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { InputSpec } from '../ml/model.ts';
import { answerFile } from '../serve/bulk/answer-file.ts';
import { lineOptionsOf, renderAnswer, renderHeader, type BulkAnswer, type LineOptions } from '../serve/bulk/answers.ts';
import { createReadQuestion, type Asked, type BulkQuestion } from '../serve/bulk/questions.ts';
import { readBulk, type BulkFormat, type BulkRow } from '../serve/bulk/rows.ts';
import type { ServedModel } from '../serve/served-model.ts';
import { predictRefused } from './predict-input.ts';

export interface AnswerRequest {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly format: BulkFormat;
  readonly isExplained: boolean;
  readonly onError: (row: BulkRow, problem: string) => void;
}

export type Lines = AsyncGenerator<string>;

export async function answerHere(model: ServedModel, request: AnswerRequest): Promise<Result<Lines, Failure>> {
  const { onError, ...file } = request;
  const answered = await answerFile({
    ...file,
    model,
    onRow(row, answer) {
      if (!answer.ok) onError(row, answer.error);
    },
  });
  return answered.ok ? answered : err(columnsWrong(answered.error));
}

export interface Server {
  readonly url: string;
  readonly token: string | undefined;
  readonly model: string | undefined;
  readonly version: string | undefined;
}

/** As many as a batch may hold. */
const BATCH = 100;

export async function answerThere(server: Server, request: AnswerRequest): Promise<Result<Lines, Failure>> {
  const { url, token } = server;
  const client = createClient({ url, ...(token === undefined ? {} : { credentials: { token } }) });
  const model = await describeModel(client, server);
  if (!model.ok) return model;
  const { header, rows } = await readBulk(request.bytes, request.format);
  const read = createReadQuestion(model.value.asked, header);
  if (!read.ok) return err(columnsWrong(read.error));
  const wish = { model: model.value.name, explain: request.isExplained };
  const options = { ...wish, ...(server.version === undefined ? {} : { modelVersion: server.version }) };
  const lineOptions = lineOptionsOf(model.value.asked, request.isExplained);
  const ask = (questions: readonly BulkQuestion[]) =>
    askBatch(client, { asked: model.value.asked, questions, options });
  return ok(renderBatches(request, { header, rows, lineOptions, read: read.value, ask }));
}

interface Remote {
  readonly name: string;
  readonly asked: Asked;
}

async function describeModel(client: Client, { model, url }: Server): Promise<Result<Remote, Failure>> {
  try {
    const { items } = Object(await client.request('GET', '/api/v1/models'));
    const found = Object(items.find(({ name }: { readonly name: string }) => model === undefined || name === model));
    if (typeof found.name !== 'string') return err(predictRefused(`the server has no model ${model ?? ''}`));
    if (found.kind === null) return err(predictRefused(`the server has no version of ${found.name} in production`));
    return ok({
      name: found.name,
      asked: found.kind === 'text' ? { kind: 'text' } : { kind: 'table', inputs: found.inputs },
    });
  } catch (error) {
    return err(serverRefused(url, error));
  }
}

interface Batches {
  readonly header: readonly string[] | undefined;
  readonly rows: AsyncIterable<BulkRow>;
  readonly lineOptions: LineOptions;
  readonly read: (content: BulkRow['content']) => Result<BulkQuestion, string>;
  readonly ask: (questions: readonly BulkQuestion[]) => Promise<readonly Result<BulkAnswer, string>[]>;
}

async function* renderBatches({ onError }: AnswerRequest, batches: Batches): Lines {
  const { header, rows, lineOptions, read, ask } = batches;
  if (header !== undefined) yield renderHeader(header, lineOptions);
  let waiting: BulkRow[] = [];
  const answer = async (): Promise<string> => {
    const questions = waiting.map(({ content }) => read(content));
    const answers = await ask(questions.flatMap((question) => (question.ok ? [question.value] : [])));
    let next = 0;
    const lines = waiting.map((row, i) => {
      const question = questions[i];
      const found = question?.ok === false ? question : (answers[next++] ?? err('the server gave no answer'));
      if (!found.ok) onError(row, found.error);
      return renderAnswer(row, found, lineOptions);
    });
    waiting = [];
    return lines.join('');
  };
  for await (const row of rows) {
    waiting.push(row);
    if (waiting.length === BATCH) yield await answer();
  }
  if (waiting.length > 0) yield await answer();
}

interface BatchRequest {
  readonly asked: Asked;
  readonly questions: readonly BulkQuestion[];
  readonly options: Parameters<Client['predictBatch']>[1];
}

async function askBatch(
  client: Client,
  { asked, questions, options }: BatchRequest,
): Promise<readonly Result<BulkAnswer, string>[]> {
  if (questions.length === 0) return [];
  if (asked.kind === 'text') {
    const texts = questions.map((question) => (question.kind === 'text' ? question.text : ''));
    const { results } = await client.predictBatch({ texts }, options);
    return results.map(({ prediction, confidence, base, contributions }) =>
      ok({ prediction, probability: confidence, ...explanationOf({ base, contributions }) }),
    );
  }
  const records = questions.map((question) => toRecord(asked.inputs, question));
  const { results } = await client.predictBatch({ records }, options);
  return results.map(({ prediction, probability, base, contributions }) =>
    ok({ prediction, probability, ...explanationOf({ base, contributions }) }),
  );
}

interface Reasons {
  readonly base: number | undefined;
  readonly contributions: Readonly<Record<string, number>> | undefined;
}

function explanationOf({ base, contributions }: Reasons): Pick<BulkAnswer, 'explanation'> {
  return base === undefined || contributions === undefined ? {} : { explanation: { base, contributions } };
}

function toRecord(inputs: readonly InputSpec[], question: BulkQuestion): FeatureRecord {
  const row = question.kind === 'table' ? question.row : new Float64Array();
  return Object.fromEntries(
    inputs.map(({ name }, i) => {
      const value = row[i] ?? Number.NaN;
      return [name, Number.isNaN(value) ? null : value];
    }),
  );
}

const columnsWrong = (problem: string): Failure =>
  predictRefused(problem, 'the first line of a CSV names its columns: one an input of the model');

export function serverRefused(url: string, error: unknown): Failure {
  if (error instanceof ApiError)
    return predictRefused(
      `${url} says ${error.message}`,
      error.status === 401 ? 'give --token-file a file with an API key or an access token' : undefined,
    );
  return predictRefused(`${url} does not answer: ${reasonOf(error)}`);
}

/** `fetch failed` says nothing: what failed stands in its cause. */
function reasonOf(error: unknown): string {
  const { code, message } = Object(error instanceof Error ? (error.cause ?? error) : error);
  return [code, message].filter((part) => typeof part === 'string' && part !== '').join(': ') || String(error);
}
