import { expect, onTestFinished, test } from 'vitest';
import { keepUp } from '../../src/serve/upkeep.ts';
import { createRig } from './support/rig.ts';

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
  await keepUp({ store: rig.store, log, tokenLifetimeMs: 1_800_000, now: () => rig.now() });

  expect(await rig.database.query.selectFrom('refresh_tokens').selectAll().execute()).toHaveLength(1);
  expect(await rig.store.listRevokedSessions()).toEqual([]);
  expect(noted).toEqual([{ head: await rig.store.readAuditHead() }]);
});
