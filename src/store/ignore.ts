/**
 * Which files below the root belong to no folder and no glob: a built-in list and `.pipeignore` in the
 * root (gitignore syntax). `.gitignore` is not consulted: data lives there.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type createRules from 'ignore';
import type { Ignore } from 'ignore';
import { errorCode } from './read-if-there.ts';

export interface IgnoreRules {
  /** Of a root-relative path whose parents are not ignored. */
  isIgnored(path: string, kind: 'file' | 'dir'): boolean;
}

/** Throws when a `.pipeignore` is there and cannot be read. `instead`: the text of one that is not written yet. */
export function createIgnore(root: string, instead?: string): IgnoreRules {
  const own = readOwnRules(root, instead);
  return {
    isIgnored(path, kind) {
      if (isBuiltIn(path.slice(path.lastIndexOf('/') + 1))) return true;
      // Nothing outside the root is named by `.pipeignore`.
      if (own === undefined || path === '.' || path.startsWith('../') || path.startsWith('/')) return false;
      return own.ignores(kind === 'dir' ? `${path}/` : path);
    },
  };
}

const NAMES = new Set(['.git', '.pipe', '.gitignore', '__pycache__', '.ipynb_checkpoints', '.DS_Store', '4913']);

/** Swap and backup files of vim, emacs and kate come and go while somebody edits; `.tmp-…` is what we were writing when killed. */
const PATTERN = /\.pyc$|^\..*\.sw[a-p]$|~$|^\.#|^#.*#$|\.kate-swp$|^\.tmp-[0-9a-f]{16}$/;

const isBuiltIn = (name: string): boolean => NAMES.has(name) || PATTERN.test(name);

function readOwnRules(root: string, instead: string | undefined): Ignore | undefined {
  const text = instead ?? readRules(join(root, '.pipeignore'));
  if (text === undefined) return undefined;
  // Loaded only now: most projects have no such file, and start-up is counted in milliseconds.
  const ignore: typeof createRules = createRequire(import.meta.url)('ignore');
  return ignore({ allowRelativePaths: true }).add(text);
}

function readRules(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
