/** Deps that are no files as they stand: texts without line ends, output of commands, what servers say. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { digestOf } from '../../src/lib/digest.ts';
import { createRig, type Rig } from '../support/workspace.ts';

const pipelineOf = (deps: string) =>
  `stages:\n  s:\n    cmd: echo run >> count; echo > out\n    deps: ${deps}\n    outs: [out]\n`;
const runs = (rig: Rig): number => (rig.exists('count') ? rig.read('count').length / 4 : 0);

test('with eol: lf a checkout that changed line ends, or lost the mode, changed nothing', async () => {
  const rig = createRig({ 'pipeline.yaml': pipelineOf('[{path: a.txt, eol: lf}]'), 'a.txt': 'one\ntwo\n' });
  await rig.repro();
  rig.write('a.txt', 'one\r\ntwo\r\n');
  expect((await rig.repro()).summary.fresh).toEqual(['s']);
  rig.write('a.txt', 'one\r\n\rtwo\r\n');
  expect((await rig.repro()).summary.ran).toEqual(['s']);
  rig.write('a.txt', 'one\n\rtwo\n');
  expect((await rig.repro()).summary.fresh).toEqual(['s']);
});

test('without it, line ends count', async () => {
  const rig = createRig({ 'pipeline.yaml': pipelineOf('[a.txt]'), 'a.txt': 'one\n' });
  await rig.repro();
  rig.write('a.txt', 'one\r\n');
  expect((await rig.repro()).summary.ran).toEqual(['s']);
});

test('a CRLF is one wherever a long text is cut into pieces', async () => {
  const rig = createRig({ 'pipeline.yaml': pipelineOf('[{path: a.txt, eol: lf}]'), 'a.txt': '' });
  for (const length of [65_535, 65_536]) {
    rig.write('a.txt', `${'x'.repeat(length)}\n\r`);
    await rig.repro();
    rig.write('a.txt', `${'x'.repeat(length)}\r\n\r`);
    expect((await rig.repro()).summary.fresh).toEqual(['s']);
  }
});

test('eol: lf of a folder is refused', async () => {
  const rig = createRig({ 'pipeline.yaml': pipelineOf('[{path: d, eol: lf}]'), 'd/a': '' });
  const { of } = await rig.repro();
  expect(of('s')).toMatchObject({ failure: { code: 'path-refused', problem: 'is a folder, not a text' } });
});

test('what a command prints is an input, with old and new', async () => {
  const rig = createRig({ 'pipeline.yaml': pipelineOf('[{run: cat version}]'), version: 'v1\n' });
  await rig.repro();
  expect((await rig.repro()).summary.fresh).toEqual(['s']);
  expect(rig.read('locks/s.json')).toContain(
    `"run://cat version": {"digest":"${digestOf('v1\n')}","shown":"v1","type":"command"}`,
  );
  rig.write('version', 'v2\n');
  const { reasons } = await rig.repro();
  expect(reasons('s')).toMatchObject([{ kind: 'dep-changed', name: 'run://cat version', was: 'v1', now: 'v2' }]);
});

test('a command runs once an invocation, however many stages name it, in the wdir and with the declared variables', async () => {
  const stage = (name: string) =>
    `  ${name}: {cmd: "true", wdir: sub, env: [{WHO: me}], deps: [{run: "echo $WHO | tee -a asked"}]}\n`;
  const rig = createRig({ 'pipeline.yaml': `stages:\n${['a', 'b', 'c'].map(stage).join('')}`, 'sub/x': '' });
  const { summary } = await rig.repro({ jobs: 3 });
  expect(summary.ran).toEqual(['a', 'b', 'c']);
  expect(rig.read('sub/asked')).toBe('me\n');
});

test('a command that fails, fails its stage before it runs, with its last words', async () => {
  const rig = createRig({ 'pipeline.yaml': pipelineOf('[{run: "echo first; echo no >&2; exit 3"}]') });
  const { of, summary } = await rig.repro();
  expect(summary.ok).toBe(false);
  expect(of('s')).toMatchObject({
    failure: {
      code: 'dep-command-failed',
      problem: 'exited with 3',
      lastLines: ['no'],
      place: { line: 4, column: 12 },
    },
  });
  expect(runs(rig)).toBe(0);
});

test('a command whose first part fails does not count as one that printed nothing', async () => {
  const rig = createRig({
    'pipeline.yaml': pipelineOf('["x", {run: "false\\necho fine"}]').replace('"false', '"false'),
    x: '',
  });
  expect((await rig.repro()).of('s')).toMatchObject({ failure: { code: 'dep-command-failed' } });
});

test('a command that leaves something in the background is not waited for', async () => {
  const rig = createRig({ 'pipeline.yaml': pipelineOf('[{run: "sleep 600 & echo v1"}]') });
  expect((await rig.repro()).summary.ran).toEqual(['s']);
});

test('a stopped run stops the command it asks', async () => {
  const rig = createRig({ 'pipeline.yaml': pipelineOf('[{run: "echo > asking; sleep 600"}]') });
  const stop = new AbortController();
  const ran = rig.repro({ signal: stop.signal });
  await rig.appears('asking');
  stop.abort('SIGINT');
  expect((await ran).result).toMatchObject({ ok: false, error: { code: 'interrupted' } });
});

interface Server {
  readonly url: string;
  readonly requests: string[];
  answer: (response: ServerResponse, method: string) => void;
}

async function startServer(answer: Server['answer']): Promise<Server> {
  const state: Server = { url: '', requests: [], answer };
  const server = createServer((request, response) => {
    state.requests.push(request.method ?? '');
    state.answer(response, request.method ?? '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address() as AddressInfo;
  return Object.assign(state, { url: `http://127.0.0.1:${address.port}/x.csv` });
}

const withHeaders =
  (headers: Readonly<Record<string, string>>, body = '') =>
  (response: ServerResponse) =>
    void response.writeHead(200, headers).end(body);

async function createWithUrl(answer: Server['answer'], more = '') {
  const server = await startServer(answer);
  return { server, rig: createRig({ 'pipeline.yaml': pipelineOf(`[{url: "${server.url}"${more}}]`) }) };
}

test('a strong ETag tells one content from another', async () => {
  const { server, rig } = await createWithUrl(withHeaders({ etag: '"1"' }));
  await rig.repro();
  expect((await rig.repro()).summary.fresh).toEqual(['s']);
  server.answer = withHeaders({ etag: '"2"' });
  const { reasons } = await rig.repro();
  expect(reasons('s')).toMatchObject([{ kind: 'dep-changed', name: server.url, was: 'etag "1"', now: 'etag "2"' }]);
  expect(new Set(server.requests)).toEqual(new Set(['HEAD']));
});

test('without an ETag the time of the last change does, with the length', async () => {
  const modified = 'Wed, 21 Oct 2015 07:28:00 GMT';
  const { server, rig } = await createWithUrl(withHeaders({ 'last-modified': modified, 'content-length': '0' }));
  await rig.repro();
  expect((await rig.repro()).summary.fresh).toEqual(['s']);
  server.answer = withHeaders({ 'last-modified': modified.replace('28', '29'), 'content-length': '0' });
  expect((await rig.repro()).summary.ran).toEqual(['s']);
});

test('a server without HEAD is asked with GET', async () => {
  const { rig } = await createWithUrl(
    (response, method) => void response.writeHead(method === 'HEAD' ? 405 : 200, { etag: '"1"' }).end(),
  );
  expect((await rig.repro()).summary.ran).toEqual(['s']);
});

test.each<[string, Server['answer'], object]>([
  [
    'only a weak ETag',
    withHeaders({ etag: 'W/"1"' }),
    { code: 'url-unusable', hint: 'give the content itself: {url: …, sha256: …}' },
  ],
  ['nothing', withHeaders({}), { code: 'url-unusable' }],
  [
    '404',
    (response) => void response.writeHead(404).end(),
    { code: 'url-unusable', problem: 'the server answers 404' },
  ],
  [
    '503',
    (response) => void response.writeHead(503).end(),
    { code: 'url-unreachable', problem: 'the server answers 503' },
  ],
  ['no answer', (response) => void response.destroy(), { code: 'url-unreachable' }],
])('the stage does not run when the server gives %s', async (_, answer, failure) => {
  const { rig } = await createWithUrl(answer);
  expect((await rig.repro()).of('s')).toMatchObject({ kind: 'failed', failure });
  expect(runs(rig)).toBe(0);
});

test('a file that changes on the server while the stage runs fails the stage', async () => {
  const { server, rig } = await createWithUrl(withHeaders({ etag: '"1"' }));
  rig.write(
    'pipeline.yaml',
    rig.read('pipeline.yaml').replace('echo > out', 'echo > out; until [ -e go ]; do sleep 0.01; done'),
  );
  const ran = rig.repro();
  await rig.appears('out');
  server.answer = withHeaders({ etag: '"2"' });
  rig.write('go', '');
  expect((await ran).of('s')).toMatchObject({ failure: { code: 'dep-changed-during-run', paths: [server.url] } });
});

test('with sha256 the content is fetched once for each thing the server says, and is the input', async () => {
  const { server, rig } = await createWithUrl(withHeaders({ etag: '"1"' }, 'data'), `, sha256: ${digestOf('data')}`);
  await rig.repro();
  server.answer = withHeaders({ etag: '"2"' }, 'data');
  expect((await rig.repro()).summary.fresh).toEqual(['s']);
  expect(server.requests.filter((method) => method === 'GET')).toHaveLength(2);
  await rig.repro();
  expect(server.requests.filter((method) => method === 'GET')).toHaveLength(2);
});

test('content that sha256 does not name is an error that says what it is', async () => {
  const { rig } = await createWithUrl(withHeaders({ etag: '"1"' }, 'other'), `, sha256: ${digestOf('data')}`);
  expect((await rig.repro()).of('s')).toMatchObject({
    failure: { code: 'url-unusable', problem: `it holds other content: its SHA-256 is ${digestOf('other')}` },
  });
});
