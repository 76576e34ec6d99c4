/** Deps that nobody makes and that are not there: known before anything runs. */
import { expect, test } from 'vitest';
import { createRig, type Ran } from '../support/workspace.ts';

const PIPELINE = `stages:
  first: {cmd: echo > first.out, deps: [there.txt], outs: [first.out]}
  second:
    cmd: echo > second.out
    deps: [first.out, data/raw.csv, {path: notes.txt, eol: lf}]
    outs: [second.out]
  third: {cmd: echo, deps: [frist.out, "*.none"]}
`;
const FILES = { 'pipeline.yaml': PIPELINE, 'there.txt': '', 'data/row.csv': '' };

function told({ result }: Ran): readonly string[] {
  if (result.ok || result.error.code !== 'pipeline-invalid') return [];
  return result.error.problems.map(
    ({ place, path, message, hint }) => `${place.line}:${place.column} ${path}: ${message} (${hint ?? ''})`,
  );
}

test('all of them are told at once, with their places, and nothing has run', async () => {
  const rig = createRig(FILES);
  expect(told(await rig.repro())).toEqual([
    '5:23 stages.second.deps[1]: `data/raw.csv` is not there, and no stage makes it (did you mean `data/row.csv`?)',
    '5:37 stages.second.deps[2]: `notes.txt` is not there, and no stage makes it ()',
    '7:29 stages.third.deps[0]: `frist.out` is not there, and no stage makes it (did you mean `first.out`?)',
  ]);
  expect(rig.exists('first.out')).toBe(false);
});

test('only the stages that were asked for count', async () => {
  expect((await createRig(FILES).repro({ targets: ['first'] })).summary.ran).toEqual(['first']);
});

test('a run that keeps going does what it can, and then says the same of each stage', async () => {
  const { summary, of } = await createRig(FILES).repro({ keepGoing: true });
  expect(summary).toMatchObject({ ok: false, ran: ['first'], failed: ['second', 'third'] });
  expect(of('second')).toMatchObject({ failure: { code: 'dep-missing', path: 'data/raw.csv' } });
});

test('a frozen stage needs none of its deps', async () => {
  const rig = createRig({ 'pipeline.yaml': 'stages: {s: {cmd: echo > o, deps: [x], outs: [o]}}\n', x: '' });
  await rig.repro();
  rig.remove('x');
  rig.write('pipeline.yaml', 'stages: {s: {cmd: echo > o, deps: [x], outs: [o], frozen: true}}\n');
  expect((await rig.repro()).summary.ok).toBe(true);
});
