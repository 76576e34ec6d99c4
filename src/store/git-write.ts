/**
 * The little that we write into a git repository: snapshots of a work tree, refs of our own, work trees of our own.
 *
 * Never moves a branch, HEAD or the user's index, and runs no hook. Failures are git's own words.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../lib/result.ts';

export interface GitOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Standard output without its last line end. Failures: git-failed. */
export async function runGit(
  cwd: string,
  args: readonly string[],
  { input = '', env = {} }: GitOptions = {},
): Promise<Result<string, Failure>> {
  // Set inside a git hook, and then meant for the repository of the hook and not for a work tree of ours.
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...own } = process.env;
  const child = spawn('git', ['-c', 'core.hooksPath=/dev/null', ...args], { cwd, env: { ...own, ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => undefined).end(input);
  const operation = `git ${args.find((arg) => !arg.startsWith('-')) ?? ''}`;
  const failed = (problem: string): Result<string, Failure> => err({ code: 'git-failed', operation, problem });
  try {
    const [code] = await once(child, 'close');
    return code === 0 ? ok(stdout.replace(/\n$/, '')) : failed(stderr.trim());
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

/**
 * The tree of all that git tracks or would track, as it stands: the index stays as it is. `cwd`: the top of the
 * work tree. `without`: paths below it that are left out. Failures: git-failed.
 */
export async function writeWorkTree(cwd: string, without: readonly string[] = []): Promise<Result<string, Failure>> {
  const folder = mkdtempSync(join(tmpdir(), 'pipe-index-'));
  const index = join(folder, 'index');
  try {
    // A copy knows which files have not moved, so that only the others are read.
    const own = await runGit(cwd, ['rev-parse', '--git-path', 'index']);
    if (!own.ok) return own;
    const file = isAbsolute(own.value) ? own.value : join(cwd, own.value);
    if (existsSync(file)) copyFileSync(file, index);
    const env = { GIT_INDEX_FILE: index };
    const added = await runGit(cwd, ['add', '--all'], { env });
    if (!added.ok) return added;
    // Not by a pathspec of `add`, which fails when git ignores the path anyway.
    const left = ['--literal-pathspecs', 'rm', '-r', '--cached', '--quiet', '--ignore-unmatch', '--', ...without];
    const removed = without.length === 0 ? added : await runGit(cwd, left, { env });
    return removed.ok ? await runGit(cwd, ['write-tree'], { env }) : removed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The commit's id; nothing refers to it yet. Failures: git-failed. */
export async function writeCommit(
  cwd: string,
  { tree, parent, message }: { readonly tree: string; readonly parent: string; readonly message: string },
): Promise<Result<string, Failure>> {
  const known = await runGit(cwd, ['var', 'GIT_COMMITTER_IDENT']);
  const env: Record<string, string> = known.ok ? {} : NOBODY;
  return await runGit(cwd, ['commit-tree', tree, '-p', parent, '-F', '-'], { input: message, env });
}

/** Where git does not know who is at work. */
const NOBODY = {
  GIT_AUTHOR_NAME: 'pipe',
  GIT_AUTHOR_EMAIL: 'pipe@localhost',
  GIT_COMMITTER_NAME: 'pipe',
  GIT_COMMITTER_EMAIL: 'pipe@localhost',
};

export interface ChangedPath {
  readonly path: string;
  readonly isDeleted: boolean;
  /** Was not there in the first one. */
  readonly isNew: boolean;
}

/** From one tree or commit to another, relative to the top. Failures: git-failed. */
export async function changedPaths(
  cwd: string,
  from: string,
  to: string,
): Promise<Result<readonly ChangedPath[], Failure>> {
  const listing = await runGit(cwd, ['diff-tree', '-r', '-z', '--no-renames', '--name-status', from, to]);
  if (!listing.ok) return listing;
  const words = listing.value.split('\0');
  const changed: ChangedPath[] = [];
  for (let at = 0; at + 1 < words.length; at += 2)
    changed.push({ path: words[at + 1] ?? '', isDeleted: words[at] === 'D', isNew: words[at] === 'A' });
  return ok(changed);
}
