import { once } from 'node:events';
import { unlinkSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { createProject, modelText, WAIT, type Project, type Served } from './support/project.ts';
import { bodyOf } from './support/rig.ts';

interface Rig {
  readonly project: Project;
  readonly daemon: Served;
  readonly token: string;
}

/** Version 1 is live; the next training makes another model. */
async function retrainable(): Promise<Rig> {
  const project = await createProject();
  await project.promote(modelText(1));
  project.write('source.json', modelText(2));
  const daemon = await project.serve();
  return { project, daemon, token: await daemon.token('admin', 'admin123') };
}

interface Asked {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const ask = ({ daemon, token }: Rig, path: string, init: Asked = {}) =>
  daemon.request(path, { ...init, headers: { Authorization: `Bearer ${token}`, ...init.headers } });
const start = (rig: Rig, init: Asked = {}) => ask(rig, '/retrain', { method: 'POST', ...init });
const jobOf = async (rig: Rig, id: string) => bodyOf(await ask(rig, `/retrain/${id}`));

async function finished(rig: Rig, id: string) {
  await vi.waitUntil(async () => (await jobOf(rig, id)).finished_at !== null, WAIT);
  return jobOf(rig, id);
}

test('a retrain runs the pipeline, promotes, and the daemon answers with the new version', async () => {
  const rig = await retrainable();
  const accepted = await start(rig);
  const { job_id: id, state, links } = await bodyOf(accepted);
  expect(accepted.status).toBe(202);
  expect(accepted.headers.get('location')).toBe(`/retrain/${id}`);
  expect([state, links]).toEqual(['queued', { self: `/retrain/${id}`, logs: `/retrain/${id}/logs` }]);

  expect(await finished(rig, id)).toMatchObject({
    id,
    state: 'promoted',
    stage: null,
    trigger: 'api',
    actor: 'admin',
    decision: 'promote',
    reasons: [{ code: 'of_the_test', text: 'the test says so' }],
    candidate: 2,
    production: 2,
    exit_code: 0,
    waiting_for: null,
  });
  await rig.daemon.answersWith(rig.token, '2');
  const log = await ask(rig, links.logs);
  expect(log.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(await log.text()).toContain('[train] training');
  expect((await bodyOf(await ask(rig, '/retrain'))).items).toMatchObject([{ id, state: 'promoted' }]);

  const again = await finished(rig, (await bodyOf(await start(rig))).job_id);
  expect(again).toMatchObject({ state: 'up_to_date', decision: null, candidate: null, production: 2 });
});

test('one at a time: the second is 409 and names the first, which can be stopped', async () => {
  const rig = await retrainable();
  rig.project.write('hold', '');
  const { job_id: id } = await bodyOf(await start(rig));
  await vi.waitUntil(async () => (await jobOf(rig, id)).stage === 'train', WAIT);
  expect(await jobOf(rig, id)).toMatchObject({ state: 'running', finished_at: null });

  const second = await start(rig);
  expect(second.status).toBe(409);
  expect(second.headers.get('location')).toBe(`/retrain/${id}`);
  expect(await bodyOf(second)).toMatchObject({ code: 'retrain_in_progress', job_id: id });

  expect((await ask(rig, `/retrain/${id}`, { method: 'DELETE' })).status).toBe(202);
  expect(await finished(rig, id)).toMatchObject({ state: 'cancelled', decision: null, production: 1 });
  expect((await ask(rig, `/retrain/${id}`, { method: 'DELETE' })).status).toBe(409);
  expect(rig.project.exists('artifacts/model.json')).toBe(false);
});

test('a stage that fails, and a verdict that is an error, are failed retrains; nothing changes', async () => {
  const rig = await retrainable();
  rig.project.write('broken', '');
  const failed = await finished(rig, (await bodyOf(await start(rig))).job_id);
  expect(failed).toMatchObject({ state: 'failed', decision: null, exit_code: 1, production: 1 });
  expect(failed.reasons).toMatchObject([{ code: 'stage-failed', text: expect.stringContaining('train') }]);
  expect((await rig.daemon.predict(rig.token)).status).toBe(200);
});

test('a rejected candidate is told with its reasons, and the champion stays', async () => {
  const rig = await retrainable();
  rig.project.write('decision', 'reject');
  const job = await finished(rig, (await bodyOf(await start(rig))).job_id);
  expect(job).toMatchObject({ state: 'rejected', decision: 'reject', candidate: 2, production: 1, exit_code: 0 });
  expect(await bodyOf(await rig.daemon.predict(rig.token))).toMatchObject({ model_version: '1' });
});

test('a body may ask for force and give a reason, and nothing else', async () => {
  const rig = await retrainable();
  const send = (body: unknown) =>
    start(rig, { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  const refused = await send({ stage: 'evaluate; id' });
  expect(refused.status).toBe(422);
  expect((await bodyOf(refused)).detail[0].type).toBe('extra_forbidden');
  expect((await start(rig, { body: 'x' })).status).toBe(415);

  await finished(rig, (await bodyOf(await start(rig))).job_id);
  rig.project.write('decision', 'unchanged');
  const forced = await finished(rig, (await bodyOf(await send({ force: true, reason: 'to be sure' }))).job_id);
  expect(forced).toMatchObject({ state: 'unchanged', decision: 'unchanged' });
});

test('asked again with the same Idempotency-Key it is the same retrain: at once, while it runs, after it and after a restart', async () => {
  const rig = await retrainable();
  rig.project.write('hold', '');
  const key = { 'Idempotency-Key': 'deploy-7' };
  const json = { ...key, 'Content-Type': 'application/json' };
  const [first, second] = await Promise.all([start(rig, { headers: key }), start(rig, { headers: key })]);
  const { job_id: id } = await bodyOf(first);
  expect([first.status, second.status, (await bodyOf(second)).job_id]).toEqual([202, 202, id]);
  const replayed = new Set([first, second].map(({ headers }) => headers.get('idempotency-replayed')));
  expect(replayed).toEqual(new Set(['true', null]));

  const quoted = await start(rig, {
    headers: { ...json, 'Idempotency-Key': '"deploy-7"' },
    body: '{ "force": false }',
  });
  expect([quoted.status, quoted.headers.get('location')]).toEqual([202, `/retrain/${id}`]);
  const other = await start(rig, { headers: json, body: '{"force":true}' });
  expect([other.status, (await bodyOf(other)).code]).toEqual([422, 'idempotency_key_reused']);
  expect((await start(rig, { headers: { 'Idempotency-Key': 'deploy-8' } })).status).toBe(409);
  for (const bad of ['a b', '', 'x'.repeat(256), 'a, b']) {
    const refused = await start(rig, { headers: { 'Idempotency-Key': bad } });
    expect([refused.status, (await bodyOf(refused)).code]).toEqual([400, 'idempotency_key_invalid']);
  }
  unlinkSync(`${rig.project.root}/hold`);
  await finished(rig, id);
  await rig.daemon.stop('SIGKILL');

  const daemon = await rig.project.serve();
  const after = await start({ ...rig, daemon }, { headers: key });
  expect(await bodyOf(after)).toMatchObject({ job_id: id, state: 'promoted' });
  expect((await bodyOf(await ask({ ...rig, daemon }, '/retrain'))).items).toHaveLength(1);
});

test('a daemon that is stopped stops its retrain and marks it interrupted', async () => {
  const rig = await retrainable();
  rig.project.write('hold', '');
  const { job_id: id } = await bodyOf(await start(rig));
  await vi.waitUntil(async () => (await jobOf(rig, id)).stage === 'train', WAIT);
  expect(await rig.daemon.stop('SIGTERM')).toBe(0);

  const daemon = await rig.project.serve();
  const job = await jobOf({ ...rig, daemon }, id);
  expect(job).toMatchObject({ state: 'interrupted', finished_at: expect.any(String), production: 1 });
});

test('after kill -9 the next daemon stops what was left running and marks it interrupted', async () => {
  const rig = await retrainable();
  rig.project.write('hold', '');
  const { job_id: id } = await bodyOf(await start(rig));
  await vi.waitUntil(async () => (await jobOf(rig, id)).stage === 'train', WAIT);
  rig.daemon.child.kill('SIGKILL');
  await once(rig.daemon.child, 'exit');

  const daemon = await rig.project.serve();
  expect(await jobOf({ ...rig, daemon }, id)).toMatchObject({ state: 'interrupted' });
  // By its effect: a run that went on would write its model once it is let go.
  rig.project.write('decision', 'promote');
  const next = { ...rig, daemon };
  const blocked = await start(next);
  expect(blocked.status).toBe(202);
  const { job_id: second } = await bodyOf(blocked);
  await vi.waitUntil(async () => (await jobOf(next, second)).stage === 'train', WAIT);
  expect((await jobOf(next, second)).waiting_for).toBeNull();
  await ask(next, `/retrain/${second}`, { method: 'DELETE' });
  await finished(next, second);
});

test('a retrain that another pipe holds up says whom it waits for', async () => {
  const rig = await retrainable();
  rig.project.write('hold', '');
  const other = rig.project.pipe('repro', 'evaluate');
  await vi.waitUntil(() => rig.project.exists('.pipe/logs/train'), WAIT);
  const { job_id: id } = await bodyOf(await start(rig));
  await vi.waitUntil(async () => (await jobOf(rig, id)).waiting_for !== null, WAIT);
  expect(await jobOf(rig, id)).toMatchObject({ state: 'queued', waiting_for: { stage: 'train', pid: other.pid } });
  const ended = once(other, 'exit');
  unlinkSync(`${rig.project.root}/hold`);
  await ended;
  // The other run made the model and judged it: nothing was left to do.
  expect(await finished(rig, id)).toMatchObject({ state: 'up_to_date', production: 2, waiting_for: null });
});

test('its log can be followed line by line, again from where one was cut off, and ends when it ends', async () => {
  const rig = await retrainable();
  rig.project.write('hold', '');
  const { job_id: id } = await bodyOf(await start(rig));
  await vi.waitUntil(async () => (await jobOf(rig, id)).stage === 'train', WAIT);
  const follow = (headers = {}) =>
    ask(rig, `/retrain/${id}/logs`, { headers: { Accept: 'text/event-stream', ...headers } });
  const following = await follow();
  expect(following.headers.get('content-type')).toBe('text/event-stream');
  unlinkSync(`${rig.project.root}/hold`);
  const events = await following.text();
  expect(events).toMatch(/id: \d+\ndata: \[train\] training\n/);
  expect(events.endsWith('event: end\ndata: {"state":"promoted","decision":"promote","production":2}\n\n')).toBe(true);

  const [, cut = ''] = /id: (\d+)\ndata: \[train\] training/.exec(events) ?? [];
  const rest = await (await follow({ 'Last-Event-ID': cut })).text();
  expect(rest).not.toContain('training');
  expect(events.endsWith(rest.replace(/^: \n\n/, ''))).toBe(true);
});

test('a retrain that takes too long is stopped; one that is switched off is refused', async () => {
  const rig = await retrainable();
  await rig.daemon.stop();
  rig.project.write('.pipe/config.yaml', 'serve: {retrain_timeout: 2s}\n');
  rig.project.write('hold', '');
  const daemon = await rig.project.serve();
  const limited = { ...rig, daemon };
  const { job_id: id } = await bodyOf(await start(limited));
  expect(await finished(limited, id)).toMatchObject({ state: 'timed_out', decision: null });
  await daemon.stop();

  rig.project.write('.pipe/config.yaml', 'serve: {retrain: off}\n');
  const without = { ...rig, daemon: await rig.project.serve() };
  const refused = await start(without);
  expect([refused.status, (await bodyOf(refused)).code]).toEqual([403, 'retrain_off']);
});
