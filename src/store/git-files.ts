/** Asks git which files it tracks. Knows nothing of stages; read only. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A command line has a limited length. */
const PATHS_A_CALL = 500;

/** Tracked files at or below the given root-relative paths; undefined when this is no git work tree, or there is no git. */
export async function trackedFiles(root: string, paths: readonly string[]): Promise<readonly string[] | undefined> {
  if ((await git(root, ['rev-parse', '--is-inside-work-tree'])) !== 'true\n') return undefined;
  return (await listed(root, ['ls-files', '-z'], paths)) ?? [];
}

/**
 * What stands at or below the given paths and is not as the last commit has it: changed, or not tracked. An
 * untracked folder is named by itself, with `/` at its end. Before the first commit that is all of it.
 */
export async function uncommittedPaths(root: string, paths: readonly string[]): Promise<readonly string[]> {
  const [changed, untracked] = await Promise.all([
    listed(root, ['diff-index', '--name-only', '--relative', '-z', 'HEAD'], paths),
    listed(root, ['ls-files', '-z', '--others', '--directory'], paths),
  ]);
  return changed === undefined ? paths : [...changed, ...(untracked ?? [])];
}

/** undefined: git refused. Literal pathspecs: an out named `*.csv` is a name, not a pattern. */
async function listed(
  root: string,
  command: readonly string[],
  paths: readonly string[],
): Promise<readonly string[] | undefined> {
  const found: string[] = [];
  for (let at = 0; at < paths.length; at += PATHS_A_CALL) {
    const args = ['--literal-pathspecs', ...command, '--', ...paths.slice(at, at + PATHS_A_CALL)];
    const listing = await git(root, args);
    if (listing === undefined) return undefined;
    found.push(...listing.split('\0').filter((path) => path !== ''));
  }
  return found;
}

/** Of these root-relative paths those that git ignores; undefined as above. */
export async function ignoredPaths(root: string, paths: readonly string[]): Promise<readonly string[] | undefined> {
  if ((await git(root, ['rev-parse', '--is-inside-work-tree'])) !== 'true\n') return undefined;
  // Exit code 1, with nothing printed, when git ignores none of them.
  const listing = await git(root, ['check-ignore', '-z', '--stdin'], paths.map((path) => `${path}\0`).join(''));
  return (listing ?? '').split('\0').filter((path) => path !== '');
}

async function git(cwd: string, args: readonly string[], input = ''): Promise<string | undefined> {
  try {
    const running = promisify(execFile)('git', args, { cwd, maxBuffer: 1024 * 1024 * 1024 });
    // It may have ended without reading.
    running.child.stdin?.on('error', () => undefined).end(input);
    return (await running).stdout;
  } catch {
    return undefined;
  }
}
