/**
 * A commit and the files below a folder of it, read lazily: only the trees on the way to what is asked for.
 *
 * Knows nothing of stages. Paths are relative to the folder, which need not be the top of the repository.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import type { Commit } from './git-history.ts';
import { type GitObjects, openGitObjects } from './git-objects.ts';

export interface GitTreeEntry {
  readonly name: string;
  readonly id: string;
  /** `module`: another repository's commit; nothing of it can be read here. */
  readonly type: 'file' | 'exec' | 'symlink' | 'dir' | 'module';
}

export interface GitTree {
  readonly commit: Commit;
  /** Undefined: nothing stands there. `.` is the folder itself. */
  readonly entryAt: (path: string) => Promise<GitTreeEntry | undefined>;
  /** Undefined: no file stands there. */
  readonly read: (path: string) => Promise<Buffer | undefined>;
  /** What stands directly in a folder, sorted; empty when there is none. */
  readonly list: (path: string) => Promise<readonly GitTreeEntry[]>;
  /** Paths of all files below a folder, sorted. */
  readonly filesBelow: (path: string) => Promise<readonly string[]>;
  /** The files themselves, by id: one that stands in many places and commits is told apart by nothing else. */
  readonly blobsBelow: (path: string) => Promise<ReadonlyMap<string, string>>;
}

export interface GitRepository {
  /** Undefined: git knows no such commit. */
  readonly open: (revision: string) => Promise<GitTree | undefined>;
  /** By its id. */
  readonly readBlob: (id: string) => Promise<Buffer | undefined>;
  readonly close: () => Promise<void>;
}

/** Undefined: this is no git work tree, or there is no git. `root`: absolute. */
export async function openGitRepository(root: string): Promise<GitRepository | undefined> {
  const prefix = await prefixOf(root);
  if (prefix === undefined) return undefined;
  const objects = openGitObjects(root);
  const trees = createTreeReader(objects);
  return {
    async open(revision) {
      const found = await objects.read(`${revision}^{commit}`);
      if (found?.type !== 'commit') return undefined;
      const { commit, tree } = parseCommit(found.id, found.bytes.toString('utf8'));
      return openTree({ objects, trees, commit, top: { name: '', id: tree, type: 'dir' }, prefix });
    },
    readBlob: async (id) => (await objects.read(id))?.bytes,
    close: () => objects.close(),
  };
}

/** `models/a/` where the root is that folder of the repository; empty at its top. */
async function prefixOf(root: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', '--show-prefix'], { cwd: root });
    return stdout.replace(/\n$/, '');
  } catch {
    return undefined;
  }
}

interface Opening {
  readonly objects: GitObjects;
  readonly trees: ReadTree;
  readonly commit: Commit;
  readonly top: GitTreeEntry;
  readonly prefix: string;
}

function openTree({ objects, trees, commit, top, prefix }: Opening): GitTree {
  const entryAt = async (path: string): Promise<GitTreeEntry | undefined> => {
    let entry: GitTreeEntry | undefined = top;
    for (const name of `${prefix}${path}`.split('/').filter((part) => part !== '' && part !== '.')) {
      if (entry?.type !== 'dir') return undefined;
      entry = (await trees(entry.id)).find((other) => other.name === name);
    }
    return entry;
  };
  const list = async (path: string): Promise<readonly GitTreeEntry[]> => {
    const entry = await entryAt(path);
    return entry?.type === 'dir' ? trees(entry.id) : [];
  };
  const blobsBelow = async (path: string): Promise<ReadonlyMap<string, string>> => {
    const found = new Map<string, string>();
    const walk = async (entries: readonly GitTreeEntry[], folder: string): Promise<void> => {
      for (const { name, type, id } of entries) {
        const below = folder === '.' ? name : `${folder}/${name}`;
        if (type === 'dir') await walk(await trees(id), below);
        else if (type !== 'module') found.set(below, id);
      }
    };
    await walk(await list(path), path);
    return found;
  };
  return {
    commit,
    entryAt,
    list,
    blobsBelow,
    filesBelow: async (path) => [...(await blobsBelow(path)).keys()].sort(compareCodeUnits),
    async read(path) {
      const entry = await entryAt(path);
      if (entry === undefined || entry.type === 'dir' || entry.type === 'module') return undefined;
      return (await objects.read(entry.id))?.bytes;
    },
  };
}

type ReadTree = (id: string) => Promise<readonly GitTreeEntry[]>;

/** Revisions share most of their trees: each is read once. */
function createTreeReader(objects: GitObjects): ReadTree {
  const known = new Map<string, Promise<readonly GitTreeEntry[]>>();
  return (id) => {
    const reading =
      known.get(id) ?? objects.read(id).then((tree) => (tree === undefined ? [] : parseTree(tree.bytes, id)));
    known.set(id, reading);
    return reading;
  };
}

/** `<mode> <name>\0<id in bytes>`, again and again. */
function parseTree(bytes: Buffer, id: string): readonly GitTreeEntry[] {
  const idBytes = id.length / 2;
  const entries: GitTreeEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const end = bytes.indexOf(0, space);
    entries.push({
      name: bytes.toString('utf8', space + 1, end),
      id: bytes.toString('hex', end + 1, end + 1 + idBytes),
      type: typeOf(bytes.toString('latin1', at, space)),
    });
    at = end + 1 + idBytes;
  }
  return entries.sort((a, b) => compareCodeUnits(a.name, b.name));
}

function typeOf(mode: string): GitTreeEntry['type'] {
  if (mode === '40000') return 'dir';
  if (mode === '120000') return 'symlink';
  if (mode === '160000') return 'module';
  return (Number.parseInt(mode, 8) & 0o100) === 0 ? 'file' : 'exec';
}

function parseCommit(hash: string, text: string): { readonly commit: Commit; readonly tree: string } {
  const [head = ''] = text.split('\n\n', 1);
  const subject = (text.slice(head.length + 2).split('\n\n', 1)[0] ?? '').trim().replaceAll('\n', ' ');
  const [, tree = ''] = /^tree ([0-9a-f]+)$/m.exec(head) ?? [];
  const [, seconds = '0', zone = '+0000'] = /^committer .* (\d+) ([+-]\d{4})$/m.exec(head) ?? [];
  return { commit: { hash, date: isoDate(Number(seconds), zone), subject }, tree };
}

/** As git's own %cI: in the committer's zone. */
function isoDate(seconds: number, zone: string): string {
  const sign = zone.startsWith('-') ? -1 : 1;
  const minutes = sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5)));
  const local = new Date((seconds + minutes * 60) * 1000).toISOString().slice(0, 19);
  return `${local}${zone === '+0000' ? '+00:00' : `${zone.slice(0, 3)}:${zone.slice(3)}`}`;
}
