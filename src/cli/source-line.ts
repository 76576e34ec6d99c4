/** The text of one line of a file the user wrote, read only when a problem comes without it. */
import { join } from 'node:path';
import { findRoot } from '../engine/load.ts';
import { readTextIfThere } from '../store/read-if-there.ts';
import type { CliContext } from './command.ts';
import type { LineOf } from './render-problem.ts';

export function lineIn({ cwd }: CliContext): LineOf {
  return ({ file, line }) => readTextIfThere(join(findRoot(cwd) ?? cwd, file))?.split('\n', line)[line - 1];
}
