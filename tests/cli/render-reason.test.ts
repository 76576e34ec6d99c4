/** Reasons in words: what, old, new. */
import { expect, test } from 'vitest';
import { renderReason } from '../../src/cli/render-reason.ts';
import type { Reason } from '../../src/core/reason.ts';

const param = (name: string, was: unknown, now: unknown) => ({ kind: 'param-changed', name, was, now }) as Reason;

test.each<[string, Reason]>([
  ['never run', { kind: 'never-run' }],
  ['forced', { kind: 'forced' }],
  ['param train.trees: 300 → 500', param('params.yaml:train.trees', 300n, 500n)],
  ['param lr: 1 → 1.0 (integer → float)', param('params.yaml:lr', 1n, 1)],
  ['param lr: 1 → "1" (integer → string)', param('params.yaml:lr', 1n, '1')],
  ['param lr: 1 → 2 (other.json)', param('other.json:lr', 1n, 2n)],
  ['param lr: added (0.1)', param('params.yaml:lr', undefined, 0.1)],
  ['param lr: removed (was 0.1)', param('params.yaml:lr', 0.1, undefined)],
  [
    'param train.gbdt.trees: 300 → 500',
    param('params.yaml:train', { gbdt: { trees: 300n, lr: 0.1 } }, { gbdt: { trees: 500n, lr: 0.1 } }),
  ],
  ['param train.a: added (1), train.b: removed (was 2)', param('params.yaml:train', { b: 2n }, { a: 1n })],
  [
    'param train.a: 1 → 2, train.b: 1 → 2, train.c: 1 → 2, train.d: 1 → 2, 1 more',
    param('params.yaml:train', { a: 1n, b: 1n, c: 1n, d: 1n, e: 1n }, { a: 2n, b: 2n, c: 2n, d: 2n, e: 2n }),
  ],
  ['param seed: 1 → 2 (p.toml)', param('p.toml:', { seed: 1n }, { seed: 2n })],
  ['param whole file: [1] → [2] (p.json)', param('p.json:', [1n], [2n])],
  [
    'dep data/raw: 1a2b3c4d5e6f → 6f5e4d3c2b1a',
    { kind: 'dep-changed', name: 'data/raw', was: '1a2b3c4d5e6f', now: '6f5e4d3c2b1a' },
  ],
  ['dep new.py: added', { kind: 'dep-changed', name: 'new.py', was: undefined, now: '6f5e4d3c2b1a' }],
  ['dep old.py: removed', { kind: 'dep-changed', name: 'old.py', was: '6f5e4d3c2b1a', now: undefined }],
  ['command: `a` → `b; c`', { kind: 'cmd-changed', name: '', was: 'a\n', now: 'b\nc\n' }],
  ['command: `a && b` → `c`', { kind: 'cmd-changed', name: '', was: ['a', 'b'], now: 'c' }],
  [
    'shell: /bin/sh -e -c → bash -c',
    { kind: 'shell-changed', name: '', was: ['/bin/sh', '-e', '-c'], now: ['bash', '-c'] },
  ],
  ['wdir: . → sub', { kind: 'wdir-changed', name: '', was: '.', now: 'sub' }],
  ['env TZ: unset → UTC', { kind: 'env-changed', name: 'TZ', was: null, now: 'UTC' }],
  ['out log: plain → persist', { kind: 'out-changed', name: 'log', was: 'out', now: 'persist' }],
  ['out model.bin: removed', { kind: 'out-changed', name: 'model.bin', was: 'out', now: undefined }],
  ['out model.bin is missing', { kind: 'out-missing', path: 'model.bin' }],
  [
    'out m was edited after the run (0123456789ab → ba9876543210)',
    { kind: 'out-modified', path: 'm', was: '0123456789abcdef', now: 'ba9876543210fedc' },
  ],
  ['depends on a, b', { kind: 'upstream-stale', stages: ['a', 'b'] }],
])('%s', (text, reason) => {
  expect(renderReason(reason)).toBe(text);
});

test('a long script is cut, and stays on one line', () => {
  const text = renderReason({ kind: 'cmd-changed', name: '', was: 'x'.repeat(500), now: 'y\n'.repeat(500) });
  expect(text).not.toContain('\n');
  expect(text.length).toBeLessThan(180);
});
