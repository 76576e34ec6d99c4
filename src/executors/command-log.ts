/** The file that takes what a command prints. It is opened by whoever starts the command, and kept open by the command alone. */
import { existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/** Returns a descriptor; what is written goes to the end, whoever else writes. Throws what the operating system says. */
export function openLog(file: string): number {
  const folder = dirname(file);
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  return openSync(file, 'a', 0o644);
}
