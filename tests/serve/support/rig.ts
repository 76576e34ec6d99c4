/**
 * The app with everything real behind it but the socket, the model file and the retrain's child:
 * a database in a folder of its own, hashing threads, keys, a clock that the test moves.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { BlockList } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import type { InputSpec } from '../../../src/ml/model.ts';
import { createApp, type AppDeps } from '../../../src/serve/app.ts';
import { createAuth } from '../../../src/serve/auth-parts.ts';
import { keyRingFromSecret } from '../../../src/serve/auth/key-ring.ts';
import { createPasswords } from '../../../src/serve/auth/passwords.ts';
import { createTokens } from '../../../src/serve/auth/tokens.ts';
import { createAssetReader } from '../../../src/serve/assets.ts';
import { createHistory } from '../../../src/serve/history.ts';
import { createHostRule } from '../../../src/serve/hosts.ts';
import { createHotRoute, type TakeHotRequest } from '../../../src/serve/hot-route.ts';
import { createLoad, type Load } from '../../../src/serve/load.ts';
import { createMetrics } from '../../../src/serve/metrics/metrics.ts';
import type { Log } from '../../../src/serve/log.ts';
import { openJobFolder } from '../../../src/serve/jobs/job-folder.ts';
import type { PredictJobs } from '../../../src/serve/jobs/predict-jobs.ts';
import type { RetrainJobs } from '../../../src/serve/retrain/retrain-jobs.ts';
import { performAct } from '../../../src/serve/model-act.ts';
import { createModels, type NamedModel } from '../../../src/serve/models.ts';
import { predictEndpoints } from '../../../src/serve/routes/predict.ts';
import { createServedTable, type ServedTable, type ServedText } from '../../../src/serve/served-model.ts';
import { openRegistry } from '../../../src/store/registry.ts';
import { model as registryModel } from '../../store/registry-parts.ts';
import { openDatabase, openReader } from '../../../src/store/database/open.ts';
import { createStore } from '../../../src/store/database/store.ts';
import { createPredictionReader } from '../../../src/store/database/prediction-reader.ts';
import { createUserLookup, type NewUser } from '../../../src/store/database/users.ts';

export const SECRET = 'a secret of the tests, which is long enough';

/** The original's 28 inputs, in its order. */
export const INPUTS: readonly InputSpec[] = (
  'place catu sexe secu1 year_acc victim_age catv obsm motor catr circ surf situ vma jour mois lum dep com agg_ ' +
  'int atm col lat long hour nb_victim nb_vehicules'
)
  .split(' ')
  .map((name) => ({
    name,
    type: 'number',
    nullable: name === 'victim_age',
    ...(name === 'catu' ? { codes: [1, 2, 3] } : {}),
    ...(name === 'hour' ? { range: [0, 23] as const } : {}),
  }));

/** The original's example. */
export const FEATURES = [
  10, 3, 1, 0.0, 2021, 60, 2, 1, 1, 3, 2, 1, 1, 50, 7, 12, 5, 77, 77317, 2, 1, 0, 6, 48.6, 2.89, 17, 2, 1,
];

/** Looks at the speed limit and at nothing else. */
export const model: ServedTable = createServedTable(
  { name: 'accidents', version: 3, sha: 'f'.repeat(64) },
  { label: '1.0.0', framework: 'tests', inputs: INPUTS, threshold: 0.5 },
  {
    evaluator: {
      probability: (row) => 1 / (1 + Math.exp((Number(row[13]) - 70) / 10)),
      probabilities: () => new Float64Array(),
    },
    explain: (row) => ({ base: 7, contributions: new Float64Array(28).with(13, -Number(row[13]) / 10) }),
  },
);

/** What a model that stands in no registry is like. */
function namedModel(change: Partial<NamedModel> = {}): NamedModel {
  const { registry = openRegistry({ root: '/nowhere', model: registryModel }) } = change;
  return {
    name: 'accidents',
    current: () => undefined,
    problem: () => undefined,
    refresh: async () => undefined,
    load: async () => undefined,
    unload: () => undefined,
    versions: { find: async () => undefined },
    registry,
    act: (act) => performAct(registry, act),
    readCard: () => undefined,
    ...change,
  };
}

export const modelsWith = (...changes: readonly Partial<NamedModel>[]) => createModels(changes.map(namedModel));

export interface Rig {
  readonly app: ReturnType<typeof createApp>;
  readonly takeHot: TakeHotRequest;
  readonly metrics: Pick<ReturnType<typeof createMetrics>, 'render'>;
  readonly database: Awaited<ReturnType<typeof openTestDatabase>>['database'];
  readonly store: ReturnType<typeof createStore>;
  readonly history: ReturnType<typeof createHistory>;
  readonly tokens: ReturnType<typeof createTokens>;
  readonly countAnswered: (model: string) => number;
  readonly logged: string[];
  readonly load: Pick<Load, 'inFlight'>;
  /** Moves the clock that tokens are judged by. */
  advance(milliseconds: number): void;
  now(): number;
  login(username: string, password: string): Promise<Response>;
  tokenOf(username: string): Promise<string>;
  post(path: string, body: Body, headers?: Record<string, string>): Promise<Response>;
  predict(body: string, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export async function openTestDatabase() {
  const folder = await mkdtemp(join(tmpdir(), 'pipe-serve-'));
  const file = join(folder, 'serve.db');
  const opened = await openDatabase({ file, busyTimeoutMs: 5_000 });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const database = opened.value;
  const close = async () => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { folder, file, database, close };
}

export async function createRig(change: Partial<AppDeps> = {}): Promise<Rig> {
  const { file, database, close } = await openTestDatabase();
  const store = withTurns(createStore(database, new Uint8Array(32)));
  const reader = openReader({ file, busyTimeoutMs: 20 });
  const findUser = createUserLookup(reader);
  const passwords = createPasswords({ threads: 1, maxQueue: 32, cost: 4 });
  const logged: string[] = [];
  const log = collectingLog(logged);
  let offset = 0;
  const now = () => Date.now() + offset;
  const newId = () => uuid();
  const keys = await keyRingFromSecret(SECRET);
  const tokens = createTokens({ keys, lifetimeS: 1800, now, newId });
  const settings = { tokenLifetimeS: 1800, registration: 'open' } as const;
  const auth = createAuth({ settings, keys, passwords, revoked: [], writer: { store }, reader, now, newId });
  const metrics = createMetrics(['accidents']);
  const history = createHistory({
    store,
    capacity: 1_000,
    onAppend: metrics.countPrediction,
    onError: () => undefined,
  });

  for (const account of ACCOUNTS) {
    const hashed = await passwords.hash(account.password);
    if (!hashed.ok) throw new Error('no room to hash');
    await store.addUser({ ...toUser(account), passwordHash: hashed.value, audit: AUDIT });
  }

  const predictions = createPredictionReader(reader);
  const load = createLoad({ maxInFlight: 512, maxLagMs: 60_000 });
  const deps: AppDeps = {
    about: { name: 'pipe', version: '0.1.0', docs: '/docs', mode: 'normal' },
    docs: 'on',
    trustedProxies: new BlockList(),
    ...auth,
    isHostAllowed: createHostRule({ bind: '127.0.0.1', allowed: [] }),
    refusesForwarded: false,
    ...predictions,
    store,
    models: modelsWith({ current: () => model }),
    history,
    jobs: noJobs,
    retrain: 'on',
    metrics,
    predictJobs: noPredictJobs,
    jobFolder: openJobFolder('/nowhere/jobs'),
    load,
    log,
    readAsset: createAssetReader(),
    isStopping: () => false,
    isStoreLost: () => false,
    now,
    elapsed: () => performance.now(),
    newId,
    ...change,
  };
  const app = createApp(deps);

  const post: Rig['post'] = async (path, body, headers = {}) =>
    app.request(path, { method: 'POST', body, headers: { Host: 'localhost', ...headers } });
  const login: Rig['login'] = (username, password) =>
    post('/auth/token', new URLSearchParams({ username, password }).toString(), FORM);
  return {
    app,
    takeHot: createHotRoute({ ...deps, endpoints: predictEndpoints(deps) }),
    metrics,
    database,
    store,
    history,
    tokens,
    countAnswered: predictions.countAnswered,
    logged,
    load,
    advance: (milliseconds) => void (offset += milliseconds),
    now,
    login,
    async tokenOf(username) {
      const user = findUser(username);
      if (user === undefined) throw new Error(`no user ${username}`);
      return (await tokens.issue({ ...user, session: newId() })).token;
    },
    post,
    predict: (body, headers = {}) => post('/predict', body, { ...JSON_TYPE, ...headers }),
    async close() {
      await history.flush(10_000);
      await passwords.close();
      reader.close();
      await close();
    },
  };
}

/** What `Request` takes as a body here. */
export type Body = string | Uint8Array;

/** An answer's body; whoever reads a member that is not there gets undefined, and a red test. */
export const bodyOf = async (response: Response) => Object(await response.json());

export const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
export const JSON_TYPE = { 'Content-Type': 'application/json' };
export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

/** A line of the audit that no test is about. */
export const AUDIT = {
  at: '2026-01-02T03:04:05.678Z',
  actor: 'tests',
  action: 'user.add',
  subject: 'test',
  detail: {},
};

interface TestAccount extends Pick<NewUser, 'username' | 'role' | 'mustChangePassword'> {
  readonly password: string;
}

const ACCOUNTS: readonly TestAccount[] = [
  { username: 'admin', password: 'the admin of the tests', role: 'admin', mustChangePassword: false },
  { username: 'alice', password: 'alice of the tests', role: 'user', mustChangePassword: false },
  { username: 'newcomer', password: 'to be changed soon', role: 'admin', mustChangePassword: true },
];

function toUser({ password: _, ...account }: TestAccount): NewUser {
  const createdAt = '2026-01-02T03:04:05.678Z';
  return { ...account, id: uuid(), email: null, passwordHash: 'none', createdAt };
}

function collectingLog(lines: string[]): Log {
  const add = (fields: object, message: string) => void lines.push(JSON.stringify({ ...fields, message }));
  return { info: add, warn: add, error: add };
}

/** The writer's answers come from another thread, so the event loop has turned when they are there. */
function withTurns(store: ReturnType<typeof createStore>): ReturnType<typeof createStore> {
  const turning =
    <A, T>(act: (argument: A) => Promise<T>) =>
    async (argument: A): Promise<T> => {
      const done = await act(argument);
      await nextTurn();
      return done;
    };
  return {
    ...store,
    addUser: turning(store.addUser),
    changeUser: turning(store.changeUser),
    changeUserSafely: turning(store.changeUserSafely),
    removeUserSafely: turning(store.removeUserSafely),
  };
}

const never = async () => {
  throw new Error('no retrain in this test');
};
const noPredictJobs: PredictJobs = {
  accept: async () => ({ ok: false, error: 'broken' }),
  list: () => [],
  find: () => undefined,
  remove: async () => undefined,
  stop: async () => undefined,
};

const noJobs: RetrainJobs = {
  isRunning: () => false,
  start: never,
  list: async () => [],
  find: async () => undefined,
  findAsked: async () => undefined,
  readLog: () => '',
  readLogFrom: async () => new Uint8Array(),
  cancel: async () => ({ ok: false, error: 'unknown' }),
  recover: async () => undefined,
  stop: async () => undefined,
};

/** Finds "great" good and nothing else. */
export const textModel: ServedText = {
  kind: 'text',
  name: 'sentiment',
  version: '2',
  sha: 'e'.repeat(64),
  label: '1.0.0',
  framework: 'tests',
  threshold: 0.5,
  evaluator: {
    probability: (text) => (text.includes('great') ? 0.9 : 0.2),
    probabilities: () => new Float64Array(),
    explain: (text) => ({ base: -0.5, contributions: text.includes('great') ? [['great', 2.5]] : [] }),
  },
};
