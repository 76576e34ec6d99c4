/** A folder in which the stage programs run as processes of their own, as a person would start them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endOf, runProgram, type ProgramEnd } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

export interface StageFolder {
  readonly root: string;
  readonly write: (path: string, content: string | Uint8Array) => void;
  readonly read: (path: string) => string;
  readonly exists: (path: string) => boolean;
  readonly run: (stage: string, ...args: readonly string[]) => Promise<ProgramEnd>;
}

const STAGES = fileURLToPath(new URL('../../stages/', import.meta.url));

/** With the project's own params.yaml, changed by `settings` (text to text). */
export function createStageFolder(settings: Readonly<Record<string, string>> = {}): StageFolder {
  const root = tempFolder();
  const write = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  write('params.yaml', Object.entries(settings).reduce(replaceOnce, PARAMS));
  return {
    root,
    write,
    read: (path) => readFileSync(join(root, path), 'utf8'),
    exists: (path) => existsSync(join(root, path)),
    run: (stage, ...args) => endOf(runProgram(join(STAGES, `${stage}.ts`), args, { cwd: root }).child),
  };
}

const PARAMS = readFileSync(new URL('../../params.yaml', import.meta.url), 'utf8');

function replaceOnce(text: string, [from, to]: readonly [string, string]): string {
  if (!text.includes(from)) throw new Error(`params.yaml has no "${from}"`);
  return text.replace(from, to);
}
