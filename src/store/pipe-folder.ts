/** Makes `.pipe/` with its own .gitignore: nothing of it belongs into a commit but config.yaml. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from './layout.ts';
import { publishFile } from './publish.ts';

export function preparePipeFolder({ pipe }: Layout): void {
  const file = join(pipe, '.gitignore');
  if (!existsSync(file)) publishFile(file, '/*\n!/config.yaml\n', { durable: false });
}
