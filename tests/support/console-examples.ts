/** The examples of a manual: what is typed after `$` in blocks marked `console`, and what has to come out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ConsoleExample {
  readonly command: string;
  /** Each line with its line end. */
  readonly output: string;
}

/** `file`: below docs/. In the order of the text. */
export function consoleExamples(file: string): readonly ConsoleExample[] {
  const text = readFileSync(join(import.meta.dirname, '../../docs', file), 'utf8');
  const blocks = [...text.matchAll(/^```console\n([^]*?)^```/gm)].map(([, block]) => block ?? '');
  return blocks.flatMap((block) =>
    [...block.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm)].map(([, command = '', output = '']) => ({ command, output })),
  );
}
