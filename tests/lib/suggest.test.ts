/** "Did you mean". */
import { expect, test } from 'vitest';
import { closest } from '../../src/lib/suggest.ts';
import { fc } from '../support/properties.ts';

const words = ['repro', 'status', 'dag', 'why', 'logs', 'init'];

test.each([
  ['repor', 'repro'],
  ['REPRO', 'repro'],
  ['stauts', 'status'],
  ['statuses', 'status'],
  ['dga', 'dag'],
  ['wyh', 'why'],
  ['frobnicate', undefined],
  ['x', undefined],
  ['', undefined],
])('%j: %s', (typed, meant) => {
  expect(closest(typed, words)).toBe(meant);
});

test('of two that are equally near the first is meant', () => {
  expect(closest('outs', ['out', 'bouts', 'oust'])).toBe('out');
});

test('a word with one slip in it is found again', () => {
  fc.assert(
    fc.property(fc.constantFrom(...words), fc.nat(20), fc.constantFrom('a', 'x', '-'), (word, at, letter) => {
      const place = at % word.length;
      expect(closest(word.slice(0, place) + letter + word.slice(place), words)).toBe(word);
    }),
  );
});
