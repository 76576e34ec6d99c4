import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openReader } from '../../src/store/database/open.ts';
import { createProject, modelText, WAIT, type Project, type Served } from './support/project.ts';
import { bodyOf, FEATURES } from './support/rig.ts';

const run = promisify(execFile);

async function served(): Promise<{ project: Project; daemon: Served }> {
  const project = await createProject();
  await project.promote(modelText(1));
  return { project, daemon: await project.serve() };
}

describe('pipe serve --demo', () => {
  test('answers the printed curl lines: sign in, predict, retrain; but none that came through a proxy', async () => {
    const { daemon } = await served();
    const curl = async (...args: readonly string[]) => JSON.parse((await run('curl', ['-s', ...args])).stdout);
    const login = await curl(
      '-X',
      'POST',
      `${daemon.url}/auth/token`,
      '-d',
      'username=admin&password=admin123',
      '-H',
      'Content-Type: application/x-www-form-urlencoded',
    );
    expect(login.token_type).toBe('bearer');
    const auth = ['-H', `Authorization: Bearer ${login.access_token}`];
    const body = `{"features": [10, 3, 1, 0.0, 2021, 60, 2, 1, 1, 3, 2, 1, 1, 50, 7, 12, 5, 77, 
            77317, 2, 1, 0, 6, 48.60, 2.89, 17, 2, 1]}`;
    const json = ['-H', 'Content-Type: application/json'];
    const prediction = await curl('-X', 'POST', `${daemon.url}/predict`, ...auth, ...json, '-d', body);
    expect(prediction).toMatchObject({ prediction: 1, model: 'accidents', model_version: '1' });
    const retrain = await curl('-X', 'POST', `${daemon.url}/retrain`, ...auth);
    expect(retrain).toMatchObject({ status: 'accepted', message: 'Retraining process started in background' });
    expect((await daemon.request('/', { headers: { 'X-Forwarded-For': '203.0.113.7' } })).status).toBe(400);
    expect(await bodyOf(await daemon.request('/health'))).toMatchObject({ status: 'healthy', mode: 'demo' });
    expect(await daemon.stop()).toBe(0);
  });
});

describe('what is no HTTP', () => {
  const answerTo = async (port: number, text: string): Promise<string> => {
    const socket = connect(port, '127.0.0.1');
    socket.end(text);
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    return answer;
  };

  test('is answered in the shape of every error', async () => {
    const { daemon } = await served();
    const cases = [
      ['GARBAGE\r\n\r\n', 400],
      ['GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\nConnection: close\r\n\r\n', 400],
      ['GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
      ['POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello', 400],
      [
        'POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        400,
      ],
      [`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`, 431],
      ['TRACE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 405],
    ] as const;
    for (const [text, status] of cases) {
      const answer = await answerTo(daemon.port, text);
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(answer).toMatch(/content-type: application\/json\r\n/i);
      expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ detail: expect.any(String) });
    }
    expect((await daemon.request('/health/live')).status).toBe(200);
  });
});

describe('the production model', () => {
  test('is swapped without a failed request when somebody promotes another', async () => {
    const { project, daemon } = await served();
    const token = await daemon.token('alice', 'secret123');
    const first = await bodyOf(await daemon.predict(token));
    const answers: { status: number; version: string; probability: number }[] = [];
    let isOver = false;
    const client = async (): Promise<void> => {
      while (!isOver) {
        const response = await daemon.predict(token);
        const { model_version: version, probability } = await bodyOf(response);
        answers.push({ status: response.status, version, probability });
      }
    };
    const clients = Array.from({ length: 8 }, client);
    await vi.waitUntil(() => answers.length > 100, WAIT);
    expect(await project.promote(modelText(2))).toBe('2');
    await vi.waitUntil(() => answers.at(-1)?.version === '2', WAIT);
    isOver = true;
    await Promise.all(clients);

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const second = answers.at(-1);
    expect(second?.probability).not.toBe(first.probability);
    for (const { version, probability } of answers)
      expect(probability).toBe(version === '1' ? first.probability : second?.probability);
  });

  test('that is broken is refused: the old one goes on, health and log say so, a repair is noticed', async () => {
    const { project, daemon } = await served();
    const token = await daemon.token('alice', 'secret123');
    await project.promote('{"format":"reprod-model/1"}');
    await vi.waitUntil(async () => (await bodyOf(await daemon.request('/health'))).status === 'degraded', WAIT);
    expect(await bodyOf(await daemon.request('/health'))).toMatchObject({
      model_version: '1',
      reason: 'model_refused',
    });
    expect((await daemon.request('/health/ready')).status).toBe(200);
    expect((await daemon.predict(token)).status).toBe(200);
    expect(daemon.log.join()).toContain('version 2 cannot be served');
    await project.promote(modelText(3));
    await daemon.answersWith(token, '3');
    expect(await bodyOf(await daemon.request('/health'))).toMatchObject({ status: 'healthy' });
  });

  test('whose bytes were changed is refused', async () => {
    const { project, daemon } = await served();
    await daemon.stop();
    const folder = readdirSync(join(project.root, 'artifacts/models/accidents')).find((name) => name.startsWith('1-'));
    writeFileSync(join(project.root, `artifacts/models/accidents/${folder}/model.json`), modelText(9));
    const again = await project.serve();
    const token = await again.token('alice', 'secret123');
    expect((await again.predict(token)).status).toBe(503);
    expect(again.log.join()).toContain('cannot be served');
  });

  test('may be missing: the daemon starts, is not ready, and begins to answer when there is one', async () => {
    const project = await createProject();
    const daemon = await project.serve();
    const token = await daemon.token('alice', 'secret123');
    expect((await daemon.predict(token)).status).toBe(503);
    expect((await daemon.request('/health/ready')).status).toBe(503);
    expect(await bodyOf(await daemon.request('/health'))).toMatchObject({ status: 'degraded', reason: 'no_model' });
    await project.promote(modelText(1));
    await daemon.answersWith(token, '1');
    expect((await daemon.request('/health/ready')).status).toBe(200);
  });
});

function keptIds({ root }: Project): readonly unknown[] {
  const reader = openReader({ file: join(root, '.pipe/serve-demo/serve.db'), busyTimeoutMs: 5_000 });
  const rows = reader.prepare('select id from predictions order by id').all();
  reader.close();
  return rows.map(({ id }) => id);
}

describe('stopping', () => {
  test('what was answered is in the history without anything more being asked, and kill -9 takes none of it away', async () => {
    const { project, daemon } = await served();
    const token = await daemon.token('alice', 'secret123');
    const answers = await Promise.all(Array.from({ length: 40 }, async () => bodyOf(await daemon.predict(token))));
    const ids = answers.map(({ id }) => id).sort();
    await vi.waitUntil(() => keptIds(project).length === ids.length, WAIT);
    daemon.child.kill('SIGKILL');
    await once(daemon.child, 'exit');
    expect(keptIds(project)).toEqual(ids);
  });

  test('SIGTERM: not ready at once, still answering, then the history is whole and the exit code 0', async () => {
    const project = await createProject();
    await project.promote(modelText(1));
    const daemon = await project.serve('--drain-delay', '3'); // within these the test asks twice
    const token = await daemon.token('alice', 'secret123');
    const { id } = await bodyOf(await daemon.predict(token));
    daemon.child.kill('SIGTERM');
    await vi.waitUntil(() => daemon.log.some((line) => line.includes('stopping')), WAIT);
    const [ready, predicted] = await Promise.all([daemon.request('/health/ready'), daemon.predict(token)]);
    expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close']);
    expect(predicted.status).toBe(200);
    const [code] = daemon.child.exitCode === null ? await once(daemon.child, 'exit') : [daemon.child.exitCode];
    expect(code).toBe(0);
    const reader = openReader({ file: join(project.root, '.pipe/serve-demo/serve.db'), busyTimeoutMs: 1_000 });
    expect(reader.prepare('select count(*) as n from predictions').get().n).toBe(2);
    expect(reader.prepare('select username from predictions where id = ?').get(id).username).toBe('alice');
    reader.close();
  });
});

describe('starting', () => {
  const end = async (project: Project, args: readonly string[]) => {
    const child = project.pipe(...args);
    let text = '';
    child.stderr?.on('data', (chunk) => (text += chunk));
    child.stdout?.on('data', (chunk) => (text += chunk));
    const [code] = await once(child, 'close');
    return { code, text };
  };

  test('what cannot be started says why and ends with 2', async () => {
    const { project, daemon } = await served();
    const cases = [
      [['serve', '--demo', '--host', '0.0.0.0'], /this machine only/],
      [['serve', '--demo'], /another daemon uses/],
      [['serve', '--port', 'x'], /--port must be a number/],
      [['serve', '--docs', 'maybe'], /--docs must be/],
      [['serve', '--data-dir', '.pipe/serve-demo'], /another daemon uses/],
      [['serve', '--demo', '--data-dir', 'other', '--port', String(daemon.port)], /in use/],
    ] as const;
    for (const [args, words] of cases)
      expect(await end(project, args)).toEqual({ code: 2, text: expect.stringMatching(words) });
    await daemon.stop();
    const afterDemo = await end(project, ['serve', '--data-dir', '.pipe/serve-demo', '--port', '0']);
    expect(afterDemo).toEqual({ code: 2, text: expect.stringMatching(/passwords are public/) });
  });

  test('--check tells all problems at once, with their places, and changes nothing', async () => {
    const project = await createProject();
    expect(await end(project, ['serve', '--check', '--port', '0'])).toMatchObject({
      code: 0,
      text: expect.stringMatching(/note: model accidents has no version in production yet\n.*would serve/s),
    });
    expect(project.exists('.pipe/serve')).toBe(false);

    await project.promote(modelText(1));
    project.write(
      'pipeline.yaml',
      project.read('pipeline.yaml').replace('{target: evaluate}', '{target: evaluate, schedule: "61 3 * * *"}'),
    );
    project.write('.pipe/config.yaml', 'serve:\n  prot: 80\n');
    project.write('more.yaml', 'serve: {docs: maybe}\n');
    const written = await end(project, ['serve', '--check', '--config', 'more.yaml', '--drain-delay', 'x']);
    expect(written).toMatchObject({ code: 2 });
    expect(written.text).toMatch(/config.yaml:2:3 serve.prot: unknown key `prot`/);
    expect(written.text).toMatch(/did you mean `port`/);
    expect(written.text).toMatch(/more.yaml:1:15 serve.docs: expected on, off or user/);
    expect(written.text).toMatch(/--drain-delay must be/);
    expect(written.text).toMatch(/pipeline.yaml:\d+:3 models.accidents.retrain.schedule: .*61/);
  });

  test('--check looks at secret, database, model and ports', async () => {
    const project = await createProject();
    await project.promote('{"format":"reprod-model/1"}');
    project.write('.pipe/serve/serve.db', 'no database');
    project.write('.pipe/serve/keys.json', '{}');
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const { port } = Object(taken.address());
    const { code, text } = await end(project, ['serve', '--check', '--port', String(port)]);
    expect(code).toBe(2);
    for (const words of [
      /keys.json is not a key ring/,
      /serve.db: .*not a database/,
      /port \d+ on 127.0.0.1 is in use/,
      /model accidents: version 1 cannot be served/,
    ])
      expect(text).toMatch(words);
    expect(project.read('.pipe/serve/keys.json')).toBe('{}');
  });

  test('what a file says is overruled by the environment file, that by the environment, that by a flag', async () => {
    const project = await createProject();
    await project.promote(modelText(1));
    project.write('.pipe/config.yaml', 'serve: {data_dir: of-config, docs: off, log_level: silent}\n');
    project.write('more.yaml', 'serve: {data_dir: of-file}\n');
    project.write('env', 'PIPE_DATA_DIR=of-env-file\nPIPE_DRAIN_DELAY=77\n');
    const daemon = await project.serve('--config', 'more.yaml', '--env-file', 'env');
    expect(project.exists('of-env-file/serve.db')).toBe(true);
    expect((await daemon.request('/docs')).status).toBe(404);
    await daemon.stop('SIGTERM'); // at once: the environment of the tests says 0.2
    const again = await project.serve('--data-dir', 'typed', '--docs', 'on');
    expect(project.exists('typed/serve.db')).toBe(true);
    expect((await again.request('/docs')).status).toBe(200);
    expect((await end(project, ['user', 'list', '--json'])).text).toBe('[]\n');
    expect(project.exists('of-config/serve.db')).toBe(true);
  });

  test('keeps its secrets in files that only the owner can read, and honours its tokens after a restart', async () => {
    const { project, daemon } = await served();
    const token = await daemon.token('alice', 'secret123');
    await daemon.stop();
    const folder = join(project.root, '.pipe/serve-demo');
    for (const name of ['keys.json', 'serve.db']) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8')).keys).toHaveLength(1);
    const again = await project.serve();
    expect((await again.predict(token, FEATURES)).status).toBe(200);
  });
});
