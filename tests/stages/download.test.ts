import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { download } from '../../stages/lib/download.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { answerWith, cutAfter, serveFiles, stallAfter } from './file-server.ts';

/** Ten thousand bytes no two parts of which are alike. */
const TEXT = Array.from({ length: 2000 }, (_, i) => String(i).padStart(5, '0')).join('');
const OTHER = TEXT.replaceAll('0', 'x');

async function rig(files: Readonly<Record<string, string>> = { 'a.csv': TEXT }) {
  const server = await serveFiles(files);
  const path = join(tempFolder(), 'a.part');
  const said: string[] = [];
  const limits = { attempts: 3, backoffMs: 1, stallMs: 300, maxBytes: 1_000_000 };
  return {
    ...server,
    path,
    said,
    got: () => readFileSync(path, 'utf8'),
    /** Breaks the connection when the first 4,000 bytes have arrived. */
    cut: (content: string, etag?: string) =>
      cutAfter(content, 4000, {
        ...(etag === undefined ? {} : { etag }),
        hasArrived: () => statSync(path).size === 4000,
      }),
    run: (more: Partial<typeof limits> = {}) =>
      download({
        url: `${server.url}a.csv`,
        path,
        limits: { ...limits, ...more },
        progress: (text) => void said.push(text),
      }),
  };
}

test('a file arrives whole, with progress', async () => {
  const { run, got, said } = await rig();
  expect(await run()).toEqual({ kind: 'whole' });
  expect(got()).toBe(TEXT);
  expect(said.at(-1)).toBe('100 % of 10000 bytes');
});

test('after a cut connection only the rest is asked for', async () => {
  const { run, got, misbehave, requests, cut } = await rig();
  misbehave(cut(TEXT));
  expect(await run()).toEqual({ kind: 'whole' });
  expect(got()).toBe(TEXT);
  expect(requests).toEqual(['GET /a.csv', 'GET /a.csv bytes=4000-']);
});

test('a server that falls silent is left, and asked for the rest', async () => {
  const { run, got, misbehave, requests, said } = await rig();
  misbehave(stallAfter(TEXT, 4000));
  expect(await run()).toEqual({ kind: 'whole' });
  expect(got()).toBe(TEXT);
  expect(requests).toEqual(['GET /a.csv', 'GET /a.csv bytes=4000-']);
  expect(said).toContain('the server was silent for 0.3 s; attempt 2 of 3');
});

test('a server that never answers is given up', async () => {
  const { run, misbehave } = await rig();
  const never = () => undefined;
  misbehave(never, never, never);
  expect(await run()).toEqual({ kind: 'failed', message: 'the server was silent for 0.3 s (3 attempts)' });
});

test('a later run goes on where an earlier one was cut off', async () => {
  const { run, got, misbehave, requests, cut } = await rig();
  misbehave(cut(TEXT));
  expect(await run({ attempts: 1 })).toMatchObject({ kind: 'failed' });
  expect(await run({ attempts: 1 })).toEqual({ kind: 'whole' });
  expect(got()).toBe(TEXT);
  expect(requests).toEqual(['GET /a.csv', 'GET /a.csv bytes=4000-']);
});

test('the beginning of one version is never joined to the end of another', async () => {
  const { run, got, misbehave, requests, cut } = await rig();
  misbehave(cut(OTHER, '"v0"'));
  expect(await run()).toEqual({ kind: 'whole' });
  expect(got()).toBe(TEXT);
  expect(requests).toEqual(['GET /a.csv', 'GET /a.csv bytes=4000-']);
});

test('a server that sends a part of another version all the same is not believed', async () => {
  const { run, got, misbehave, cut } = await rig();
  const part = { 'content-range': 'bytes 4000-9999/10000', etag: '"v1"' };
  misbehave(cut(OTHER, '"v0"'), answerWith(206, part, TEXT.slice(4000)));
  expect(await run()).toEqual({ kind: 'whole' });
  expect(got()).toBe(TEXT);
});

test('a server that sends another part than was asked for is not believed', async () => {
  const { run, got, misbehave, cut } = await rig();
  const part = { 'content-range': 'bytes 5000-9999/10000', etag: '"v1"' };
  misbehave(cut(TEXT), answerWith(206, part, TEXT.slice(5000)));
  expect(await run()).toEqual({ kind: 'whole' });
  expect(got()).toBe(TEXT);
});

test('bytes without a mark of their version are fetched anew', async () => {
  const { run, got, misbehave, requests, cut } = await rig();
  misbehave(cut(OTHER, 'W/"weak"'));
  expect(await run()).toEqual({ kind: 'whole' });
  expect(got()).toBe(TEXT);
  expect(requests).toEqual(['GET /a.csv', 'GET /a.csv']);
});

test('bytes of unknown origin are not gone on with, not even when the server does', async () => {
  const { run, got, path, misbehave } = await rig();
  writeFileSync(path, OTHER.slice(0, 4000));
  misbehave(answerWith(206, { 'content-range': 'bytes 4000-9999/10000' }, TEXT.slice(4000)));
  expect(await run()).toEqual({ kind: 'whole' });
  expect(got()).toBe(TEXT);
});

test('bytes of another address are not gone on with', async () => {
  const { run, got, path } = await rig();
  writeFileSync(path, OTHER.slice(0, 4000));
  writeFileSync(`${path}.origin.json`, JSON.stringify({ url: 'http://elsewhere/a.csv', validator: '"v1"' }));
  expect(await run()).toEqual({ kind: 'whole' });
  expect(got()).toBe(TEXT);
});

test('a whole file is not fetched twice', async () => {
  const { run, got, requests } = await rig();
  await run();
  expect(await run()).toEqual({ kind: 'whole' });
  expect(got()).toBe(TEXT);
  expect(requests).toEqual(['GET /a.csv', 'GET /a.csv bytes=10000-']);
});

test('a file that has become shorter is fetched anew', async () => {
  const { run, got, path, url } = await rig();
  writeFileSync(path, TEXT + TEXT);
  writeFileSync(`${path}.origin.json`, JSON.stringify({ url: `${url}a.csv`, validator: '"v1"' }));
  expect(await run()).toEqual({ kind: 'whole' });
  expect(got()).toBe(TEXT);
});

test('a server that announces more than it sends is given up, and what came is no whole file', async () => {
  const { run, misbehave } = await rig();
  const liar = cutAfter(`${TEXT}more`, TEXT.length);
  misbehave(liar, answerWith(416, { 'content-range': `bytes */${TEXT.length + 4}` }), liar);
  expect(await run()).toMatchObject({ kind: 'failed', message: expect.stringMatching(/\(3 attempts\)$/) });
});

test('a part that ends before the file does is no whole file: the rest is asked for', async () => {
  const { run, got, misbehave, requests, cut } = await rig();
  const part = { 'content-range': 'bytes 4000-6999/10000', etag: '"v1"' };
  misbehave(cut(TEXT), answerWith(206, part, TEXT.slice(4000, 7000)));
  expect(await run()).toEqual({ kind: 'whole' });
  expect(got()).toBe(TEXT);
  expect(requests.at(-1)).toBe('GET /a.csv bytes=7000-');
});

test('a busy server is asked again', async () => {
  const { run, misbehave, said } = await rig();
  misbehave(answerWith(503), answerWith(429));
  expect(await run()).toEqual({ kind: 'whole' });
  expect(said.slice(0, 2)).toEqual([
    'the server answered 503; attempt 2 of 3',
    'the server answered 429; attempt 3 of 3',
  ]);
});

test.each([404, 410, 403])('status %d: the file is not there, and is asked for once', async (status) => {
  const { run, misbehave, requests } = await rig();
  misbehave(answerWith(status));
  expect(await run()).toEqual({ kind: 'absent', status });
  expect(requests).toHaveLength(1);
});

test.each([
  ['a web page', answerWith(200, { 'content-type': 'text/html; charset=utf-8' }, '<html>'), /web page/],
  ['a refusal', answerWith(401), /answered 401/],
])('%s is a failure at once', async (_what, answer, message) => {
  const { run, misbehave, requests } = await rig();
  misbehave(answer);
  expect(await run()).toMatchObject({ kind: 'failed', message: expect.stringMatching(message) });
  expect(requests).toHaveLength(1);
});

test('a server that sends without end is cut off', async () => {
  const { run, path } = await rig();
  expect(await run({ maxBytes: 5000 })).toMatchObject({ kind: 'failed', message: /more than 5000 bytes/ });
  expect(readFileSync(path, 'utf8')).toBe('');
});

test('nobody listening is a failure after the last attempt', async () => {
  const path = join(tempFolder(), 'a.part');
  const limits = { attempts: 2, backoffMs: 1, stallMs: 300, maxBytes: 1000 };
  const end = await download({ url: 'http://127.0.0.1:9/a.csv', path, limits, progress: () => undefined });
  expect(end).toMatchObject({ kind: 'failed', message: expect.stringMatching(/\(2 attempts\)$/) });
  expect(existsSync(path)).toBe(true);
});
