/**
 * Hooks that keep data in step with git: after a checkout the files of that commit, before a push the bytes that
 * it needs. Where git looks for hooks is git's to say; a hook that is there already is somebody's, and stays.
 */
import { execFileSync } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { publishFile } from './publish.ts';
import { readTextIfThere } from './read-if-there.ts';

export interface HookReport {
  /** Names of hooks that were written, or that were ours and are as they should be. */
  readonly written: readonly string[];
  /** Names of hooks that somebody else wrote. */
  readonly kept: readonly string[];
}

/** `root`: absolute. Undefined: this is no git checkout. Throws what the operating system says. */
export function writeHooks(root: string): HookReport | undefined {
  const folder = hooksFolder(root);
  if (folder === undefined) return undefined;
  const written: string[] = [];
  const kept: string[] = [];
  for (const [name, text] of Object.entries(HOOKS)) {
    const file = join(folder, name);
    const isFree = lstatSync(file, { throwIfNoEntry: false }) === undefined;
    if (isFree) publishFile(file, text, { mode: 0o755 });
    (isFree || readTextIfThere(file) === text ? written : kept).push(name);
  }
  return { written, kept };
}

/** Of a worktree too, and with core.hooksPath. */
function hooksFolder(root: string): string | undefined {
  try {
    const path = execFileSync('git', ['rev-parse', '--git-path', 'hooks'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return resolve(root, path.trimEnd());
  } catch {
    return undefined;
  }
}

const HEAD = `#!/bin/sh
# Written by pipe init --hooks. Yours to change or remove.
pipe=$PWD/node_modules/.bin/pipe
[ -x "$pipe" ] || pipe=$(command -v pipe) || exit 0
`;

const HOOKS: Readonly<Record<string, string>> = {
  // The third argument is 1 when a branch was checked out, and 0 for single files. What the cache lacks is no reason to fail.
  'post-checkout': `${HEAD}[ "$3" = 1 ] && [ -f pipeline.yaml ] || exit 0
"$pipe" checkout -q || echo 'pipe: some files are not in the cache; pipe pull brings them' >&2
exit 0
`,
  // A commit is of little use to others without its data: no push without it.
  'pre-push': `${HEAD}[ -f pipeline.yaml ] || exit 0
[ "$("$pipe" remote list --json | tr -d ' \\n')" = '{"remotes":[]}' ] && exit 0
exec "$pipe" push -q
`,
};
