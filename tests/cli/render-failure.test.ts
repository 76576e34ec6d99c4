/** Failures in words: what, where, what to do. And each has its section in the manual. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderFailure } from '../../src/cli/render-failure.ts';
import { createTheme } from '../../src/cli/theme.ts';
import type { Failure } from '../../src/core/failure.ts';

const place = { file: 'pipeline.yaml', line: 3, column: 8 };
const style = { theme: createTheme(false), lineOf: () => undefined };
const render = (failure: Failure) => renderFailure(failure, style);
const log = { stage: 'train', command: 'x', logFile: '.pipe/logs/train/1.log' };

test.each<[string, Failure, readonly RegExp[]]>([
  ['a command failed', { code: 'stage-failed', ...log, exitCode: 3 }, [/exited with 3$/m, /log: \.pipe\/logs/]],
  ['a command is not there', { code: 'stage-failed', ...log, exitCode: 127 }, [/127 \(command not found\)/]],
  [
    'a command was killed',
    { code: 'stage-killed', ...log, signal: 'SIGKILL' },
    [/killed by SIGKILL/, /hint: .*memory/],
  ],
  [
    'nobody said which model',
    { code: 'registry', model: '', problem: 'there are several models', hint: 'name one' },
    [/^there are several models\n {2}hint: name one/],
  ],
  ['a command took too long', { code: 'stage-timeout', ...log, timeoutMs: 1_800_000 }, [/timeout of 30 min 00 s/]],
  ['a shell is not there', { code: 'stage-not-started', ...log, problem: 'ENOENT' }, [/could not be started: ENOENT/]],
  [
    'an out was not written',
    { code: 'out-missing', ...log, path: 'm.bin' },
    [/did not write m\.bin/, /hint: make the command write it/],
  ],
  [
    'a dep changed meanwhile',
    { code: 'dep-changed-during-run', ...log, paths: ['a', 'b'] },
    [/^a, b changed while/, /nothing was recorded/],
  ],
  [
    'a dep is missing',
    { code: 'dep-missing', stage: 's', path: 'd', place },
    [/dep d is not there/, /pipeline\.yaml:3:8/],
  ],
  [
    'a glob matches nothing',
    { code: 'glob-empty', stage: 's', pattern: '*.x', place },
    [/\*\.x matches no file/, /pipeline\.yaml:3:8/],
  ],
  [
    'a param is missing',
    { code: 'param-missing', stage: 's', file: 'params.yaml', key: 'a.b', place },
    [/params\.yaml has no a\.b$/m],
  ],
  [
    'a params file is named where a key is meant',
    { code: 'param-missing', stage: 's', file: 'params.yaml', key: 'params.yaml', place },
    [/params\.yaml has no params\.yaml/, /hint: `\{params\.yaml: null\}` is the whole file/],
  ],
  [
    'an out is tracked by git',
    { code: 'out-unsafe', stage: 's', path: 'o', problem: 'git tracks it', place },
    [/out o would be overwritten: git tracks it/],
  ],
  [
    'a lock entry is torn',
    { code: 'lock-conflict', file: 'locks/a.json', problem: 'has conflict markers' },
    [/locks\/a\.json cannot be read/, /take either side/],
  ],
  [
    'the disk is full',
    { code: 'system', operation: 'write', path: 'x', problem: 'no space left', hint: 'free some' },
    [/cannot write x: no space left/, /hint: free some/],
  ],
  ['it was stopped', { code: 'interrupted', signal: 'SIGINT' }, [/stopped by SIGINT; nothing is left half done/]],
])('%s', (_, failure, patterns) => {
  for (const pattern of patterns) expect(render(failure)).toMatch(pattern);
});

test('more stages than can be read are counted', () => {
  const stages = Array.from({ length: 500 }, (_, n) => `s${n}`);
  expect(render({ code: 'unknown-target', target: 'x', suggestion: undefined, stages })).toContain('s19 and 480 more');
});

test('the line is shown with a mark below the column, wide characters and tabs before it included', () => {
  const lineOf = () => '\t日本: [x]';
  const text = renderFailure(
    { code: 'glob-empty', stage: 's', pattern: '*', place: { ...place, column: 6 } },
    { ...style, lineOf },
  );
  expect(text.split('\n').slice(2)).toEqual(['  3 |   日本: [x]', '              ^']);
});

test('of a very long line the part around the mark is shown', () => {
  const lineOf = () => `${'a'.repeat(500)}B${'c'.repeat(500)}`;
  const text = renderFailure(
    { code: 'glob-empty', stage: 's', pattern: '*', place: { ...place, column: 501 } },
    { ...style, lineOf },
  );
  const [, , shown = '', mark = ''] = text.split('\n');
  expect(shown.length).toBeLessThan(110);
  expect(shown[mark.indexOf('^')]).toBe('B');
});

const source = readFileSync(join(import.meta.dirname, '../../src/core/failure.ts'), 'utf8');
const codes = [...source.matchAll(/readonly code: '([a-z-]+)'/g)].map(([, code]) => code ?? '');
const manual = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');
const sections = [...manual.matchAll(/^### `([a-z-]+)`/gm)].map(([, code]) => code ?? '');

test('docs/errors.md has a section for every failure there is, and no other', () => {
  expect(codes.length).toBeGreaterThan(20);
  expect([...sections].sort()).toEqual([...codes].sort());
});
