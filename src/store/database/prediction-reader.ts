/**
 * Reads the history on the thread that answers requests. Knows nothing of who may see what.
 *
 * Invariant: no call looks at more than `SCAN` rows, however few of them fit the filter: the loop must
 * not stand still. A page may therefore be short, or empty, and still say where to go on.
 */
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { FeedbackRow, PredictionRow } from './tables.ts';
import { toStorable } from './text.ts';

export interface PredictionReader {
  readonly countAnswered: (model: string) => number;
  readonly readLiveAccuracy: (model: string, version: string) => { readonly n: number; readonly correct: number };
  readonly findPrediction: (id: string) => KeptPrediction | undefined;
  readonly listPredictions: (question: HistoryQuestion) => HistoryPage;
}

export interface KeptPrediction extends PredictionRow {
  /** The last of an admin or a service; without one, the last of anybody. */
  readonly feedback: FeedbackRow | undefined;
}

export interface HistoryQuestion {
  readonly username: string | undefined;
  readonly model: string | undefined;
  readonly version: string | undefined;
  /** Answered at this time or later, and before that one. ISO 8601 in UTC. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Only rows with an id in between, both ends excluded. */
  readonly after: string;
  readonly before: string;
  /** Only rows of which an admin or a service said what was true. */
  readonly isLabelled: boolean;
  readonly limit: number;
}

export interface HistoryPage {
  /** Newest first. */
  readonly rows: readonly KeptPrediction[];
  /** The `before` of the next page; undefined: there is nothing more. */
  readonly next: string | undefined;
}

const SCAN = 10_000;

export function createPredictionReader(reader: DatabaseSyncInstance): PredictionReader {
  const count = reader.prepare('select answered from prediction_counts where model = ?');
  const accuracy = reader.prepare(
    'select count(*) as n, coalesce(sum(correct), 0) as correct from feedback where model = ? and model_version = ? and trusted = 1',
  );
  const one = reader.prepare('select * from predictions where id = ?');
  const feedback = reader.prepare(
    'select * from feedback where prediction_id = ? order by trusted desc, created_at desc limit 1',
  );
  const feedbackOf = (id: string): FeedbackRow | undefined => feedback.get(id);
  const ofAll = reader.prepare('select * from predictions where id > ? and id < ? order by id desc limit ?');
  const ofUser = reader.prepare(
    'select * from predictions where username = ? and id > ? and id < ? order by id desc limit ?',
  );

  return {
    countAnswered: (model) => Number(count.get(model)?.answered ?? 0),
    readLiveAccuracy(model, version) {
      const { n, correct } = accuracy.get(model, version);
      return { n: Number(n), correct: Number(correct) };
    },
    findPrediction(id) {
      const row: PredictionRow | undefined = one.get(toStorable(id));
      return row && { ...row, feedback: feedbackOf(id) };
    },
    listPredictions(question) {
      const { username, after, before, limit } = question;
      const rows = (): Iterable<PredictionRow> =>
        username === undefined ? ofAll.iterate(after, before, SCAN) : ofUser.iterate(username, after, before, SCAN);
      return collect(rows(), { question, limit, feedbackOf });
    },
  };
}

interface Collecting {
  readonly question: HistoryQuestion;
  readonly limit: number;
  readonly feedbackOf: (id: string) => FeedbackRow | undefined;
}

function collect(scanned: Iterable<PredictionRow>, { question, limit, feedbackOf }: Collecting): HistoryPage {
  const { model, version, from, to, isLabelled } = question;
  const rows: KeptPrediction[] = [];
  let seen = 0;
  let last: string | undefined;
  for (const row of scanned) {
    if (rows.length === limit) return { rows, next: last };
    seen += 1;
    last = row.id;
    const isMeant =
      (model ?? row.model) === row.model &&
      (version ?? row.model_version) === row.model_version &&
      (from ?? '') <= row.created_at &&
      (to === undefined || row.created_at < to);
    if (!isMeant) continue;
    const feedback = feedbackOf(row.id);
    if (!isLabelled || feedback?.trusted === 1) rows.push({ ...row, feedback });
  }
  return { rows, next: seen === SCAN ? last : undefined };
}
