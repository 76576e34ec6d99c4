/** What a person, a log, cron and a program see of one and the same run. */
import { expect, test } from 'vitest';
import type { CliContext, GlobalOptions } from '../../src/cli/command.ts';
import { createReporter } from '../../src/cli/reporter.ts';
import type { Decision } from '../../src/core/decide.ts';
import type { RunEvent, RunSummary } from '../../src/core/event.ts';
import type { Fingerprint } from '../../src/core/fingerprint.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { createScreen } from './screen.ts';

const key = digestOf('') as Fingerprint;
const summary: RunSummary = {
  ok: true,
  ran: [],
  restored: [],
  fresh: [],
  failed: [],
  notStarted: [],
  ms: 1500,
  savedMs: 0,
};
const started = (...stages: string[]): RunEvent => ({ type: 'run-started', run: 'r', stages, dry: false });
const ended = (part: Partial<RunSummary>): RunEvent => ({
  type: 'run-finished',
  run: 'r',
  summary: { ...summary, ...part },
});
const decided = (stage: string, decision: Omit<Decision, 'key'>): RunEvent =>
  ({ type: 'stage-decided', stage, decision: { key, ...decision } }) as RunEvent;
const fresh = (stage: string): readonly RunEvent[] => [
  decided(stage, { action: 'skip', repairs: [] } as never),
  { type: 'stage-finished', stage, result: { kind: 'fresh', repairs: [] } },
];
const begun = (stage: string): RunEvent => ({
  type: 'stage-started',
  stage,
  command: 'make it\nand more',
  reasons: [{ kind: 'param-changed', name: 'params.yaml:train.trees', was: 300n, now: 500n }],
  logFile: '.pipe/logs/x.log',
});
const printed = (stage: string, line: string): RunEvent => ({ type: 'stage-output', stage, line });
const done = (stage: string, changed: readonly string[] = ['out']): RunEvent => ({
  type: 'stage-finished',
  stage,
  result: { kind: 'ran', ms: 65_000, changed, lastLine: null },
});
const failed = (stage: string): RunEvent => ({
  type: 'stage-finished',
  stage,
  result: {
    kind: 'failed',
    ms: 1,
    lastLines: ['Traceback', '\u001b[31mKeyError\u001b[0m'],
    failure: { code: 'stage-failed', stage, command: 'x', exitCode: 1, logFile: '.pipe/logs/x.log' },
  },
});

interface Watched {
  readonly stdout: () => string;
  readonly stderr: () => string;
}

function watch(events: readonly RunEvent[], globals: Partial<GlobalOptions> = {}, stream = false): Watched {
  const text = { stdout: '', stderr: '' };
  const context: CliContext = {
    cwd: '/',
    env: {},
    signal: new AbortController().signal,
    leaveInterrupts: () => undefined,
    globals: { json: false, quiet: false, verbose: false, color: false, ...globals },
    print: (line) => (text.stdout += `${line}\n`),
    printError: (line) => (text.stderr += `${line}\n`),
    terminal: { isTty: false, columns: () => 80, write: (part) => (text.stdout += part) },
    finish: () => undefined,
    grammarFor: () => Promise.reject(new Error('nobody completes here')),
  };
  const reporter = createReporter({ context, stream });
  events.forEach(reporter.onEvent);
  reporter.close();
  return { stdout: () => text.stdout, stderr: () => text.stderr };
}

test('plain: a line for each thing that happened, names in a column, reasons below', () => {
  const { stdout } = watch([
    started('import', 'train', 'report'),
    ...fresh('import'),
    begun('train'),
    done('train'),
    decided('report', { action: 'restore', from: 'run-cache', reasons: [{ kind: 'never-run' }] } as never),
    {
      type: 'stage-finished',
      stage: 'report',
      result: { kind: 'restored', from: 'run-cache', ms: 3, savedMs: 12_000 },
    },
    ended({ ran: ['train'], restored: ['report'], fresh: ['import'], savedMs: 12_000 }),
  ]);
  expect(stdout()).toBe(`import  fresh
train   runs: make it …
  because param train.trees: 300 → 500
train   done in 1 min 05 s
report  restored from an earlier run, saving 12.0 s (never run)
✓ 1 ran, 1 restored, 1 fresh · 1.5 s, saved 12.0 s
`);
});

test('when everything is fresh one line says so', () => {
  const { stdout } = watch([
    started('a', 'b', 'c'),
    ...['a', 'b', 'c'].flatMap(fresh),
    ended({ fresh: ['a', 'b', 'c'], savedMs: 90_000 }),
  ]);
  expect(stdout()).toBe('✓ nothing to do: all 3 stages are fresh · 1.5 s, saved 1 min 30 s\n');
});

test('an early cutoff is told where it begins', () => {
  expect(watch([started('a'), begun('a'), done('a', []), ended({ ran: ['a'] })]).stdout()).toContain(
    'done in 1 min 05 s, its outs came out the same',
  );
});

test('a failure goes to standard error with the last lines the command printed, harmless', () => {
  const { stdout, stderr } = watch([
    started('a', 'b'),
    begun('a'),
    failed('a'),
    { type: 'stage-finished', stage: 'b', result: { kind: 'blocked', by: 'a' } },
    ended({ ok: false, failed: ['a'], notStarted: ['b'] }),
  ]);
  expect(stderr()).toBe('  | Traceback\n  | KeyError\na failed: the command exited with 1\n  log: .pipe/logs/x.log\n');
  expect(stdout()).toContain('b  not run: it needs a\n✗ 1 failed (a), 1 not run · 1.5 s\n');
});

test('a stage that was stopped is not called failed', () => {
  const { stdout, stderr } = watch([
    started('a'),
    begun('a'),
    {
      type: 'stage-finished',
      stage: 'a',
      result: { kind: 'failed', ms: 1, lastLines: [], failure: { code: 'stage-stopped', stage: 'a' } },
    },
    ended({ ok: false, failed: ['a'] }),
  ]);
  expect(stderr()).not.toContain('failed');
  expect(stdout()).toContain('a  stopped, its outs from before are back in place\n✗ 1 stopped');
});

test('a dry run says what would be done and what cannot be known yet', () => {
  const { stdout } = watch([
    { type: 'run-started', run: 'r', stages: ['a', 'b', 'c'], dry: true },
    decided('a', { action: 'run', reasons: [{ kind: 'never-run' }] } as never),
    { type: 'stage-undecided', stage: 'b', upstream: ['a'] },
    decided('c', { action: 'skip', repairs: [] } as never),
    ended({ fresh: ['c'], notStarted: ['a', 'b'] }),
  ]);
  expect(stdout()).toBe(`a  would run
  because never run
b  depends on a
c  fresh
dry run: 1 would run, 1 depends on what those write, 1 fresh
`);
});

test('--stream shows what stages print, each line with its stage', () => {
  expect(watch([started('train', 'x'), begun('train'), printed('train', 'epoch 1')], {}, true).stdout()).toContain(
    'train | epoch 1\n',
  );
});

test('-q prints nothing of a run that went well, and the whole failure of one that did not', () => {
  const well = watch([started('a'), begun('a'), printed('a', 'x'), done('a'), ended({ ran: ['a'] })], { quiet: true });
  expect(well.stdout() + well.stderr()).toBe('');
  const badly = watch([started('a'), begun('a'), failed('a'), ended({ ok: false, failed: ['a'] })], { quiet: true });
  expect(badly.stdout()).toBe('');
  expect(badly.stderr()).toContain('a failed: the command exited with 1');
});

test('--json is one event a line; parameter values keep their type', () => {
  const { stdout } = watch(
    [
      started('a'),
      begun('a'),
      { ...begun('b'), reasons: [{ kind: 'param-changed', name: 'p:x', was: 1n, now: 1 }] } as RunEvent,
    ],
    { json: true },
  );
  const lines = stdout()
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(lines[1]).toMatchObject({ type: 'stage-started', reasons: [{ was: 300, now: 500 }] });
  expect(lines[2]).toMatchObject({ reasons: [{ was: 1, now: { float: '1.0' } }] });
});

test('more than thirty fresh stages are only counted, unless -v asks', () => {
  const names = Array.from({ length: 40 }, (_, n) => `s${n}`);
  const events = [
    started(...names),
    ...names.slice(1).flatMap(fresh),
    begun('s0'),
    done('s0'),
    ended({ ran: ['s0'], fresh: names.slice(1) }),
  ];
  expect(watch(events).stdout()).not.toMatch(/s7 +fresh/);
  expect(watch(events, { verbose: true }).stdout()).toMatch(/s7 +fresh/);
});

test('live: finished stages scroll up, running ones stand below with their last line', () => {
  const screen = createScreen(60);
  const reporter = createReporter({ context: screen.context, stream: false });
  for (const event of [started('a', 'b'), begun('a'), begun('b'), printed('b', 'epoch\t7'), done('a')])
    reporter.onEvent(event);
  expect(screen.lines().slice(-2)).toEqual(['a  done in 1 min 05 s', expect.stringMatching(/^⠋ b {2}\d+ ms/)]);
  for (const event of [done('b'), ended({ ran: ['a', 'b'] })]) reporter.onEvent(event);
  reporter.close();
  expect(screen.lines().slice(-3)).toEqual(['a  done in 1 min 05 s', 'b  done in 1 min 05 s', '✓ 2 ran · 1.5 s']);
  expect(screen.lines().join('\n')).not.toContain('⠋');
});

test('live: a line never reaches the edge, however narrow the window and wide the characters', () => {
  const screen = createScreen(24);
  const reporter = createReporter({ context: screen.context, stream: false });
  for (const event of [started('a', 'b'), begun('a'), printed('a', '日本語'.repeat(20)), begun('b')])
    reporter.onEvent(event);
  expect(
    screen
      .lines()
      .filter((line) => line.startsWith('⠋'))
      .map(screen.width),
  ).toSatisfy((widths: number[]) => widths.every((width) => width < 24));
  reporter.close();
  expect(screen.lines().join('\n')).not.toContain('⠋');
});

test('live: after the window was made narrower the lines that were drawn are still taken away whole', () => {
  const screen = createScreen(100);
  const reporter = createReporter({ context: screen.context, stream: false });
  for (const event of [started('a', 'b'), begun('a'), printed('a', 'x'.repeat(90)), begun('b')])
    reporter.onEvent(event);
  screen.resize(30);
  reporter.onEvent(done('a'));
  reporter.onEvent(done('b'));
  reporter.close();
  expect(screen.lines().join('\n')).not.toContain('⠋');
  expect(screen.lines().join('\n')).not.toContain('xxx');
});
