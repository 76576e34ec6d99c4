/** docs/comparing-revisions.md: every example, typed in this order, prints what stands there. */
import { expect, test } from 'vitest';
import { consoleExamples } from '../support/console-examples.ts';
import { createRig } from '../support/workspace.ts';
import { type } from './fake-io.ts';

const FILES = {
  'pipeline.yaml': `stages:
  train:
    cmd: sh train.sh
    deps: [train.sh]
    params: [train.lr]
    outs: [model]
    metrics: [metrics.json: {cache: false}]
    plots: [loss.csv: {x: epoch, y: loss}]
`,
  'params.yaml': 'train: {lr: 0.1}\n',
  'train.sh': `mkdir -p model; echo one > model/weights
echo '{"auc": 0.9, "loss": 0.5}' > metrics.json; printf 'epoch,loss\\n1,5\\n' > loss.csv`,
};

test('every example of docs/comparing-revisions.md prints what it says', async () => {
  const rig = createRig(FILES);
  rig.git('init', '-q');
  await rig.repro();
  rig.git('add', '-A');
  rig.git('commit', '-qm', 'one');
  rig.git('tag', 'v1');
  rig.write('params.yaml', 'train: {lr: 0.05}\n');
  rig.write(
    'train.sh',
    FILES['train.sh']
      .replace('one', 'more')
      .replace('0.9', '0.92')
      .replace('0.5', '0.4')
      .replace('1,5', '1,4')
      .replace('mkdir -p model', 'mkdir -p model; echo fresh > model/second'),
  );
  await rig.repro();
  const examples = consoleExamples('comparing-revisions.md');
  expect(examples.length).toBeGreaterThan(7);
  for (const { command, output } of examples)
    expect([command, (await type(command.replace(/^pipe /, ''), rig.root)).stdout]).toEqual([command, output]);
});
