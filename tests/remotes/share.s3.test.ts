/** Two clones and a real S3 server, through the real command, which is killed and stopped on the way. */
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startPipe } from '../support/pipe-command.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { makeBucket, SERVER, startFaultProxy, VARIABLES } from './real-s3.ts';
import { makeHistory, startPair } from './two-clones.ts';

const ENV = { ...VARIABLES, AWS_ENDPOINT_URL_S3: SERVER };
const MIB = 1024 * 1024;

test('add, commit, push here; pull, checkout, repro there runs nothing; every earlier commit comes back byte for byte', async () => {
  const pair = startPair(tempFolder(), ENV);
  const states = await makeHistory(pair, `s3://${await makeBucket()}/some/prefix`);
  const there = pair.clone('there');
  await there.done('pull');
  expect(there.state()).toEqual(pair.here.state());
  const summary = JSON.parse((await there.done('repro', '--json')).trim().split('\n').at(-1) ?? '').summary;
  expect(summary).toMatchObject({ ran: [], restored: [], failed: [] });
  for (const [commit, state] of states) {
    there.git('checkout', '--quiet', commit);
    await there.done('pull');
    expect(there.state()).toEqual(state);
    expect((await there.pipe('status', '-q')).code).toBe(0);
  }
  expect((await there.pipe('doctor', '--remote', 'default')).code).toBe(0);
}, 240_000);

/** A project whose only source is large and many. */
async function largeProject() {
  const proxy = await startFaultProxy();
  const folder = tempFolder();
  const pair = startPair(folder, { ...ENV, AWS_ENDPOINT_URL_S3: proxy.url });
  const { here } = pair;
  here.write('pipeline.yaml', `stages: {}\nremotes: {default: s3://${await makeBucket()}/p}\n`);
  for (let index = 0; index < 300; index += 1) here.write(`many/${index}`, randomBytes(500));
  here.write('large.bin', randomBytes(70 * MIB));
  await here.done('add', 'many', 'large.bin');
  here.git('add', '-A');
  here.git('commit', '--quiet', '-m', 'data');
  here.git('push', '--quiet', 'origin', 'HEAD:main');
  return { ...pair, proxy };
}

const temporaries = (root: string) =>
  readdirSync(join(root, '.pipe/cache/objects'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.includes('.tmp'),
  );

test.each(['SIGKILL', 'SIGINT'] as const)(
  '%s in the middle of push and of pull: the next one ends right, and goes on where it was',
  async (signal) => {
    const { here, proxy, clone } = await largeProject();
    const there = clone('there');
    for (const { root, verb, at } of [
      { root: here.root, verb: 'push', at: [/PUT.*many|PUT.*objects/, /partNumber=3/] },
      { root: there.root, verb: 'pull', at: [/GET.*objects/, /GET.*objects/] },
    ]) {
      for (const matches of at) {
        let seen = 0;
        const wait = verb === 'pull' && matches === at[1] ? 305 : 1;
        const before = proxy.requests.length;
        const { child, ended } = startPipe(root, [verb], { ...ENV, AWS_ENDPOINT_URL_S3: proxy.url });
        await vi.waitUntil(
          () => {
            seen = proxy.requests.slice(before).filter((request) => matches.test(request)).length;
            return seen >= wait || child.exitCode !== null;
          },
          { timeout: 60_000, interval: 5 },
        );
        child.kill(signal);
        const { code } = await ended;
        if (child.signalCode === null) expect([0, 130]).toContain(code);
      }
      const { code, stderr } = await startPipe(root, [verb], { ...ENV, AWS_ENDPOINT_URL_S3: proxy.url }).ended;
      expect(stderr).toBe('');
      expect(code).toBe(0);
    }
    expect(there.state()).toEqual(here.state());
    if (signal === 'SIGINT') expect(temporaries(there.root)).toEqual([]);
  },
  240_000,
);

test('a secret key that is wrong, a bucket that is not there, a server that is gone: said, and exit code 3', async () => {
  const { here, clone } = await largeProject();
  const bucket = await makeBucket();
  const push = (env: Readonly<Record<string, string>>, remote: string) =>
    startPipe(here.root, ['push', '-r', remote], { ...ENV, ...env }).ended;
  const wrong = await push({ AWS_SECRET_ACCESS_KEY: 'wrong' }, `s3://${bucket}`);
  expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringMatching(/answers 403/)]);
  const absent = await push({}, 's3://no-such-bucket-here');
  expect([absent.code, absent.stderr]).toEqual([3, expect.stringMatching(/NoSuchBucket/)]);
  const gone = await push({ AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' }, `s3://${bucket}`);
  expect([gone.code, gone.stderr]).toEqual([3, expect.stringMatching(/nobody listens there/)]);
  const empty = await startPipe(clone('empty').root, ['pull', '-r', `s3://${bucket}`], ENV).ended;
  expect([empty.code, empty.stderr]).toEqual([1, expect.stringMatching(/missing large.bin/)]);
}, 240_000);
