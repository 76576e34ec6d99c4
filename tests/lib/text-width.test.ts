/** Columns of a terminal. */
import { expect, test } from 'vitest';
import { fitText, plainLine, textWidth } from '../../src/lib/text-width.ts';
import { fc } from '../support/properties.ts';

test.each([
  ['plain', 5],
  ['日本', 4],
  ['e\u0301', 1],
  ['🚀', 2],
  ['한글', 4],
  ['ｆｕｌｌ', 8],
  ['→ …', 3],
  ['', 0],
])('%j takes %i columns', (text, columns) => {
  expect(textWidth(text)).toBe(columns);
});

test.each([
  ['a\tb', 'a  b'],
  ['\u001b[1;31mred\u001b[0m', 'red'],
  ['\u001b]0;title\u0007text', 'text'],
  ['\u001b[2K\rprogress', 'progress'],
  ['a\u0000b\u009bc', 'abc'],
])('%j is shown as %j', (text, shown) => {
  expect(plainLine(text)).toBe(shown);
});

test('what does not fit is cut, and shows that it was', () => {
  expect(fitText('abcdef', 6)).toBe('abcdef');
  expect(fitText('abcdefg', 6)).toBe('abcde…');
  expect(fitText('日本語', 5)).toBe('日本…');
  expect(fitText('日本語', 4)).toBe('日…');
  expect(fitText('abc', 0)).toBe('');
});

test('whatever the text, it fits afterwards and nothing in it moves the cursor', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, columns) => {
      const shown = fitText(plainLine(text), columns);
      expect(textWidth(shown)).toBeLessThanOrEqual(columns);
      expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    }),
  );
});
