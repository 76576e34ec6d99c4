/**
 * A whole file through a model: bytes in, text out, a row at a time. Knows nothing of where they come from.
 *
 * Invariant: a row that cannot be answered has its line too, with an error.
 */
import { err, ok, type Result } from '../../lib/result.ts';
import type { ServedModel } from '../served-model.ts';
import { answerQuestion, lineOptionsOf, renderAnswer, renderHeader, type BulkAnswer } from './answers.ts';
import { createReadQuestion, type ReadQuestion } from './questions.ts';
import { readBulk, type BulkFormat, type BulkRow } from './rows.ts';

export interface AnswerFileOptions {
  readonly model: ServedModel;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly format: BulkFormat;
  readonly isExplained: boolean;
  /** So many rows at the beginning have their lines already, and the header too. */
  readonly skippedRows?: number;
  /** Called for each row when its line is made. */
  readonly onRow: (row: BulkRow, answer: Result<BulkAnswer, string>) => void;
}

/** The error says what is wrong with the columns. Throws a `BrokenFile`, here or while the answers are read. */
export async function answerFile(options: AnswerFileOptions): Promise<Result<AsyncGenerator<string>, string>> {
  const { header, rows } = await readBulk(options.bytes, options.format);
  const readQuestion = createReadQuestion(options.model, header);
  if (!readQuestion.ok) return err(readQuestion.error);
  return ok(answerRows(options, { header, rows, read: readQuestion.value }));
}

interface Opened {
  readonly header: readonly string[] | undefined;
  readonly rows: AsyncIterable<BulkRow>;
  readonly read: ReadQuestion;
}

async function* answerRows(
  { model, isExplained, skippedRows = 0, onRow }: AnswerFileOptions,
  { header, rows, read }: Opened,
): AsyncGenerator<string> {
  const options = lineOptionsOf(model, isExplained);
  if (header !== undefined && skippedRows === 0) yield renderHeader(header, options);
  for await (const row of rows) {
    if (row.row <= skippedRows) continue;
    const question = read(row.content);
    const answer = question.ok ? answerQuestion(model, question.value, isExplained) : question;
    onRow(row, answer);
    yield renderAnswer(row, answer, options);
  }
}
