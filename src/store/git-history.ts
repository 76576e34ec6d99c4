/** Asks git where a text or a file's content first stood. Knows nothing of stages; read only, and silent without git. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface Commit {
  readonly hash: string;
  /** ISO 8601. */
  readonly date: string;
  readonly subject: string;
}

const FORMAT = '--format=%H%x00%cI%x00%s';
/** Versions of one file that are read before giving up. */
const MAX_VERSIONS = 500;

/** The last commit that changed a file, if the file is as that commit left it. */
export async function commitOf(root: string, path: string): Promise<Commit | undefined> {
  const [changes, log] = await Promise.all([
    git(root, ['status', '--porcelain', '--', literal(path)]),
    git(root, ['log', '-1', FORMAT, '--', literal(path)]),
  ]);
  return changes?.length === 0 ? commitsIn(log)[0] : undefined;
}

/** Commits of any branch that brought or took this text in a folder, latest first. */
export async function commitsAbout(root: string, text: string, folder: string): Promise<readonly Commit[]> {
  return commitsIn(await git(root, ['log', '--all', `-S${text}`, FORMAT, '--', literal(folder)]));
}

/** The earliest commit of any branch in which the file held exactly this content. */
export async function commitWithContent(
  root: string,
  path: string,
  isWanted: (bytes: Uint8Array) => boolean,
): Promise<Commit | undefined> {
  const commits = commitsIn(await git(root, ['log', '--all', '--reverse', FORMAT, '--', literal(path)]));
  for (const commit of commits.slice(-MAX_VERSIONS)) {
    const bytes = await fileAt(root, commit.hash, path);
    if (bytes !== undefined && isWanted(bytes)) return commit;
  }
  return undefined;
}

function fileAt(root: string, commit: string, path: string): Promise<Buffer | undefined> {
  return git(root, ['show', `${commit}:./${path}`]);
}

const literal = (path: string): string => `:(literal)${path}`;

function commitsIn(log: Buffer | undefined): readonly Commit[] {
  const lines = (log?.toString('utf8') ?? '').split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [hash = '', date = '', subject = ''] = line.split('\0');
    return { hash, date, subject };
  });
}

async function git(cwd: string, args: readonly string[]): Promise<Buffer | undefined> {
  try {
    const options = { cwd, encoding: 'buffer', maxBuffer: 1024 * 1024 * 1024 } as const;
    const { stdout } = await promisify(execFile)('git', ['--no-optional-locks', ...args], options);
    return stdout;
  } catch {
    return undefined;
  }
}
