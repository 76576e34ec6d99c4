/** A copy of examples/sentiment in a repository of its own whose code is this one's. */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pipe } from '../support/pipe-command.ts';
import { runProgram, type ProgramEnd } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What is committed; a run in the checkout leaves more. */
const COMMITTED = ['params.yaml', 'pipeline.yaml', 'stages', 'src', 'shared', 'data/to_predict.csv', 'data/incoming'];

export interface SentimentFolder {
  readonly write: (path: string, content: string | Uint8Array) => void;
  readonly read: (path: string) => string;
  /** Replaces text of params.yaml. */
  readonly set: (from: string, to: string) => void;
  readonly pipe: (...args: readonly string[]) => Promise<ProgramEnd>;
  /** A stage alone, as a person would start it. */
  readonly stage: (name: string, ...args: readonly string[]) => Promise<ProgramEnd>;
}

export function createSentimentFolder(): SentimentFolder {
  const repository = tempFolder();
  for (const name of ['src', 'stages', 'node_modules', 'package.json'])
    symlinkSync(join(ROOT, name), join(repository, name));
  const folder = join(repository, 'examples/sentiment');
  for (const path of COMMITTED) {
    cpSync(join(ROOT, 'examples/sentiment', path), join(folder, path), { recursive: true, verbatimSymlinks: true });
  }
  const at = (path: string) => join(folder, path);
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
    pipe: (...args) => pipe(repository, '-C', 'examples/sentiment', ...args),
    stage: (name, ...args) => runProgram(at(`stages/${name}.ts`), args, { cwd: folder }).ended,
  };
}

/** The lines of a text without its last line end. */
export const linesOf = (text: string): readonly string[] => text.trimEnd().split('\n');
