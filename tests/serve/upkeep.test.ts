import { expect, onTestFinished, test } from 'vitest';
import { firstIdAt } from '../../src/serve/kept-prediction.ts';
import type { RetrainJob } from '../../src/serve/retrain/retrain-job.ts';
import { toRow } from '../../src/serve/retrain/retrain-row.ts';
import { keepUp, type UpkeepOptions } from '../../src/serve/upkeep.ts';
import { AUDIT, createRig, FEATURES, JSON_TYPE, bearer, type Rig } from './support/rig.ts';

const DAY_MS = 86_400_000;

const optionsOf = (rig: Rig): UpkeepOptions => ({
  store: rig.store,
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  removeRetrainLog: () => undefined,
  tokenLifetimeMs: 1_800_000,
  historyMs: undefined,
  now: () => rig.now(),
});

test('sessions that nobody can use are forgotten, those in use stay, and the head is noted', async () => {
  const rig = await createRig();
  onTestFinished(() => rig.close());
  await rig.login('alice', 'alice of the tests');
  rig.advance(8 * 86_400_000);
  await rig.login('alice', 'alice of the tests');
  await rig.store.endSession({ session: 'old', at: '2026-01-01T00:00:00.000Z' });

  const noted: object[] = [];
  const note = (fields: object) => void noted.push(fields);
  const log = { info: note, warn: note, error: note };
  await keepUp({ ...optionsOf(rig), log });

  expect(await rig.database.query.selectFrom('refresh_tokens').selectAll().execute()).toHaveLength(1);
  expect(await rig.store.listRevokedSessions()).toEqual([]);
  expect(noted).toEqual([{ head: await rig.store.readAuditHead() }]);
});

test('predictions older than they shall be kept are forgotten with their feedback; how many there were is not', async () => {
  const rig = await createRig();
  onTestFinished(() => rig.close());
  const ask = async () => {
    const headers = { ...JSON_TYPE, ...bearer(await rig.tokenOf('alice')) };
    const { id } = Object(await (await rig.predict(JSON.stringify({ features: FEATURES }), headers)).json());
    await rig.history.flush(10_000);
    return id;
  };
  const old = await ask();
  const saved = { prediction_id: old, username: 'alice', model: 'accidents', model_version: '3', outcome: '1' };
  await rig.store.saveFeedback({ ...saved, correct: 1, trusted: 0, created_at: 'x' });
  const id = firstIdAt(Date.now() - 31 * DAY_MS);
  await rig.database.query.updateTable('predictions').set({ id }).execute();
  await rig.database.query.updateTable('feedback').set({ prediction_id: id }).execute();
  const recent = await ask();

  const noted: object[] = [];
  const note = (fields: object) => void noted.push(fields);
  const log = { info: note, warn: note, error: note };
  const options = { ...optionsOf(rig), log };
  await keepUp(options);
  expect(await rig.database.query.selectFrom('predictions').selectAll().execute()).toHaveLength(2);
  await keepUp({ ...options, historyMs: 30 * DAY_MS });
  expect(await rig.database.query.selectFrom('predictions').select('id').execute()).toEqual([{ id: recent }]);
  expect(await rig.database.query.selectFrom('feedback').selectAll().execute()).toEqual([]);
  expect(noted).toContainEqual(expect.objectContaining({ dropped: 1 }));
  expect(rig.countAnswered('accidents')).toBe(2);
});

test('retrains of more than 90 days are forgotten with their logs, but not the latest 50, nor one that runs', async () => {
  const rig = await createRig();
  onTestFinished(() => rig.close());
  const save = async (id: string, finishedAt: string | null) =>
    rig.store.saveRetrain(toRow({ ...RETRAIN, id, createdAt: '2026', finishedAt }, undefined));
  const old = new Date(rig.now() - 91 * DAY_MS).toISOString();
  await save('a-runs', null);
  for (const id of ['b-old', 'c-old']) await save(id, old);
  for (let i = 0; i < 49; i++) await save(`d-${i}`, new Date(rig.now() - 89 * DAY_MS).toISOString());
  const removed: string[] = [];
  const options = { ...optionsOf(rig), removeRetrainLog: (id: string) => void removed.push(id) };
  await keepUp(options);
  expect(removed).toEqual(['b-old']);
  const left = (await rig.store.listRetrains(100)).map(({ id }) => id);
  expect(left.slice(-2)).toEqual(['c-old', 'a-runs']);
});

test('keys that expired a month ago are forgotten, and old times of schedules but the latest of each model', async () => {
  const rig = await createRig();
  onTestFinished(() => rig.close());
  const ago = (days: number) => new Date(rig.now() - days * DAY_MS).toISOString();
  const key = { username_key: 'alice', name: 'k', scopes: '[]', created_at: ago(60), audit: AUDIT };
  for (const [id, expires_at] of [
    ['gone', ago(31)],
    ['expired', ago(29)],
    ['good', null],
  ] as const)
    await rig.store.addApiKey({ ...key, id, hash: id, expires_at });
  for (const days of [200, 100, 91]) await rig.store.claimScheduled({ model: 'rare', minute: ago(days) });
  for (const days of [100, 89, 1]) await rig.store.claimScheduled({ model: 'nightly', minute: ago(days) });
  await keepUp(optionsOf(rig));
  expect((await rig.store.listApiKeys(undefined)).map(({ id }) => id)).toEqual(['expired', 'good']);
  const minutes = await rig.database.query.selectFrom('scheduled').select('model').orderBy('minute').execute();
  expect(minutes.map(({ model }) => model)).toEqual(['rare', 'nightly', 'nightly']);
});

const RETRAIN: RetrainJob = {
  id: '',
  model: 'accidents',
  state: 'promoted',
  stage: null,
  trigger: 'api',
  actor: 'admin',
  note: null,
  createdAt: '',
  startedAt: null,
  finishedAt: null,
  decision: null,
  reasons: [],
  candidate: null,
  production: null,
  exitCode: 0,
  waitingFor: null,
  asked: null,
};
