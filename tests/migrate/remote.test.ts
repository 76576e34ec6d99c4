/** Data that only a server has: fetched by MD5, checked, digested anew. Against real servers on this machine. */
import { createHash } from 'node:crypto';
import { readFileSync, renameSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkout } from '../../src/engine/checkout.ts';
import { migrate } from '../../src/engine/migrate/migrate.ts';
import { readBytesIfThere } from '../../src/store/read-if-there.ts';
import { goldenRepo, migrated, states } from './golden-repo.ts';

const TIMEOUT = 60_000;
const OUT = 'files/md5/ab/fc455553b1944a48f5e4dbe7f0d898';

type Answer = (request: IncomingMessage, response: ServerResponse, body: Uint8Array | undefined) => boolean;

/** The golden repository with its remote behind a server; `answer` may answer instead. */
async function served(answer: Answer = () => false) {
  const rig = goldenRepo('remote');
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/^\/store\//, '');
    asked.push(path);
    const body = readBytesIfThere(join(rig.root, 'away', path));
    if (answer(request, response, body)) return;
    response.writeHead(body === undefined ? 404 : 200, { 'content-length': body?.length ?? 0 });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  rig.git('init', '-q', '.');
  renameSync(join(rig.root, 'store'), join(rig.root, 'away'));
  rig.write('.dvc/config', `[core]\n    remote = web\n['remote "web"']\n    url = http://127.0.0.1:${port}/store\n`);
  return { rig, asked };
}

test(
  'what is nowhere else is fetched by its MD5, and everything is fresh after a checkout',
  async () => {
    const { rig } = await served();
    const report = await migrated(rig);
    expect(report.fetched.files).toBe(5);
    expect(report.stages[0]?.hasLock).toBe(true);
    expect(report.remotes).toEqual([{ name: 'web', url: expect.stringContaining('http://'), isDefault: true }]);
    await checkout({ cwd: rig.root, env: {} });
    expect(await states(rig)).toEqual({ cat: 'fresh' });
    expect(rig.exists('.pipe/migrate')).toBe(false);
  },
  TIMEOUT,
);

test(
  'a WebDAV server is read as the web server that it is',
  async () => {
    const { rig } = await served();
    rig.write('.dvc/config', readFileSync(join(rig.root, '.dvc/config'), 'utf8').replace('http://', 'webdav://'));
    const report = await migrated(rig);
    expect(report.fetched.files).toBe(5);
    expect(report.stages[0]?.hasLock).toBe(true);
  },
  TIMEOUT,
);

test(
  'a lying server is not believed: other bytes, an error page with 200, a short answer',
  async () => {
    const lies: Answer = (request, response, body) => {
      if (request.url?.endsWith(OUT) !== true || body === undefined) return false;
      response.writeHead(200);
      response.end('<html>sign in</html>');
      return true;
    };
    const { rig } = await served(lies);
    const report = await migrated(rig);
    expect(report.stages[0]).toMatchObject({ hasLock: false });
    expect(report.stages[0]?.reasons.join()).toContain('out.txt');
    expect(report.notes.map(({ message }) => message).join()).toContain('other content than its name says');
    expect(report.sources.every(({ hasLock }) => hasLock)).toBe(true);
  },
  TIMEOUT,
);

test(
  '--no-pull asks nobody; --check neither',
  async () => {
    const { rig, asked } = await served();
    await migrated(rig, { check: true });
    expect((await migrated(rig, { pull: false })).stages[0]?.hasLock).toBe(false);
    expect(asked).toEqual([]);
  },
  TIMEOUT,
);

test(
  'stopped between two files: nothing is written, and the next try does not ask for the first again',
  async () => {
    const { rig, asked } = await served();
    const stop = new AbortController();
    const first = await migrate({
      cwd: rig.root,
      env: { HOME: rig.root },
      signal: stop.signal,
      onProgress: ({ kind }) => kind === 'fetched' && stop.abort('SIGTERM'),
    });
    expect(!first.ok && first.error).toEqual({ code: 'interrupted', signal: 'SIGTERM' });
    expect(rig.exists('pipeline.yaml')).toBe(false);
    const before = asked.splice(0).filter((path) => rig.exists(`.pipe/migrate/${path}`));
    expect(before.length).toBeGreaterThan(0);
    const report = await migrated(rig);
    expect(report.stages[0]?.hasLock).toBe(true);
    expect(asked.filter((path) => before.includes(path))).toEqual([]);
  },
  TIMEOUT,
);

test(
  'a server that is not there, or wants a user, is named with its reason, and nothing is lost',
  async () => {
    const { rig } = await served((_, response) => {
      response.writeHead(401);
      response.end();
      return true;
    });
    const report = await migrated(rig);
    expect(report.remotes[0]?.unreachable).toContain('401');
    expect(report.stages[0]?.hasLock).toBe(false);
    expect(readFileSync(join(rig.root, 'pipeline.yaml'), 'utf8')).toContain('sources:');
  },
  TIMEOUT,
);

test(
  'a remote that has versions keeps files under their own paths: those that are as they were recorded come from there',
  async () => {
    const { rig, asked } = await served();
    rig.write('.dvc/config', `${readFileSync(join(rig.root, '.dvc/config'), 'utf8')}    version_aware = true\n`);
    const md5 = (text: string) => createHash('md5').update(text).digest('hex');
    const names = { 'now.txt': 'now', 'old.txt': 'was' };
    const files = Object.entries(names).map(([path, was]) => ({ path, md5: md5(was), size: 3 }));
    for (const { path } of files) rig.write(`away/${path}`, 'now');
    for (const file of files) rig.write(`${file.path}.dvc`, JSON.stringify({ outs: [{ ...file, hash: 'md5' }] }));
    const listed = [{ relpath: 'a/b.txt', md5: md5('deep'), cloud: { web: { version_id: 'v' } } }];
    rig.write('kept.dvc', JSON.stringify({ outs: [{ path: 'kept', hash: 'md5', files: listed }] }));
    rig.write('away/kept/a/b.txt', 'deep');
    const report = await migrated(rig);
    const here = Object.fromEntries(report.sources.map(({ path, hasLock }) => [path, hasLock]));
    expect(here).toMatchObject({ 'now.txt': true, 'old.txt': false, kept: true });
    expect(asked).toContain('kept/a/b.txt');
    expect(report.notes.map(({ message }) => message).join()).toContain('under their own names');
  },
  TIMEOUT,
);
