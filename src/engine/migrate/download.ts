/**
 * Fetches what is neither in the workspace nor in a cache from the remotes of DVC: first lists of folders,
 * then what they name. A server that does not answer is not asked again.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseManifest } from '../../core/dvc/manifest.ts';
import { downloadObject, type Fetched } from '../../store/dvc/dvc-download.ts';
import { type DvcId, objectPaths } from '../../store/dvc/dvc-places.ts';
import { openRemote } from '../../store/remotes/open.ts';
import type { Remote } from '../../store/remotes/remote.ts';
import { ifThere } from '../../store/read-if-there.ts';
import type { Environment } from '../workspace.ts';
import type { DvcRemote } from './remotes.ts';

export interface Downloaded {
  readonly files: number;
  readonly bytes: number;
  /** By name of the remote: why it could not be read. */
  readonly unreachable: ReadonlyMap<string, string>;
  /** MD5s of which something else came. */
  readonly wrong: readonly string[];
}

export interface DownloadParts {
  readonly remotes: readonly DvcRemote[];
  /** Absolute: gets the layout of a cache. */
  readonly folder: string;
  /** Absolute. */
  readonly root: string;
  /** Absolute. */
  readonly uploads: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly files: number; readonly of: number; readonly bytes: number }) => void;
}

/** As many requests at a time as a browser makes. */
const AT_ONCE = 6;

export async function download(parts: DownloadParts, wanted: readonly DvcId[]): Promise<Downloaded> {
  const state: State = { files: 0, bytes: 0, unreachable: new Map(), wrong: [], servers: [] };
  try {
    for (const { name, access } of parts.remotes) {
      if (access.kind !== 'server') continue;
      const opened = await openRemote(access.settings, { ...parts, attempts: ATTEMPTS, connections: AT_ONCE });
      if (opened.ok) state.servers.push({ name, remote: opened.value, hasVersions: access.hasVersions });
      else state.unreachable.set(name, opened.error.problem);
    }
    if (state.servers.length === 0) return state;
    const all = unique(wanted);
    await fetchAll(parts, state, all);
    const below = all.filter(({ md5 }) => md5.endsWith('.dir')).flatMap((id) => filesIn(parts.folder, id));
    await fetchAll(
      parts,
      state,
      unique(below).filter((id) => !isThere(parts.folder, id)),
    );
    return state;
  } finally {
    for (const { remote } of state.servers) await remote.close();
  }
}

/** Somebody waits, and whoever is offline knows it. */
const ATTEMPTS = 3;

interface State {
  files: number;
  bytes: number;
  readonly unreachable: Map<string, string>;
  readonly wrong: string[];
  readonly servers: Server[];
}

interface Server {
  readonly name: string;
  readonly remote: Remote;
  readonly hasVersions: boolean;
}

async function fetchAll(parts: DownloadParts, state: State, ids: readonly DvcId[]): Promise<void> {
  const rest = ids.values();
  const next = async (): Promise<void> => {
    for (const id of rest) {
      parts.signal.throwIfAborted();
      await fetchOne(parts, state, id);
      parts.onProgress({ files: state.files, of: ids.length, bytes: state.bytes });
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, ids.length) }, next));
}

async function fetchOne({ folder, signal }: DownloadParts, state: State, id: DvcId): Promise<void> {
  let outcome: Fetched | undefined;
  for (const { name, remote, hasVersions } of state.servers) {
    if (state.unreachable.has(name)) continue;
    const fetched = await downloadObject(remote, id, { folder, hasVersions });
    signal.throwIfAborted();
    if (!fetched.ok) state.unreachable.set(name, fetched.error.problem);
    else if (fetched.value.kind === 'fetched') {
      state.files += 1;
      state.bytes += fetched.value.bytes;
      return;
    } else outcome = outcome?.kind === 'wrong' ? outcome : fetched.value;
  }
  if (outcome?.kind === 'wrong') state.wrong.push(id.md5);
}

function filesIn(folder: string, id: DvcId): readonly DvcId[] {
  const text = objectPaths(id).flatMap((path) => ifThere(() => readFileSync(join(folder, path), 'utf8')) ?? [])[0];
  return (text === undefined ? [] : (parseManifest(text) ?? [])).map(({ md5 }) => ({ md5, isLegacy: id.isLegacy }));
}

const isThere = (folder: string, id: DvcId): boolean => objectPaths(id).some((path) => existsSync(join(folder, path)));

const unique = (ids: readonly DvcId[]): readonly DvcId[] => [
  ...new Map(ids.map((id) => [`${id.md5} ${id.isLegacy}`, id])).values(),
];
