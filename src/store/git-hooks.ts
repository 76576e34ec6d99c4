/**
 * Hooks that keep data in step with git: after a checkout the files of that commit, before a push the bytes that
 * it needs. Where git looks for hooks is git's to say; a hook that is there already is somebody's, and stays.
 */
import { execFileSync, type StdioOptions } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { publishFile } from './publish.ts';
import { readTextIfThere } from './read-if-there.ts';

export interface HookReport {
  /** Absolute: where git looks for hooks. */
  readonly folder: string;
  /** Names of hooks that were written, or that were ours and are as they should be. */
  readonly written: readonly string[];
  /** Names of hooks that somebody else wrote. */
  readonly kept: readonly string[];
}

/** `root`: absolute. Undefined: this is no git checkout. Throws what the operating system says. */
export function writeHooks(root: string): HookReport | undefined {
  const places = placesOf(root);
  if (places === undefined) return undefined;
  const written: string[] = [];
  const kept: string[] = [];
  for (const [name, body] of Object.entries(bodies)) {
    const file = join(places.folder, name);
    const text = `${headFor(places.prefix)}${body}`;
    const isFree = lstatSync(file, { throwIfNoEntry: false }) === undefined;
    if (isFree) publishFile(file, text, { mode: 0o755 });
    (isFree || readTextIfThere(file) === text ? written : kept).push(name);
  }
  return { folder: places.folder, written, kept };
}

/** Of a worktree too, and with core.hooksPath. Hooks are run at the top of the work tree, wherever the root is. */
function placesOf(root: string): { readonly folder: string; readonly prefix: string } | undefined {
  try {
    const args = ['rev-parse', '--git-path', 'hooks', '--show-prefix'];
    const stdio: StdioOptions = ['ignore', 'pipe', 'ignore'];
    const [folder = '', prefix = ''] = execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio }).split('\n');
    return { folder: resolve(root, folder), prefix };
  } catch {
    return undefined;
  }
}

/** Above the hook's own lines. `prefix`: of the root below the top of the work tree; empty, or ending in `/`. */
const headFor = (prefix: string): string => `#!/bin/sh
# Written by pipe init --hooks. Yours to change or remove.
unset $(git rev-parse --local-env-vars)
pipe=$PWD/node_modules/.bin/pipe
${
  prefix === ''
    ? ''
    : `cd ${quoted(prefix)} 2>/dev/null || exit 0
[ -x "$PWD/node_modules/.bin/pipe" ] && pipe=$PWD/node_modules/.bin/pipe
`
}[ -x "$pipe" ] || pipe=$(command -v pipe) || exit 0
`;

const quoted = (path: string): string => `'./${path.replaceAll("'", "'\\''")}'`;

/** What our own hooks do, as a line for one that is there already. */
export const HOOK_LINES: Readonly<Record<string, string>> = {
  'post-checkout': '[ "$3" = 1 ] && pipe checkout -q',
  'pre-push': 'pipe push -q --pre-push "$1"',
};

const bodies: Readonly<Record<string, string>> = {
  // The third argument is 1 when a branch was checked out, and 0 for single files. What the cache lacks is no reason to fail.
  'post-checkout': `[ "$3" = 1 ] && [ -f pipeline.yaml ] || exit 0
"$pipe" checkout -q || echo 'pipe: some files are not in the cache; pipe pull brings them' >&2
exit 0
`,
  // A commit is of little use to others without its data: no push without it. Standard input says which commits.
  'pre-push': `[ -f pipeline.yaml ] || exit 0
[ "$("$pipe" remote list --json </dev/null | tr -d ' \\n')" = '{"remotes":[]}' ] && exit 0
exec "$pipe" push -q --pre-push "$1"
`,
};
