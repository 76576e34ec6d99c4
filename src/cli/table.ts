/** A table for people: columns in a terminal, or Markdown for a pull request. Cells are plain text. */
import { fitText, plainLine } from '../lib/text-width.ts';
import { alignColumns } from './columns.ts';
import type { CliContext } from './command.ts';
import { createTheme } from './theme.ts';

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface TableStyle {
  readonly md: boolean;
}

export function renderTable({ header, rows }: Table, context: CliContext, { md }: TableStyle): string {
  if (md) return renderMarkdown({ header, rows });
  const { globals, terminal } = context;
  const [head = '', ...lines] = alignColumns([header, ...rows].map((row) => row.map(plainLine)));
  // A table that wraps is none; what reads a pipe gets all of it.
  const fit = (line: string) => (terminal.isTty ? fitText(line, terminal.columns()) : line);
  const { faint } = createTheme(globals.color);
  const isCut = [head, ...lines].some((line) => fit(line) !== line);
  const note = isCut ? [faint(fit('the window is too narrow for all columns; `| less -S` has them'))] : [];
  return [faint(fit(head)), ...lines.map(fit), ...note].join('\n');
}

function renderMarkdown({ header, rows }: Table): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => plainLine(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
