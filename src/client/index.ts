/**
 * A client for `pipe serve`, for Node and browsers: needs nothing but `fetch`. Signs in, renews tokens,
 * waits where the server asks for it, and throws an ApiError where the server says no.
 *
 *     const client = createClient({ url: 'http://localhost:8000', credentials: { username, password } });
 *     const { prediction } = await client.predict({ features });
 */
import { createSend, readAnswer, type Fetch, type Outgoing } from './send.ts';
import { createSession, type Credentials } from './session.ts';
import type {
  AnswerTo,
  BatchAnswer,
  BatchQuestion,
  Feedback,
  Health,
  HistoryQuestion,
  KeptPrediction,
  ModelMetrics,
  ModelStats,
  Page,
  PredictOptions,
  Question,
  RetrainAccepted,
  RetrainRequest,
  Tokens,
  User,
} from './types.ts';

export { ApiError, type Fault } from './api-error.ts';
export type { Fetch } from './send.ts';
export type { Credentials } from './session.ts';
export type * from './types.ts';

export interface ClientOptions {
  /** Where the server is: `http://localhost:8000`, or a path behind a proxy. */
  readonly url: string;
  /** Absent: only what is open can be asked, until `login`. */
  readonly credentials?: Credentials;
  /** Called with every new pair of tokens. */
  readonly onTokens?: (tokens: Tokens) => void;
  /** How often a request that the server was too busy for is tried again: 3. */
  readonly retries?: number;
  /** The longest time to wait for that, in milliseconds: 30,000. */
  readonly maxWaitMs?: number;
  /** How long one try may take, in milliseconds: 30,000. */
  readonly timeoutMs?: number;
  /** Ends everything that is under way. */
  readonly signal?: AbortSignal;
  readonly fetch?: Fetch;
}

export interface Client {
  predict<Q extends Question>(question: Q, options?: PredictOptions): Promise<AnswerTo<Q>>;
  /** Up to 100; one bad item refuses all. */
  predictBatch<Q extends BatchQuestion>(questions: Q, options?: PredictOptions): Promise<BatchAnswer<AnswerTo<Q>>>;
  history(question?: HistoryQuestion): Promise<Page<KeptPrediction>>;
  /** All pages, one prediction after the other. */
  allHistory(question?: HistoryQuestion): AsyncGenerator<KeptPrediction>;
  feedback(id: string, outcome: number | string): Promise<Feedback>;
  stats(model?: string): Promise<ModelStats>;
  metrics(model?: string): Promise<ModelMetrics>;
  /** With a key, asking again gives the same job: within 24 hours, whatever became of the first answer. */
  retrain(request?: RetrainRequest, options?: { readonly idempotencyKey?: string }): Promise<RetrainAccepted>;
  me(): Promise<User>;
  health(): Promise<Health>;
  login(username: string, password: string): Promise<Tokens>;
  logout(): Promise<void>;
  /** Any other route of docs/api.md: JSON in, JSON out. */
  request(method: Outgoing['method'], path: string, body?: unknown): Promise<unknown>;
}

export function createClient(options: ClientOptions): Client {
  const { url, credentials, onTokens, retries = 3, maxWaitMs = 30_000, timeoutMs = 30_000, signal } = options;
  const send = createSend({
    url: url.replace(/\/+$/, ''),
    fetch: options.fetch ?? ((address, init) => fetch(address, init)),
    retries,
    maxWaitMs,
    timeoutMs,
    signal,
  });
  const session = createSession({ send, credentials, onTokens });
  const request: Client['request'] = async (method, path, body) => {
    const content = body === undefined ? {} : { headers: JSON_TYPE, body: JSON.stringify(body) };
    return readAnswer(await session.send({ method, path, ...content }));
  };
  /** The server's answers have the types that a test holds them to; here they are taken at its word. */
  const ask = async <T>(...args: Parameters<Client['request']>): Promise<T> => Object(await request(...args));

  const history: Client['history'] = (question = {}) =>
    ask('GET', `/api/v1/predictions/history${queryOf({ ...question })}`);
  return {
    predict: (question, wish = {}) => ask('POST', `/predict${wishOf(wish)}`, question),
    predictBatch: (questions, wish = {}) => ask('POST', `/predict/batch${wishOf(wish)}`, questions),
    history,
    async *allHistory(question = {}) {
      let cursor = question.cursor;
      do {
        const page = await history({ ...question, ...(cursor === undefined ? {} : { cursor }) });
        yield* page.items;
        cursor = page.next_cursor ?? undefined;
      } while (cursor !== undefined);
    },
    feedback: (id, outcome) => ask('POST', `/api/v1/predictions/${encodeURIComponent(id)}/feedback`, { outcome }),
    stats: (model) => ask('GET', `/api/v1/model/stats${queryOf({ model })}`),
    metrics: (model) => ask('GET', `/api/v1/model/metrics${queryOf({ model })}`),
    async retrain(wanted = {}, { idempotencyKey: key } = {}) {
      const headers = { ...JSON_TYPE, ...(key === undefined ? {} : { 'Idempotency-Key': key }) };
      const accepted = await session.send({ method: 'POST', path: '/retrain', headers, body: JSON.stringify(wanted) });
      return Object(await readAnswer(accepted));
    },
    me: () => ask('GET', '/users/me'),
    health: () => ask('GET', '/health'),
    login: session.signIn,
    logout: session.signOut,
    request,
  };
}

const JSON_TYPE = { 'Content-Type': 'application/json' };

const wishOf = ({ model, modelVersion, explain }: PredictOptions): string =>
  queryOf({ model, model_version: modelVersion, explain });

function queryOf(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, String(value));
  return query.size === 0 ? '' : `?${query.toString()}`;
}
