/** Every command of docs/operations.md and docs/security.md, in their order, against a real daemon and its folder. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SERVE_SETTINGS } from '../../src/core/serve-config.ts';
import { endOf } from '../support/run-program.ts';
import { createProject, modelText, type Project, type Served } from './support/project.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const commandsOf = (file: string): string =>
  [...read(file).matchAll(/^```sh\n([^]*?)^```/gm)].map(([, block]) => block).join('\n');

/** Programs in place of those that would change the machine: `npx pipe` is the one of this checkout. */
function stageTools({ root }: Project, daemon: Served): string {
  const bin = join(root, 'bin');
  mkdirSync(bin);
  const script = (name: string, text: string): void => {
    writeFileSync(join(bin, name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  script('npx', `shift\nexec "${process.execPath}" "${join(ROOT, 'bin/pipe.js')}" "$@"`);
  // What root would install must be there; stopping stops.
  script(
    'sudo',
    `for word in "$@"; do case $word in deploy/*) test -f "$word" || exit 9;; esac; done
     if [ "$*" = "systemctl stop pipe-serve" ]; then
       kill -INT ${daemon.child.pid}
       while kill -0 ${daemon.child.pid} 2>/dev/null; do sleep 0.05; done
     fi`,
  );
  symlinkSync(join(ROOT, 'deploy'), join(root, 'deploy'));
  return bin;
}

// Some forty commands, each a process: minutes where a machine has other work.
test('every command of operations.md and security.md does what it says', { timeout: 300_000 }, async () => {
  const project = await createProject();
  await project.promote(modelText(1));
  const daemon = await project.serveReal();
  const bin = stageTools(project, daemon);
  // Those of security.md look at a daemon's folder: before it is stopped.
  const operations = commandsOf('docs/operations.md');
  const beforeStop = operations.indexOf('sudo systemctl stop');
  const text = [
    'set -euo pipefail',
    operations.slice(0, beforeStop),
    commandsOf('docs/security.md'),
    operations.slice(operations.indexOf('npx pipe token')),
    operations.slice(beforeStop, operations.indexOf('npx pipe token')),
  ].join('\n');
  const script = text
    .replaceAll('http://localhost:8000', daemon.url)
    .replaceAll('../backup', 'backup')
    // Here a daemon runs already.
    .replace('pipe serve --check --port 0\n', 'pipe serve --check --port 0 --data-dir .pipe/serve-other\n');
  project.write('script.sh', script);
  const { PATH, HOME } = process.env;
  const env = { PATH: `${bin}:${PATH}`, HOME };
  const ended = await endOf(
    spawn('bash', ['-x', 'script.sh'], { cwd: project.root, env, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stdout).toContain('pipe_model_ready{model="accidents"} 1');
  expect(ended.stdout).toMatch(/restored into/);
});

describe('what stands in deploy/', () => {
  test('starts the daemon with a command line that is one', async () => {
    const project = await createProject();
    const lines = [
      ...[...read('deploy/pipe-serve.service').matchAll(/^ExecStart=\S+bin\/pipe (.*)$/gm)].map(([, args]) => args),
      ...[...read('deploy/Dockerfile').matchAll(/^CMD \[(.*)\]$/gm)].map(([, list]) =>
        JSON.parse(`[${list}]`).slice(1).join(' '),
      ),
    ];
    expect(lines).toEqual(['serve', 'serve']);
    for (const line of lines) {
      const child = project.pipe(...String(line).split(' '), '--check', '--port', '0');
      expect(await endOf(child)).toMatchObject({ code: 0 });
    }
  });

  test('asks in the container for what a daemon answers', async () => {
    const project = await createProject();
    const daemon = await project.serveReal();
    const [, list = ''] = /HEALTHCHECK [^]*?CMD \[(.*)\]/.exec(read('deploy/Dockerfile')) ?? [];
    const [, ...args] = JSON.parse(`[${list}]`).map((word: string) =>
      word.replace('127.0.0.1:8000', `127.0.0.1:${daemon.port}`),
    );
    const probe = () => endOf(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] }));
    expect(await probe()).toMatchObject({ code: 0 });
    await daemon.stop();
    expect(await probe()).toMatchObject({ code: 1 });
  });
});

test('docs/serving.md names every setting, with its variable and its flag', () => {
  const manual = read('docs/serving.md');
  const missing = Object.entries(SERVE_SETTINGS).flatMap(([key, setting]) =>
    [key, setting.env, setting.flag ?? key].filter((word) => !manual.includes(`\`${word}\``)),
  );
  expect(missing).toEqual([]);
});
