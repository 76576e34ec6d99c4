import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repro } from '../../src/engine/repro.ts';
import { createRig } from '../support/workspace.ts';

const PIPELINE = `stages:
  say:
    cmd: which-one > out.txt && only-above >> out.txt
    outs: [out.txt]
`;

test('commands of packages installed at the root and in the folders above it are found, the nearest first', async () => {
  const rig = createRig({
    'node_modules/.bin/which-one': '#!/bin/sh\necho above\n',
    'node_modules/.bin/only-above': '#!/bin/sh\necho only above\n',
    'some/example/node_modules/.bin/which-one': '#!/bin/sh\necho nearest\n',
    'some/example/pipeline.yaml': PIPELINE,
  });
  for (const command of [
    'node_modules/.bin/which-one',
    'node_modules/.bin/only-above',
    'some/example/node_modules/.bin/which-one',
  ])
    chmodSync(join(rig.root, command), 0o755);
  expect(await repro({ cwd: join(rig.root, 'some/example') })).toMatchObject({ ok: true, value: { ok: true } });
  expect(rig.read('some/example/out.txt')).toBe('nearest\nonly above\n');
});
