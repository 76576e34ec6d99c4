/**
 * The last lines of a terminal, which can be drawn anew while other lines scroll up above them.
 *
 * Invariant: they are the last thing on the screen, and each is narrower than the screen was when
 * it was drawn, so that they can be taken away whole, even after the window was made narrower.
 */
import { fitText, textWidth } from '../lib/text-width.ts';
import type { Terminal } from './command.ts';

export class LiveRegion {
  readonly #terminal: Terminal;
  /** Widths of the lines that stand there now. */
  #drawn: readonly number[] = [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  get isEmpty(): boolean {
    return this.#drawn.length === 0;
  }

  /** One write for all of it: the screen never shows it half done. */
  redraw({
    above,
    live,
    paint,
  }: {
    above: readonly string[];
    live: readonly string[];
    paint: (line: string) => string;
  }): void {
    const fitted = live.map((line) => fitText(line, this.#terminal.columns() - 1));
    const lines = [...above, ...fitted.map(paint)].map((line) => `${line}\n`);
    this.#terminal.write(`${this.#takeAway()}${lines.join('')}`);
    this.#drawn = fitted.map(textWidth);
  }

  erase(): void {
    if (!this.isEmpty) this.#terminal.write(this.#takeAway());
  }

  #takeAway(): string {
    // Lines that were drawn on a wider screen now take several rows.
    const columns = Math.max(1, this.#terminal.columns());
    const rows = this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    this.#drawn = [];
    return rows === 0 ? '' : `\u001b[${rows}A\r\u001b[J`;
  }
}
