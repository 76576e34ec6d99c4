import { expect, test } from 'vitest';
import { fingerprint, type StageInputs } from '../../src/core/fingerprint.ts';
import type { LockEntry } from '../../src/core/lock-entry.ts';
import { parseLock, readLockJson, renderLock } from '../../src/core/lock-file.ts';
import { stageLockName, stageOfLockName } from '../../src/core/lock-name.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { fc } from '../support/properties.ts';

const inputs: StageInputs = {
  cmd: 'tsx stages/train.ts',
  shell: ['/bin/sh', '-e', '-c'],
  wdir: '.',
  deps: { 'data/raw': { type: 'dir', digest: digestOf('raw') }, 'a.sh': { type: 'exec', digest: digestOf('sh') } },
  params: { 'params.yaml:train.lr': 1, 'params.yaml:train.seed': 42n, 'params.yaml:name': 'gbdt' },
  env: { TZ: 'UTC', LANG: null },
  outs: [
    { path: 'model.json', persist: false },
    { path: 'state', persist: true },
  ],
};
const entry: LockEntry = {
  inputs,
  fingerprint: fingerprint(inputs),
  outs: [
    { path: 'model.json', content: { type: 'file', digest: digestOf('model'), size: 5, files: 1 } },
    { path: 'state', content: { type: 'dir', digest: digestOf('state'), size: 9, files: 2 }, before: null },
  ],
};

test('a lock entry is pretty, sorted, one entry a line, and says nothing of time or machine', () => {
  expect(renderLock(entry)).toMatchInlineSnapshot(`
    "{
      "version": 1,
      "cmd": "tsx stages/train.ts",
      "shell": ["/bin/sh","-e","-c"],
      "wdir": ".",
      "deps": {
        "a.sh": {"digest":"89c4ec9f6b3f1086b158d8ef03dfe8155e6f79d9e66434b8f9b3432fe8720e50","type":"exec"},
        "data/raw": {"digest":"d7439bee24773bcbfa2d0a97947ee36227b10d1022b1a55847e928965bb6bfde","type":"dir"}
      },
      "params": {
        "params.yaml:name": "gbdt",
        "params.yaml:train.lr": {"float":"1.0"},
        "params.yaml:train.seed": 42
      },
      "env": {
        "LANG": null,
        "TZ": "UTC"
      },
      "outs": {
        "model.json": {"digest":"9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4","size":5},
        "state": {"after":{"digest":"4ba69735ca53765ed6a709edb56c6ea236b7193a3b29a6b390c346f0f4340e4e","files":2,"size":9,"type":"dir"},"before":null,"persist":true}
      },
      "fingerprint": "582c996d2e183633842cd35e32475adba43f54be3fa767ec1768c56417c3718c",
      "entry": "17ab42d92033c53fedeeb58b3e992bf64f893f134c2312d5521dd6203a4fcace"
    }
    "
  `);
});

test('what was written is read back', () => {
  expect(parseLock(renderLock(entry))).toEqual({ kind: 'entry', entry });
});

test('deps that are no files are read back with what is shown of them', () => {
  const deps: StageInputs['deps'] = {
    'notes.txt': { type: 'text', digest: digestOf('a') },
    'run://node --version': { type: 'command', digest: digestOf('b'), shown: 'v20.1' },
    'https://h/x': { type: 'url', digest: digestOf('c'), shown: 'etag "1"' },
  };
  const outside = { ...entry, inputs: { ...inputs, deps } };
  expect(parseLock(renderLock(outside))).toEqual({ kind: 'entry', entry: outside });
});

test('a checkout that changed the line ends changed nothing', () => {
  expect(parseLock(renderLock(entry).replaceAll('\n', '\r\n'))).toEqual({ kind: 'entry', entry });
});

test('a single changed character anywhere makes it no entry of ours', () => {
  const text = renderLock(entry);
  fc.assert(
    fc.property(fc.nat(text.length - 1), (at) => {
      const altered = `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`;
      expect(parseLock(altered).kind).not.toBe('entry');
    }),
  );
});

test('a torn file is no entry', () => {
  const text = renderLock(entry);
  fc.assert(
    fc.property(fc.nat(text.length - 1), (length) => {
      expect(parseLock(text.slice(0, length)).kind).not.toBe('entry');
    }),
  );
});

test('conflict markers are for a person to resolve', () => {
  const text = `<<<<<<< ours\n${renderLock(entry)}=======\n>>>>>>> theirs\n`;
  expect(parseLock(text)).toEqual({ kind: 'conflict', problem: 'it has conflict markers' });
});

test('valid JSON that was merged by hand counts as absent', () => {
  expect(parseLock(renderLock(entry).replace('"params.yaml:train.seed": 42', '"params.yaml:train.seed": 43'))).toEqual({
    kind: 'altered',
  });
});

test.each([
  ['train', 'train'],
  ['train@gbdt-0.1', 'train@gbdt-0.1'],
  ['Train', '%54rain'],
  ['a b/é', 'a%20b%2F%C3%A9'],
])('the lock file of stage %s is named %s, and the name says which stage it is', (stage, name) => {
  expect(stageLockName(stage)).toBe(name);
  expect(stageOfLockName(name)).toBe(stage);
});

/** Letters that mean something in JSON, or in the lines of a lock file. */
const anyPath = fc.string({
  unit: fc.constantFrom('a', '"', '\\', '\n', ' ', ':', '{', '}', ',', 'é', '\u2028', '😀'),
  minLength: 1,
});

test('what is taken from its lines is what the whole text says as JSON, whatever its paths are called', () => {
  const kept = { type: 'file', digest: digestOf('x'), size: 1, files: 1 } as const;
  fc.assert(
    fc.property(fc.uniqueArray(anyPath), (paths) => {
      const sorted = [...paths].sort();
      const outs = sorted.map((path) => ({ path, content: kept }));
      const text = renderLock({
        ...entry,
        inputs: { ...inputs, cmd: sorted, outs: sorted.map((path) => ({ path, persist: false })) },
        outs,
      });
      expect(parseLock(text)).toEqual({ kind: 'entry', entry: readLockJson(JSON.parse(text)) });
      expect(readLockJson(JSON.parse(text))?.outs).toEqual(outs);
    }),
    { examples: [[[': a']]], numRuns: 1_000 },
  );
});
