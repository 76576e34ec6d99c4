/** What is shown when the program itself is wrong: everything somebody needs who has to mend it. */
import { VERSION } from './manifest.ts';

export function renderBug(error: unknown, argv: readonly string[]): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    'this is a bug in pipe, not in your pipeline. Please report it with this text:',
    '',
    `  pipe ${VERSION}, node ${process.version}, ${process.platform} ${process.arch}`,
    `  command: pipe ${argv.join(' ')}`,
    ...stack.split('\n').map((line) => `  ${line}`),
    '',
    'Nothing half-done was recorded; the next `pipe repro` puts right what was left.',
  ].join('\n');
}
