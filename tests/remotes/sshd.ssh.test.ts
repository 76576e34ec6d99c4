/** Two clones and a real sshd, through the system's ssh, with a key, as a user sets it up. */
import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { makeHistory, startPair } from './two-clones.ts';

const { SSH_TEST_URL = '', SSH_TEST_BIN = '', PATH = '' } = process.env;
const ENV = { PATH: `${SSH_TEST_BIN}:${PATH}` };

test('push here, pull there, every earlier commit byte for byte; doctor and gc --remote too', async () => {
  expect(SSH_TEST_URL).toMatch(/^ssh:/);
  const pair = startPair(tempFolder(), ENV);
  const states = await makeHistory(pair, `${SSH_TEST_URL}/project`);
  const there = pair.clone('there');
  await there.done('doctor', '--remote', 'default');
  await there.done('pull', '--all-commits');
  expect(there.state()).toEqual(pair.here.state());
  const summary = JSON.parse((await there.done('repro', '--json')).trim().split('\n').at(-1) ?? '').summary;
  expect(summary).toMatchObject({ ran: [], restored: [], failed: [] });
  for (const [commit, state] of states) {
    there.git('checkout', '--quiet', commit);
    await there.done('checkout');
    expect(there.state()).toEqual(state);
  }
  const gone = JSON.parse(await there.done('gc', '--all-commits', '--remote', '--yes', '--json')).remote;
  expect(gone.objects).toMatchObject({ removed: { files: 0 } });
  expect(gone.objects.kept.files).toBeGreaterThan(100);
});

test('an account that is not there, and a host that does not answer: said, and exit code 3', async () => {
  const { here } = startPair(tempFolder(), ENV);
  here.write('pipeline.yaml', 'stages: {}\n');
  here.write('data.txt', 'x');
  await here.done('add', 'data.txt');
  const refused = await here.pipe('push', '-r', SSH_TEST_URL.replace(/\/\/[^@]+@/, '//stranger@'));
  expect(refused).toMatchObject({ code: 3, stderr: expect.stringMatching(/Permission denied/) });
  const away = await here.pipe('push', '-r', SSH_TEST_URL.replace(/:\d+\//, ':1/'));
  expect(away).toMatchObject({ code: 3, stderr: expect.stringMatching(/Connection refused/) });
});
