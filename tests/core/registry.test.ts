import { describe, expect, test } from 'vitest';
import { parseRegistry, renderRegistry } from '../../src/core/registry-file.ts';
import {
  addVersion,
  EMPTY_REGISTRY,
  KEPT_REJECTED,
  promote,
  reject,
  rollBack,
  setPinned,
  type RegistryState,
} from '../../src/core/registry.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { ok } from '../../src/lib/result.ts';
import { fc } from '../support/properties.ts';

const two = promote(grow(promote(grow(EMPTY_REGISTRY), 1)), 2);
const statuses = (state: RegistryState) => state.versions.map(({ status }) => status);

test('promotion retires the champion and remembers it', () => {
  expect(two).toMatchObject({ production: 2, previous: 1, pinned: false });
  expect(statuses(two)).toEqual(['retired', 'production']);
});

test('a roll back rejects the present champion for good and pins nothing', () => {
  const back = rollBack(setPinned(two, true), 1);
  expect(back).toMatchObject({ production: 1, previous: null, pinned: false });
  expect(statuses(back)).toEqual(['production', 'rejected_by_person']);
});

test('after a roll back, another one goes to the newest version that was retired', () => {
  const three = promote(grow(two), 3);
  expect(rollBack(three, 2).previous).toBe(1);
});

test('the gate cannot reject what was in production or what a person rejected', () => {
  expect(reject(two, 1)).toBe(two);
  const back = rollBack(two, 1);
  expect(reject(back, 2)).toBe(back);
});

test('what changes nothing is the same state, with the same revision', () => {
  expect(promote(two, 2)).toBe(two);
  expect(rollBack(two, 2)).toBe(two);
  expect(setPinned(two, false)).toBe(two);
});

test('of the rejected versions the oldest are dropped, never another', () => {
  const many = Array.from({ length: KEPT_REJECTED + 3 }).reduce<RegistryState>((state) => {
    const grown = grow(state);
    return reject(grown, grown.versions.at(-1)?.n ?? 0);
  }, two);
  expect(many.versions.map(({ n }) => n)).toEqual([1, 2, ...Array.from({ length: KEPT_REJECTED }, (_, i) => i + 6)]);
});

const histories = fc.array(fc.tuple(fc.constantFrom('add', 'promote', 'reject', 'rollBack', 'pin'), fc.nat(30)), {
  maxLength: 60,
});

describe('whatever is done to a registry', () => {
  test('at most one version is in production, the one that is named', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const state = replay(history);
        const live = state.versions.filter(({ status }) => status === 'production').map(({ n }) => n);
        expect(live).toEqual(state.production === null ? [] : [state.production]);
      }),
    );
  });

  test('its text gives it back', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const state = replay([['add', 0], ...history]);
        expect(parseRegistry(renderRegistry(state))).toEqual(ok(state));
      }),
    );
  });

  test('the revision rises with every change', () => {
    fc.assert(
      fc.property(histories, ([...history]) => {
        const last = history.pop();
        const before = replay(history);
        const after = replay(last === undefined ? history : [...history, last]);
        expect(after.revision - before.revision).toBe(
          JSON.stringify({ ...after, revision: 0 }) === JSON.stringify({ ...before, revision: 0 }) ? 0 : 1,
        );
      }),
    );
  });
});

function replay(history: readonly (readonly [string, number])[]): RegistryState {
  return history.reduce<RegistryState>((state, [act, number]) => {
    const { n = 0 } = state.versions[number % (state.versions.length || 1)] ?? {};
    if (act === 'add' || n === 0) return grow(state);
    if (act === 'pin') return setPinned(state, number % 2 === 0);
    if (act === 'reject') return reject(state, n);
    return act === 'promote' ? promote(state, n) : rollBack(state, n);
  }, EMPTY_REGISTRY);
}

function grow(state: RegistryState): RegistryState {
  const n = (state.versions.at(-1)?.n ?? 0) + 1;
  return addVersion(state, { n, sha: digestOf(`version ${n}`) });
}
