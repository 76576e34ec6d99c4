/** From one answer of a real server back to the file its model was made from. */
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { digestOf } from '../../src/lib/digest.ts';
import { createProject, modelText } from '../serve/support/project.ts';
import { type } from './fake-io.ts';

test('a prediction leads to its version, and on to the bytes that version came from, also when it has been replaced', async () => {
  const project = await createProject();
  const [code] = await once(project.pipe('repro'), 'exit');
  expect(code).toBe(0);
  const daemon = await project.serve();
  const token = await daemon.token('alice', 'secret123');
  const { id } = Object(await (await daemon.predict(token)).json());
  const source = digestOf(project.read('source.json'));
  project.write('source.json', modelText(2));
  await once(project.pipe('repro'), 'exit');
  await daemon.answersWith(token, '2');
  await daemon.stop();

  const { exitCode, stdout } = await type(`trace ${id} --json`, project.root);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    prediction: { id, user: 'alice', model: 'accidents', model_version: '1' },
    version: {
      model: 'accidents',
      n: 1,
      status: 'retired',
      made: {
        stage: 'train',
        path: 'artifacts/model.json',
        deps: [{ kind: 'file', path: 'source.json', digest: source }],
      },
    },
  });
  const words = await type(`trace ${id}`, project.root);
  expect(words.stdout).toContain('accidents version 1 (1-');
  expect(words.stdout).toContain('now retired');
  expect(words.stdout).toContain(`dep      source.json ${source.slice(0, 12)}`);
});

test('an id that is in no history: exit 1, and where was looked', async () => {
  const project = await createProject();
  const { exitCode, stderr } = await type('trace 01980c5e-7a31-7c21-9f0e-3f6a1b2c4d5e', project.root);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('is no prediction in the history in ');
});
