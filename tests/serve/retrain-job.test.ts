import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/core/event.ts';
import type { Evaluation } from '../../src/core/gate-evaluation.ts';
import { advance, finish, type Finish, type RetrainJob } from '../../src/serve/retrain/retrain-job.ts';
import { fromRow, toRow } from '../../src/serve/retrain/retrain-row.ts';

const queued: RetrainJob = {
  id: 'id',
  model: 'accidents',
  state: 'queued',
  stage: null,
  trigger: 'api',
  actor: 'admin',
  note: null,
  createdAt: 't0',
  startedAt: null,
  finishedAt: null,
  decision: null,
  reasons: [],
  candidate: null,
  production: null,
  exitCode: null,
  waitingFor: null,
  asked: null,
};
const after = (...events: readonly RunEvent[]) =>
  events.reduce((job, event) => advance(job, event, { judge: 'evaluate', at: 't1' }), queued);

const runStarted: RunEvent = { type: 'run-started', run: 'r', stages: [], dry: false };
const started = (stage: string): RunEvent => ({
  type: 'stage-started',
  stage,
  command: 'true',
  reasons: [{ kind: 'forced' }],
  logFile: 'log',
});
const holder = { stage: 'train', pid: 7, host: 'here', since: 't' };

describe('while the run tells what happens', () => {
  test.each([
    ['it has begun', [runStarted], { state: 'running', startedAt: 't1', stage: null }],
    ['a stage runs', [runStarted, started('train')], { state: 'running', stage: 'train' }],
    ['the judging stage runs', [runStarted, started('evaluate')], { state: 'evaluating', stage: 'evaluate' }],
    [
      'another pipe is in the way',
      [runStarted, { type: 'stage-waiting', stage: 'train', holder }],
      { state: 'queued', waitingFor: holder },
    ],
    [
      'the way is free again',
      [runStarted, { type: 'stage-waiting', stage: 'train', holder }, started('train')],
      { state: 'running', waitingFor: null },
    ],
    ['a stage warns', [{ type: 'stage-warning', stage: 'train', message: 'm' }], { state: 'queued' }],
  ] as const)('%s', (_, events, expected) => {
    expect(after(...events)).toMatchObject(expected);
  });
});

const judged = (decision: Evaluation['decision']) =>
  ({
    decision,
    reasons: [{ code: 'c', text: 't' }],
    candidate: { version: 4, sha: 'f', metrics: null },
  }) as unknown as Evaluation;
const ended = (change: Partial<Finish>): RetrainJob =>
  finish(queued, { end: { kind: 'exited', code: 0 }, evaluation: undefined, production: 3, at: 't2', ...change });

describe('when the run has ended', () => {
  test.each([
    ['promote', 'promoted'],
    ['reject', 'rejected'],
    ['unchanged', 'unchanged'],
    ['bootstrap', 'bootstrap'],
    ['held', 'held'],
    ['awaiting_approval', 'held'],
    ['incompatible', 'incompatible'],
    ['error', 'failed'],
  ] as const)('the verdict %s of its own run makes it %s', (decision, state) => {
    expect(ended({ evaluation: judged(decision) })).toMatchObject({
      state,
      decision,
      candidate: 4,
      production: 3,
      finishedAt: 't2',
      reasons: [{ code: 'c', text: 't' }],
    });
  });

  test.each([
    ['exit 0', { kind: 'exited', code: 0 }, { state: 'up_to_date', exitCode: 0 }],
    ['exit 1', { kind: 'exited', code: 1 }, { state: 'failed', exitCode: 1 }],
    ['a signal', { kind: 'killed', signal: 'SIGKILL' }, { state: 'failed', reasons: [{ code: 'killed' }] }],
    ['no start', { kind: 'not-started', problem: 'p' }, { state: 'failed', reasons: [{ code: 'not-started' }] }],
    ['a stop by an admin', { kind: 'stopped', why: 'cancelled' }, { state: 'cancelled' }],
    ['the time limit', { kind: 'stopped', why: 'timed_out' }, { state: 'timed_out' }],
    ['the end of the daemon', { kind: 'stopped', why: 'interrupted' }, { state: 'interrupted' }],
  ] as const)('%s without a verdict is told as it is', (_, end, expected) => {
    expect(ended({ end })).toMatchObject({ ...expected, decision: null, candidate: null });
  });

  test('a verdict stands although the run was stopped after it', () => {
    expect(ended({ end: { kind: 'stopped', why: 'interrupted' }, evaluation: judged('promote') }).state).toBe(
      'promoted',
    );
  });
});

test('a job comes back from its row as it went in', () => {
  const job = { ...ended({ evaluation: judged('promote') }), waitingFor: holder, note: 'n' };
  expect(fromRow(toRow(job, undefined))).toEqual(job);
});

test('a state that nobody here knows counts as failed', () => {
  expect(fromRow({ ...toRow(queued, undefined), state: 'of_tomorrow' }).state).toBe('failed');
});
