import { expect, onTestFinished, test } from 'vitest';
import { firstIdAt } from '../../src/serve/kept-prediction.ts';
import { keepUp } from '../../src/serve/upkeep.ts';
import { createRig, FEATURES, JSON_TYPE, bearer } from './support/rig.ts';

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
  await keepUp({ store: rig.store, log, tokenLifetimeMs: 1_800_000, historyMs: undefined, now: () => rig.now() });

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
  const DAY_MS = 86_400_000;
  const id = firstIdAt(Date.now() - 31 * DAY_MS);
  await rig.database.query.updateTable('predictions').set({ id }).execute();
  await rig.database.query.updateTable('feedback').set({ prediction_id: id }).execute();
  const recent = await ask();

  const noted: object[] = [];
  const note = (fields: object) => void noted.push(fields);
  const log = { info: note, warn: note, error: note };
  const options = { store: rig.store, log, tokenLifetimeMs: 1_800_000, now: () => rig.now() };
  await keepUp({ ...options, historyMs: undefined });
  expect(await rig.database.query.selectFrom('predictions').selectAll().execute()).toHaveLength(2);
  await keepUp({ ...options, historyMs: 30 * DAY_MS });
  expect(await rig.database.query.selectFrom('predictions').select('id').execute()).toEqual([{ id: recent }]);
  expect(await rig.database.query.selectFrom('feedback').selectAll().execute()).toEqual([]);
  expect(noted).toContainEqual(expect.objectContaining({ dropped: 1 }));
  expect(rig.countAnswered('accidents')).toBe(2);
});
