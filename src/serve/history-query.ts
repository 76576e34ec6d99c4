/** The filters of the history's routes: `?user= &model= &model_version= &from= &to= &labelled=`. Pure. */
import { z } from 'zod';
import type { HistoryQuestion } from '../store/database/prediction-reader.ts';
import type { User } from '../store/database/users.ts';
import { firstIdAt, NEWEST, ownerOf } from './kept-prediction.ts';

const MAX_PAGE = 1000;

const time = z.iso.datetime({ offset: true });

const filters = {
  user: z.string().min(1).optional().meta({ description: 'Admins only; by default everybody' }),
  model: z.string().optional(),
  model_version: z.string().optional(),
  from: time.optional().meta({ description: 'Answered at this time or later' }),
  to: time.optional().meta({ description: 'Answered before this time' }),
  labelled: z.enum(['true', 'false']).optional().meta({ description: 'Only with feedback of an admin or a service' }),
};

/** As pydantic reads a number in a query: digits, not what else `Number` takes (`0x10`, `1e2`, nothing at all). */
const readCount = (text: unknown): unknown =>
  typeof text === 'string' && /^ *[+-]?\d+ *$/.test(text) ? Number(text) : text;

const cursor = z.uuid().optional().meta({ description: '`next_cursor` of the page before' });

export const historyQuerySchema = z.object({
  ...filters,
  cursor,
  limit: z.preprocess(readCount, z.int().min(1).max(MAX_PAGE)).default(50),
});

export const exportQuerySchema = z.object({ ...filters, format: z.enum(['csv', 'ndjson']).default('csv') });

type Filters = Omit<z.infer<typeof exportQuerySchema>, 'format'>;

/** undefined: somebody else's rows. */
export function toQuestion(user: User | undefined, filter: Filters): Omit<HistoryQuestion, 'limit'> | undefined {
  const owner = ownerOf(user, filter.user);
  if (owner === undefined) return undefined;
  const { username, since } = owner;
  const range = timeRange(filter);
  return {
    username,
    model: filter.model,
    version: filter.model_version,
    ...range,
    from: since > (range.from ?? '') ? since : range.from,
    isLabelled: filter.labelled === 'true',
  };
}

/** The last moment that is written with four digits of year: beyond it times do not compare as text. */
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** An id is made a moment before or after its row's time: ids only narrow what is looked at. */
const SLACK_MS = 1_000;

function timeRange({ from, to }: Filters): Pick<HistoryQuestion, 'from' | 'to' | 'after' | 'before'> {
  const isoTime = (text: string | undefined): string | undefined =>
    text && new Date(Math.min(Math.max(Date.parse(text), 0), LATEST_MS)).toISOString();
  return {
    from: isoTime(from),
    to: isoTime(to),
    after: from === undefined ? '' : firstIdAt(Date.parse(from) - SLACK_MS),
    before: to === undefined ? NEWEST : firstIdAt(Date.parse(to) + SLACK_MS),
  };
}
