/**
 * GET /api/v1/predictions/export: the whole history, or what a filter leaves of it, as CSV or NDJSON,
 * newest first. Written as it is read: its length costs no memory, and other requests go on between pages.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HistoryQuestion, KeptPrediction, PredictionReader } from '../../store/database/prediction-reader.ts';
import { answerProblem, answerStream } from '../answer.ts';
import { toCsvCell } from '../csv.ts';
import type { Endpoint } from '../endpoint.ts';
import type { History } from '../history.ts';
import { exportQuerySchema, toQuestion } from '../history-query.ts';
import { renderKept } from '../kept-prediction.ts';
import { adminOnly } from '../problems.ts';
import { parseQuery } from '../query.ts';
import { SETTLE_MS } from './history.ts';

export interface HistoryExportDeps extends Pick<PredictionReader, 'listPredictions'> {
  readonly history: Pick<History, 'flush'>;
}

const PAGE = 500;

export const historyExportEndpoint = ({ history, listPredictions }: HistoryExportDeps): Endpoint => ({
  method: 'get',
  path: '/api/v1/predictions/export',
  access: 'user',
  scope: 'history',
  async handle(request) {
    const query = parseQuery(request, exportQuerySchema);
    if (!query.ok) return answerProblem(query.error, request.requestId());
    const question = toQuestion(request.user, query.value);
    if (question === undefined) return answerProblem(adminOnly, request.requestId());
    await history.flush(SETTLE_MS);
    const { contentType, header, renderRow } = FORMATS[query.value.format];
    const pages = readPages(listPredictions, question);
    return answerStream(renderPages(pages, { header, renderRow }), contentType, {
      'Content-Disposition': `attachment; filename="predictions.${query.value.format}"`,
    });
  },
  describe: () => ({
    summary: 'The history as a file',
    description: 'With `labelled=true` these are rows to train with: input and outcome.',
    tag: 'history',
    query: exportQuerySchema,
    answers: {
      200: { description: 'CSV, or a JSON object a line', contentType: ['text/csv', 'application/x-ndjson'] },
    },
  }),
});

async function* readPages(
  list: PredictionReader['listPredictions'],
  question: Omit<HistoryQuestion, 'limit'>,
): AsyncGenerator<readonly KeptPrediction[]> {
  let before: string | undefined = question.before;
  while (before !== undefined) {
    const { rows, next } = list({ ...question, before, limit: PAGE });
    yield rows;
    before = next;
    await nextTurn();
  }
}

interface Format {
  readonly header: string;
  readonly renderRow: (row: KeptPrediction) => string;
}

async function* renderPages(
  pages: AsyncIterable<readonly KeptPrediction[]>,
  { header, renderRow }: Format,
): AsyncGenerator<string> {
  yield header;
  for await (const rows of pages) {
    const text = rows.map(renderRow).join('');
    if (text !== '') yield text;
  }
}

const FORMATS: Readonly<Record<'csv' | 'ndjson', Format & { readonly contentType: string }>> = {
  csv: {
    contentType: 'text/csv; charset=utf-8',
    header: 'id,timestamp,user,model,model_version,input,prediction,probability,outcome,correct\r\n',
    renderRow({ id, created_at, username, model, model_version, input, prediction, probability, feedback }) {
      const outcome = feedback === undefined ? '' : asText(feedback.outcome);
      const correct = feedback === undefined ? '' : String(feedback.correct === 1);
      const cells = [id, created_at, username, model, model_version, input, asText(prediction), probability];
      return `${[...cells, outcome, correct].map(toCsvCell).join(',')}\r\n`;
    },
  },
  ndjson: {
    contentType: 'application/x-ndjson',
    header: '',
    renderRow: (row) => `${JSON.stringify(renderKept(row))}\n`,
  },
};

const asText = (json: string): string => String(JSON.parse(json));
