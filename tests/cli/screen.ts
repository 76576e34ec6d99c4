/** A terminal in memory: line ends, cursor up, erase below, and wrapping, as a real one has them. */
import type { CliContext } from '../../src/cli/command.ts';
import { plainLine, textWidth } from '../../src/lib/text-width.ts';

export interface Screen {
  readonly context: CliContext;
  /** What stands there, a row each, without the empty last one. */
  readonly lines: () => readonly string[];
  readonly width: (text: string) => number;
  /** Rows that are too wide now take several. */
  readonly resize: (columns: number) => void;
}

export function createScreen(initialColumns: number): Screen {
  let columns = initialColumns;
  let rows: string[] = [''];
  let row = 0;
  const put = (text: string) => {
    rows[row] = (rows[row] ?? '') + text;
    for (const part of wrap(rows[row] ?? '', columns).slice(1)) {
      const full = rows[row] ?? '';
      rows[row] = full.slice(0, full.length - part.length);
      rows[++row] = part;
    }
  };
  const write = (text: string) => {
    for (const part of text.split(/(\n|\r|\u001b\[\d*[A-Za-z])/)) {
      const up = /^\u001b\[(\d+)A$/.exec(part)?.[1];
      if (up !== undefined) row = Math.max(0, row - Number(up));
      else if (part === '\u001b[J') rows = [...rows.slice(0, row), ''];
      else if (part === '\n') rows[++row] ??= '';
      else if (part !== '\r' && !part.startsWith('\u001b')) put(part);
    }
  };
  return {
    context: {
      cwd: '/',
      env: {},
      signal: new AbortController().signal,
      leaveInterrupts: () => undefined,
      globals: { json: false, quiet: false, verbose: false, color: false },
      print: (text) => write(`${text}\n`),
      printError: (text) => write(`${text}\n`),
      terminal: { isTty: true, columns: () => columns, write },
      finish: () => undefined,
      grammarFor: () => Promise.reject(new Error('nobody completes here')),
    },
    lines: () => rows.slice(0, -1),
    width: (text) => textWidth(plainLine(text)),
    resize: (next) => {
      columns = next;
      rows = rows.flatMap((text) => wrap(text, columns));
      row = rows.length - 1;
    },
  };
}

function wrap(text: string, columns: number): readonly string[] {
  const rows = [''];
  for (const character of text) {
    const last = rows.at(-1) ?? '';
    if (textWidth(last + character) > columns) rows.push(character);
    else rows[rows.length - 1] = last + character;
  }
  return rows;
}
