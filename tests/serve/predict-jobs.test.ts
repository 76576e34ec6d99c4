/** Predictions of a whole file, by a real daemon that is also killed in the middle. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createCsvRecords } from '../../src/serve/bulk/csv-records.ts';
import { createProject, modelText, WAIT, type Served } from './support/project.ts';
import { bearer, bodyOf, FEATURES, INPUTS } from './support/rig.ts';
import { fc } from '../support/properties.ts';

const HEADER = INPUTS.map(({ name }) => name).join(',');
const ROW = FEATURES.join(',');
const CSV = { 'Content-Type': 'text/csv' };
const NDJSON = { 'Content-Type': 'application/x-ndjson' };

async function served() {
  const project = await createProject();
  await project.promote(modelText(1));
  const daemon = await project.serve();
  return { project, daemon, auth: bearer(await daemon.token('alice', 'secret123')) };
}

const submit = (daemon: Served, headers: Record<string, string>, body: string) =>
  daemon.request('/api/v1/predict/jobs', { method: 'POST', headers, body });

async function ended(daemon: Served, auth: Record<string, string>, id: string) {
  await vi.waitUntil(async () => {
    const { state } = await bodyOf(await daemon.request(`/api/v1/predict/jobs/${id}`, { headers: auth }));
    return state !== 'queued' && state !== 'running';
  }, WAIT);
  return bodyOf(await daemon.request(`/api/v1/predict/jobs/${id}`, { headers: auth }));
}

test('a CSV comes back with its own columns, the answers, and an error where a row is bad', async () => {
  const { project, daemon, auth } = await served();
  const rows = [
    `7,${ROW}`,
    `8,${FEATURES.with(0, 5).join(',')}`,
    `"9, ""x""",oops,${FEATURES.slice(1).join(',')}`,
    `10,${FEATURES.slice(1).join(',')}`,
  ];
  const accepted = await submit(daemon, { ...auth, ...CSV }, `customer,${HEADER}\r\n${rows.join('\r\n')}\r\n`);
  expect(accepted.status).toBe(202);
  const job = await bodyOf(accepted);
  expect(accepted.headers.get('location')).toBe(`/api/v1/predict/jobs/${job.id}`);
  expect(job).toMatchObject({ user: 'alice', model: 'accidents', model_version: '1', format: 'csv' });

  await project.promote(modelText(9)); // the version was fixed when the job was accepted
  expect(await ended(daemon, auth, job.id)).toMatchObject({
    state: 'finished',
    rows: 4,
    errors: 2,
    model_version: '1',
  });
  const result = await daemon.request(`/api/v1/predict/jobs/${job.id}/result`, { headers: auth });
  expect(result.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  const lines = (await result.text()).trimEnd().split('\n');
  expect(lines[0]).toBe(`customer,${HEADER},prediction,probability,error`);
  const alone = await bodyOf(
    await daemon.request('/predict?model_version=1', {
      method: 'POST',
      headers: { ...auth, 'Content-Type': 'application/json' },
      body: JSON.stringify({ features: FEATURES }),
    }),
  );
  expect(lines[1]).toBe(`7,${ROW},${alone.prediction},${alone.probability},`);
  expect(lines[3]).toMatch(/^"9, ""x""",.*,,,place: Input should be a valid number$/);
  expect(lines[4]).toMatch(/,,,"?has 28 cells, the header 29"?$/);

  const kept = await bodyOf(await daemon.request(`/api/v1/predictions/${job.id}`, { headers: auth }));
  expect(kept).toMatchObject({ prediction: null, input: { job: job.id, rows: 4, errors: 2 }, model_version: '1' });
  expect(kept).not.toHaveProperty('probability');

  const admin = bearer(await daemon.token('admin', 'admin123'));
  expect((await bodyOf(await daemon.request('/api/v1/predict/jobs', { headers: admin }))).items).toHaveLength(1);
  const removed = await daemon.request(`/api/v1/predict/jobs/${job.id}`, { method: 'DELETE', headers: auth });
  expect(removed.status).toBe(204);
  expect(readdirSync(join(project.root, '.pipe/serve-demo/jobs'))).toEqual([]);
  expect((await daemon.request(`/api/v1/predict/jobs/${job.id}`, { headers: auth })).status).toBe(404);
  await daemon.stop();
});

test('lines of JSON are answered a line each; another’s job is nobody’s business; what is wrong is told', async () => {
  const { daemon, auth } = await served();
  const record = Object.fromEntries(INPUTS.map(({ name }, i) => [name, FEATURES[i]]));
  const lines = [
    JSON.stringify(FEATURES),
    JSON.stringify({ features: FEATURES }),
    JSON.stringify({ record }),
    JSON.stringify(record),
    '{"x":1}',
    '{',
  ];
  const { id } = await bodyOf(await submit(daemon, { ...auth, ...NDJSON }, lines.join('\n')));
  expect(await ended(daemon, auth, id)).toMatchObject({ state: 'finished', rows: 6, errors: 2 });
  const text = await (await daemon.request(`/api/v1/predict/jobs/${id}/result`, { headers: auth })).text();
  const answers = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(answers.slice(0, 4).map(({ prediction }) => prediction)).toEqual([1, 1, 1, 1]);
  expect(answers[5]).toEqual({ row: 6, error: 'JSON decode error' });

  const admin = bearer(await daemon.token('admin', 'admin123'));
  const own = await bodyOf(await submit(daemon, { ...admin, ...NDJSON }, lines[0] ?? ''));
  expect((await daemon.request(`/api/v1/predict/jobs/${own.id}`, { headers: auth })).status).toBe(404);
  const bad = await bodyOf(await submit(daemon, { ...auth, ...CSV }, 'a,b\n1,2\n'));
  expect(await ended(daemon, auth, bad.id)).toMatchObject({
    state: 'failed',
    problem: 'the file has no column place, catu, sexe, secu1, year_acc and 23 more',
  });
  expect((await daemon.request(`/api/v1/predict/jobs/${bad.id}/result`, { headers: auth })).status).toBe(409);
  const binary = await bodyOf(await submit(daemon, { ...auth, ...CSV }, Buffer.from([0xff, 0xfe]).toString('latin1')));
  expect(await ended(daemon, auth, binary.id)).toMatchObject({ state: 'failed' });

  const send = (headers: Record<string, string>, query = '') =>
    daemon.request(`/api/v1/predict/jobs${query}`, { method: 'POST', headers, body: 'x' });
  expect((await send({ ...auth, 'Content-Type': 'application/json' })).status).toBe(415);
  expect((await send({ ...auth, ...CSV, 'Content-Encoding': 'gzip' })).status).toBe(415);
  expect((await send({ ...auth, ...CSV }, '?model=nope')).status).toBe(404);
  expect((await send({ ...auth, ...CSV }, '?model_version=9')).status).toBe(404);
  expect((await send(CSV)).status).toBe(401);
  await daemon.stop();
});

test('two jobs a user; after a kill -9 in the middle the next daemon goes on after the rows that are answered', async () => {
  const { project, daemon, auth } = await served();
  const rows = 120_000;
  const many = `customer,${HEADER}\n${Array.from({ length: rows }, (_, i) => `${i},${ROW}\n`).join('')}`;
  const first = await bodyOf(await submit(daemon, { ...auth, ...CSV }, many));
  const second = await bodyOf(await submit(daemon, { ...auth, ...CSV }, `${HEADER}\n${ROW}\n`));
  const third = await submit(daemon, { ...auth, ...CSV }, `${HEADER}\n${ROW}\n`);
  expect(third.status).toBe(429);
  expect(third.headers.get('retry-after')).toBe('10');
  const file = (name: string) => join(project.root, '.pipe/serve-demo/jobs', first.id, name);
  await vi.waitUntil(() => existsSync(file('result.mark')), { timeout: 30_000, interval: 2 });
  await daemon.stop('SIGKILL');
  expect(existsSync(file('result'))).toBe(false);
  // Told apart from answers that are made again: an answer that no model gave, and half a line behind the mark.
  const part = readFileSync(file('result.part'), 'utf8');
  writeFileSync(file('result.part'), part.replace(/\n0,10,/, '\n0,77,').concat('half a li'));

  const again = await project.serve();
  expect(await ended(again, auth, first.id)).toMatchObject({ state: 'finished', rows, errors: 0 });
  expect(await ended(again, auth, second.id)).toMatchObject({ state: 'finished', rows: 1 });
  const text = await (await again.request(`/api/v1/predict/jobs/${first.id}/result`, { headers: auth })).text();
  const [header, ...lines] = text.trimEnd().split('\n');
  expect(header).toBe(`customer,${HEADER},prediction,probability,error`);
  expect(lines[0]).toMatch(/^0,77,/);
  expect(lines.map((line) => Number(line.slice(0, line.indexOf(','))))).toEqual(
    Array.from({ length: rows }, (_, i) => i),
  );
  expect(readdirSync(join(project.root, '.pipe/serve-demo/jobs', first.id)).sort()).toEqual([
    'input',
    'job.json',
    'result',
  ]);
  await again.stop();
});

test('a job that was kept in the history before the daemon could note it is kept once, and stops nobody', async () => {
  const { project, daemon, auth } = await served();
  const { id } = await bodyOf(await submit(daemon, { ...auth, ...CSV }, `${HEADER}\n${ROW}\n`));
  await ended(daemon, auth, id);
  await daemon.stop();
  const file = join(project.root, '.pipe/serve-demo/jobs', id, 'job.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), state: 'running', recorded: false }));

  const again = await project.serve();
  const token = await again.token('alice', 'secret123');
  expect(await ended(again, auth, id)).toMatchObject({ state: 'finished', rows: 1 });
  expect((await again.predict(token)).status).toBe(200);
  const { items } = await bodyOf(await again.request('/api/v1/predictions/history', { headers: auth }));
  expect(items).toHaveLength(2);
  expect((await bodyOf(await again.request('/api/v1/model/stats', { headers: auth }))).total_predictions).toBe(2);
  await again.stop();
});

test('records of a CSV are the same however the text is cut', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', 'é', ' '), maxLength: 5 });
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 2, maxLength: 3 }), { maxLength: 4 }),
      fc.nat(40),
      (table, cut) => {
        const text = table.map((row) => row.map(quote).join(',')).join('\r\n');
        const records = createCsvRecords();
        const read = [...records.push(text.slice(0, cut)), ...records.push(text.slice(cut))];
        const last = records.end();
        expect([...read, ...(last === undefined ? [] : [last])].map(({ cells }) => cells)).toEqual(table);
      },
    ),
  );
});
