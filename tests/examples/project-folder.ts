/** A copy of a pipeline of this repository, in a temporary repository whose code is this one's. */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pipe } from '../support/pipe-command.ts';
import { runProgram, type ProgramEnd } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface ProjectFolder {
  readonly write: (path: string, content: string | Uint8Array) => void;
  readonly read: (path: string) => string;
  /** Replaces text of params.yaml. */
  readonly set: (from: string, to: string) => void;
  readonly pipe: (...args: readonly string[]) => Promise<ProgramEnd>;
  /** A stage alone, as a person would start it. */
  readonly stage: (name: string, ...args: readonly string[]) => Promise<ProgramEnd>;
}

/** `folder`: of the pipeline, below the root. `committed`: what of it is copied; a run in the checkout leaves more. */
export function createProjectFolder(folder: string, committed: readonly string[]): ProjectFolder {
  const repository = tempFolder();
  for (const name of ['src', 'stages', 'node_modules', 'package.json'])
    symlinkSync(join(ROOT, name), join(repository, name));
  const at = (path: string) => join(repository, folder, path);
  for (const path of committed) {
    cpSync(join(ROOT, folder, path), at(path), { recursive: true, verbatimSymlinks: true });
  }
  const read = (path: string) => readFileSync(at(path), 'utf8');
  const write = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), content);
  };
  return {
    write,
    read,
    set: (from, to) => {
      const params = read('params.yaml');
      if (!params.includes(from)) throw new Error(`params.yaml has no "${from}"`);
      write('params.yaml', params.replace(from, to));
    },
    pipe: (...args) => pipe(repository, '-C', folder, ...args),
    stage: (name, ...args) => runProgram(at(`stages/${name}.ts`), args, { cwd: at('.') }).ended,
  };
}

/** The lines of a text without its last line end. */
export const linesOf = (text: string): readonly string[] => text.trimEnd().split('\n');
