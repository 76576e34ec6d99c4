/** A table that is wider than the window is cut, and says so. */
import { expect, test } from 'vitest';
import { renderTable } from '../../src/cli/table.ts';
import { createScreen } from './screen.ts';

const TABLE = { header: ['NAME', 'FIRST', 'SECOND'], rows: [['a', '1.5', '2.5']] };

const linesAt = (columns: number) => renderTable(TABLE, createScreen(columns).context, { md: false }).split('\n');

test('what fits stands there and nothing else', () => {
  expect(linesAt(80)).toEqual(['NAME  FIRST  SECOND', 'a     1.5    2.5']);
});

test('what is cut at the edge of the window is not lost without a word', () => {
  const lines = linesAt(14);
  expect(lines.slice(0, 2)).toEqual(['NAME  FIRST  …', 'a     1.5    …']);
  expect(lines[2]).toMatch(/^the window is/);
  expect(renderTable(TABLE, createScreen(70).context, { md: true })).not.toContain('window');
});

test('what the table goes into a pipe for gets all of it', () => {
  const { context } = createScreen(14);
  const piped = { ...context, terminal: { ...context.terminal, isTty: false } };
  expect(renderTable(TABLE, piped, { md: false })).toBe('NAME  FIRST  SECOND\na     1.5    2.5');
});
