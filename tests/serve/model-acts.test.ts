/** Promoting, rolling back and pinning over HTTP, on a real registry. */
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { bearer, bodyOf, createRig, JSON_TYPE, modelsWith, type Rig } from './support/rig.ts';
import { createProject, modelText, type Project } from './support/project.ts';

let project: Project;
let rig: Rig;
let refreshed: number;
beforeEach(async () => {
  project = await createProject();
  for (const seed of [1, 2, 3]) await project.promote(modelText(seed));
  refreshed = 0;
  const refresh = async () => void (refreshed += 1);
  rig = await createRig({ models: modelsWith({ registry: project.registry, refresh }) });
  onTestFinished(() => rig.close());
});

const act = async (name: string, body: unknown = {}, username = 'admin') => {
  const headers = { ...bearer(await rig.tokenOf(username)), ...JSON_TYPE };
  return rig.post(`/api/v1/model/${name}`, JSON.stringify(body), headers);
};

test('a rollback goes to the previous version, is live when answered, and stands in the audit', async () => {
  const response = await act('rollback', { reason: 'too many alarms' });
  expect(response.status).toBe(200);
  expect(await bodyOf(response)).toEqual({ model: 'accidents', production: 2, previous: 1, pinned: false });
  expect(refreshed).toBe(1);
  expect((await rig.store.listAudit(0)).at(-1)).toMatchObject({
    actor: 'admin',
    action: 'model.rollback',
    subject: 'accidents',
    detail: JSON.stringify({ production: 2, was: 3, reason: 'too many alarms', force: false }),
  });
});

test('a rollback takes a label as every other act does', async () => {
  const response = await act('rollback', { version: '1.0.0' });
  expect([response.status, (await bodyOf(response)).detail]).toEqual([409, 'version 3 is in production already']);
});

test('what a person rolled back is promoted again only with force', async () => {
  await act('rollback');
  const refused = await act('promote', { version: '3' });
  expect(refused.status).toBe(409);
  expect(await bodyOf(refused)).toMatchObject({
    code: 'model_act_refused',
    detail: expect.stringContaining('rolled back'),
  });
  expect((await bodyOf(await act('promote', { version: '3', force: true }))).production).toBe(3);
});

test('a pin holds against a promotion until it is taken off', async () => {
  expect((await bodyOf(await act('pin'))).pinned).toBe(true);
  expect((await act('promote', { version: '1' })).status).toBe(409);
  expect((await bodyOf(await act('unpin'))).pinned).toBe(false);
  expect((await bodyOf(await act('promote', { version: '1' }))).production).toBe(1);
});

test.each([
  ['promote', {}, 422],
  ['promote', { version: '9' }, 404],
  ['promote', { version: '../../etc' }, 404],
  ['promote', { version: '7.0.0' }, 404],
  ['rollback', { model: 'other' }, 404],
  ['pin', { extra: 1 }, 422],
  ['pin', { version: '2' }, 409],
])('%s with %j changes nothing: %i', async (name, body, status) => {
  const lines = (await rig.store.listAudit(0)).length;
  expect((await act(name, body)).status).toBe(status);
  expect(project.registry.read()).toMatchObject({ value: { production: 3 } });
  expect(await rig.store.listAudit(0)).toHaveLength(lines);
});

test('users decide nothing', async () => {
  expect((await act('rollback', {}, 'alice')).status).toBe(403);
});
