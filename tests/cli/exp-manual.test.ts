/** docs/experiments.md: every example, typed in this order, prints what stands there; hashes and times are others. */
import { expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { consoleExamples } from '../support/console-examples.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createRig } from '../support/workspace.ts';
import { createFakeIo } from './fake-io.ts';

const FILES = {
  'pipeline.yaml': `stages:
  train:
    cmd: sh train.sh
    deps: [train.sh]
    params: [train]
    outs: [model.txt]
    metrics: [metrics.json: {cache: false}]
`,
  'params.yaml': 'train:\n  lr: 1\n  depth: 3\n',
  'train.sh': `lr=$(sed -n 's/.* lr: //p' params.yaml); d=$(sed -n 's/.*depth: //p' params.yaml)
echo "model $lr $d" > model.txt; echo "{\\"score\\": $((lr * d))}" > metrics.json
`,
};

const vague = (text: string): string =>
  text.replaceAll(/\b(?=[0-9a-f]*\d)[0-9a-f]{10}\b/g, 'HASH').replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'TIME');

test('every example of docs/experiments.md prints what it says', async () => {
  const rig = createRig(FILES);
  rig.git('init', '-q');
  await rig.repro();
  rig.git('add', '-A');
  rig.git('commit', '-qm', 'one');
  const examples = consoleExamples('experiments.md');
  expect(examples.length).toBeGreaterThan(8);
  const home = tempFolder();
  for (const { command, output } of examples) {
    const fake = createFakeIo(rig.root, { HOME: home });
    await main(command.split(' ').slice(1), fake.io);
    expect([command, vague(fake.stdout()), fake.stderr()]).toEqual([command, vague(output), '']);
  }
});
