import { expect, test } from 'vitest';
import { decide, type Facts } from '../../src/core/decide.ts';
import { fingerprint, type StageInputs } from '../../src/core/fingerprint.ts';
import { digestOf } from '../../src/lib/digest.ts';

const inputs: StageInputs = {
  cmd: 'train',
  shell: ['/bin/sh', '-e', '-c'],
  wdir: '.',
  deps: { 'data.csv': { type: 'file', digest: digestOf('1') } },
  params: { 'params.yaml:depth': 4n },
  env: {},
  outs: [{ path: 'model.json', persist: false }],
};

const fresh: Facts = {
  inputs,
  locked: { inputs, fingerprint: fingerprint(inputs), outs: [] },
  lockUnreadable: undefined,
  drift: [],
  restorable: undefined,
  repairs: [],
  force: false,
  alwaysChanged: false,
};

const deeper: StageInputs = { ...inputs, params: { 'params.yaml:depth': 5n } };

test('nothing changed: skip', () => {
  expect(decide(fresh)).toEqual({ action: 'skip', key: fingerprint(inputs), repairs: [] });
});

test('nothing changed but an object is missing: skip, and say what to repair', () => {
  const repairs = [{ kind: 'store-object', path: 'model.json' }] as const;
  expect(decide({ ...fresh, repairs })).toMatchObject({ action: 'skip', repairs });
});

test('a changed parameter: run, and name it with old and new value', () => {
  expect(decide({ ...fresh, inputs: deeper })).toMatchObject({
    action: 'run',
    reasons: [{ kind: 'param-changed', name: 'params.yaml:depth', was: 4n, now: 5n }],
  });
});

test('a changed parameter whose outs are known: restore, with the same reasons', () => {
  expect(decide({ ...fresh, inputs: deeper, restorable: 'run-cache' })).toMatchObject({
    action: 'restore',
    from: 'run-cache',
    reasons: [{ kind: 'param-changed' }],
  });
});

test('an out that was edited after the run: stale, though no input changed', () => {
  const drift = [{ kind: 'out-modified', path: 'model.json', was: 'a', now: 'b' }] as const;
  expect(decide({ ...fresh, drift })).toMatchObject({ action: 'run', reasons: drift });
});

test('never run: that is the only reason', () => {
  expect(decide({ ...fresh, locked: undefined })).toMatchObject({ action: 'run', reasons: [{ kind: 'never-run' }] });
});

test('a lock entry that is not what we wrote counts as absent, and is named', () => {
  const facts = { ...fresh, locked: undefined, lockUnreadable: 'locks/train.json' };
  expect(decide(facts)).toMatchObject({
    action: 'run',
    reasons: [{ kind: 'lock-unreadable', file: 'locks/train.json' }],
  });
});

test('forced: run even when the outs could be restored, and say so first', () => {
  const decision = decide({ ...fresh, force: true, inputs: deeper, restorable: 'run-cache' });
  expect(decision).toMatchObject({ action: 'run', reasons: [{ kind: 'forced' }, { kind: 'param-changed' }] });
});

test('always changed: run, never restore', () => {
  const decision = decide({ ...fresh, alwaysChanged: true, restorable: 'lock-entry' });
  expect(decision).toMatchObject({ action: 'run', reasons: [{ kind: 'always-changed' }] });
});

test('a stage without deps, params and outs always runs', () => {
  const none: StageInputs = { ...inputs, deps: {}, params: {}, outs: [] };
  const locked = { inputs: none, fingerprint: fingerprint(none), outs: [] };
  expect(decide({ ...fresh, inputs: none, locked })).toMatchObject({ action: 'run', reasons: [{ kind: 'no-inputs' }] });
});
