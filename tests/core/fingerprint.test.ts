import { expect, test } from 'vitest';
import { diffInputs, fingerprint, type StageInputs } from '../../src/core/fingerprint.ts';
import { digestOf, type Digest } from '../../src/lib/digest.ts';
import { fc } from '../support/properties.ts';

const digest = fc.constantFrom(...['a', 'b', 'c'].map(digestOf));
const path = fc.constantFrom('data/raw', 'src/a.ts', '__proto__', 'ä.csv');
const inputs: fc.Arbitrary<StageInputs> = fc.record({
  cmd: fc.oneof(fc.constantFrom('a', 'b'), fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 2 })),
  shell: fc.constantFrom(['/bin/sh', '-e', '-c'], ['bash', '-c']),
  wdir: fc.constantFrom('.', 'sub'),
  deps: fc.dictionary(
    path,
    fc.record({ type: fc.constantFrom('file', 'exec', 'dir', 'text', 'command', 'url'), digest }),
    { maxKeys: 2 },
  ),
  params: fc.dictionary(path, fc.oneof(fc.bigInt({ min: 0n, max: 2n }), fc.constantFrom(0, 1, 2, '1', null, true)), {
    maxKeys: 2,
  }),
  env: fc.dictionary(path, fc.constantFrom(null, '', 'x'), { maxKeys: 1 }),
  outs: fc.uniqueArray(fc.record({ path, persist: fc.boolean() }), { selector: (out) => out.path, maxLength: 2 }),
});

test('inputs differ in a named way exactly when their fingerprints differ', () => {
  fc.assert(
    fc.property(inputs, inputs, (was, now) => {
      expect(diffInputs(was, now).length === 0).toBe(fingerprint(was) === fingerprint(now));
    }),
    { numRuns: 2_000 },
  );
});

test('the order in which deps, params and outs are written does not matter', () => {
  fc.assert(
    fc.property(inputs, (was) => {
      const reversed = <T>(record: Readonly<Record<string, T>>) => Object.fromEntries(Object.entries(record).reverse());
      const now = { ...was, deps: reversed(was.deps), params: reversed(was.params), outs: [...was.outs].reverse() };
      expect(fingerprint(now)).toBe(fingerprint(was));
    }),
  );
});

const base: StageInputs = {
  cmd: 'train',
  shell: ['/bin/sh', '-e', '-c'],
  wdir: '.',
  deps: { 'data.csv': { type: 'file', digest: digestOf('1') } },
  params: { 'params.yaml:lr': 1n },
  env: { TZ: 'UTC' },
  outs: [{ path: 'model.json', persist: false }],
};

const shortOf = (text: string) => digestOf(text).slice(0, 12);

test.each<[string, StageInputs, object]>([
  ['command', { ...base, cmd: 'train -v' }, { kind: 'cmd-changed', was: 'train', now: 'train -v' }],
  ['one script instead of a list', { ...base, cmd: ['train'] }, { kind: 'cmd-changed', was: 'train', now: ['train'] }],
  [
    'type of a parameter',
    { ...base, params: { 'params.yaml:lr': 1 } },
    { kind: 'param-changed', name: 'params.yaml:lr', was: 1n, now: 1 },
  ],
  [
    'removed parameter',
    { ...base, params: {} },
    { kind: 'param-changed', name: 'params.yaml:lr', was: 1n, now: undefined },
  ],
  [
    'dep',
    { ...base, deps: { 'data.csv': { type: 'file', digest: digestOf('2') } } },
    { kind: 'dep-changed', name: 'data.csv', was: shortOf('1'), now: shortOf('2') },
  ],
  [
    'mode of a dep',
    { ...base, deps: { 'data.csv': { type: 'exec', digest: digestOf('1') } } },
    { kind: 'dep-changed', name: 'data.csv', was: shortOf('1'), now: `${shortOf('1')} (executable)` },
  ],
  [
    'dep that counts as a text from now on',
    { ...base, deps: { 'data.csv': { type: 'text', digest: digestOf('1') } } },
    { kind: 'dep-changed', name: 'data.csv' },
  ],
  [
    'output of a command, in its words',
    { ...base, deps: { ...base.deps, 'run://v': { type: 'command', digest: digestOf('2'), shown: 'v22' } } },
    { kind: 'dep-changed', name: 'run://v', was: undefined, now: 'v22' },
  ],
  [
    'variable that is not set',
    { ...base, env: { TZ: null } },
    { kind: 'env-changed', name: 'TZ', was: 'UTC', now: null },
  ],
  ['removed out', { ...base, outs: [] }, { kind: 'out-changed', name: 'model.json', was: 'out', now: undefined }],
  [
    'out that became persistent',
    { ...base, outs: [{ path: 'model.json', persist: true }] },
    { kind: 'out-changed', was: 'out', now: 'persist' },
  ],
])('a changed %s is named with old and new', (_, now, reason) => {
  expect(diffInputs(base, now)).toMatchObject([reason]);
});

test('reasons come in a fixed order: command first, then deps, params, variables, outs by name', () => {
  const now: StageInputs = { ...base, cmd: 'x', deps: { b: dep('b'), a: dep('a') }, params: {}, env: {}, outs: [] };
  const names = diffInputs(base, now).map((reason) => `${reason.kind} ${'name' in reason ? reason.name : ''}`.trim());
  expect(names).toEqual([
    'cmd-changed',
    'dep-changed a',
    'dep-changed b',
    'dep-changed data.csv',
    'param-changed params.yaml:lr',
    'env-changed TZ',
    'out-changed model.json',
  ]);
});

test('what is only shown of a dep is no input', () => {
  const state = { type: 'command' as const, digest: digestOf('1') };
  const [was, now] = [
    { ...base, deps: { x: state } },
    { ...base, deps: { x: { ...state, shown: 'y' } } },
  ];
  expect([diffInputs(was, now), fingerprint(now)]).toEqual([[], fingerprint(was)]);
});

test('a fingerprint is the same in every release: old lock entries stay true', () => {
  expect(fingerprint(base)).toMatchInlineSnapshot(`"cf65f012f6b2c8afc44a9416cb5d547d87252d9a94c86e17d5a6f081243e30b9"`);
});

const dep = (text: string): { type: 'file'; digest: Digest } => ({ type: 'file', digest: digestOf(text) });
