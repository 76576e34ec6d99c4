/**
 * From what DVC recorded (a path, an MD5) to the same content in our terms: from the workspace when it holds
 * exactly that, else from where DVC keeps it. Every byte is checked against its MD5.
 *
 * Reads only. What is found says where its bytes are, so that `engine/migrate/store` can take them.
 */
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { DvcData } from '../../core/dvc/lock.ts';
import { type ManifestFile, parseManifest, renderManifest } from '../../core/dvc/manifest.ts';
import type { Content } from '../../core/lock-entry.ts';
import { renderTree, treeContent, type TreeEntry } from '../../core/tree.ts';
import { compareCodeUnits } from '../../lib/canonical-json.ts';
import type { Digester } from '../../store/digest.ts';
import { placeFrom } from '../../store/digest-link.ts';
import { type DvcDigests, dvcDigests, md5Of } from '../../store/dvc/dvc-digests.ts';
import { listDvcFolder } from '../../store/dvc/dvc-folder.ts';
import type { DvcIgnore } from '../../store/dvc/dvc-ignore.ts';
import type { DvcId, DvcPlaces } from '../../store/dvc/dvc-places.ts';
import type { IgnoreRules } from '../../store/ignore.ts';
import type { MissingObject } from '../../store/objects-missing.ts';
import { ifThere } from '../../store/read-if-there.ts';
import { createTurns } from '../../store/turns.ts';

/** One dep, out or source as DVC recorded it. */
export interface Recorded extends Pick<DvcData, 'md5' | 'isLegacy' | 'isExec' | 'files'> {
  /** Root-relative. */
  readonly path: string;
}

export type Resolved =
  | {
      readonly kind: 'found';
      readonly content: Content;
      /** Whether what stands at the path is exactly that. */
      readonly isInWorkspace: boolean;
      /** Its objects, a folder's own last; undefined: take them from the path. */
      readonly objects: readonly MissingObject[] | undefined;
      /** Files in the folder that pipe never tracks. */
      readonly untracked: readonly string[];
    }
  | {
      readonly kind: 'missing';
      /** Before a colon and the path. */
      readonly why: string;
      /** What a remote would have to bring. */
      readonly wanted: readonly DvcId[];
    };

export interface Resolver {
  resolve(recorded: Recorded): Promise<Resolved>;
}

export interface ResolverParts {
  readonly root: string;
  readonly digester: Digester;
  readonly ignore: IgnoreRules;
  readonly dvcIgnore: DvcIgnore;
  readonly places: DvcPlaces;
}

export function createResolver(parts: ResolverParts): Resolver {
  const known = new Map<string, Promise<Resolved>>();
  const read = createReader();
  return {
    async resolve(recorded) {
      const key = JSON.stringify([recorded.path, recorded.md5, recorded.isLegacy, recorded.isExec, recorded.files]);
      const answer = known.get(key) ?? resolve({ ...parts, read }, recorded);
      known.set(key, answer);
      const resolved = await answer;
      // It may be fetched meanwhile, and asked for again.
      if (resolved.kind === 'missing') known.delete(key);
      return resolved;
    },
  };
}

interface Parts extends ResolverParts {
  readonly read: (file: string) => Promise<DvcDigests | undefined>;
}

/** Each file once; undefined: it is not there, or is no file. */
function createReader(): Parts['read'] {
  const known = new Map<string, Promise<DvcDigests | undefined>>();
  return (file) => {
    const answer = known.get(file) ?? (isFile(file) ? dvcDigests(file) : Promise.resolve(undefined));
    known.set(file, answer);
    return answer;
  };
}

const isFile = (file: string): boolean => ifThere(() => statSync(file))?.isFile() ?? false;
const isFolder = (path: string): boolean => ifThere(() => statSync(path))?.isDirectory() ?? false;

async function resolve(parts: Parts, recorded: Recorded): Promise<Resolved> {
  const { md5, files } = recorded;
  if (files !== undefined) return await resolveFolder(parts, recorded, files);
  if (md5 === undefined) return missing('DVC recorded no MD5');
  if (!md5.endsWith('.dir')) return await resolveFile(parts, recorded, md5);
  return await resolveFolder(parts, recorded, undefined);
}

const missing = (why: string, wanted: readonly DvcId[] = []): Resolved => ({ kind: 'missing', why, wanted });

async function resolveFile(parts: Parts, recorded: Recorded, md5: string): Promise<Resolved> {
  const { root, digester } = parts;
  const { path, isLegacy, isExec } = recorded;
  const standing = await parts.read(placeFrom(root, path));
  if (isMatch(standing, { md5, isLegacy })) {
    const content = await digester.digest(path);
    if (content.ok && content.value !== undefined)
      return { kind: 'found', content: content.value, isInWorkspace: true, objects: undefined, untracked: [] };
  }
  const kept = await findKept(parts, { md5, isLegacy });
  if (kept === undefined) return missing(whyMissing(standing, md5), [{ md5, isLegacy, path }]);
  const { digest, size } = kept.digests;
  return {
    kind: 'found',
    content: { type: isExec ? 'exec' : 'file', digest, size, files: 1 },
    isInWorkspace: false,
    objects: [{ digest, size, from: { file: kept.file } }],
    untracked: [],
  };
}

const NOWHERE = "neither in the workspace nor in DVC's cache";
const CHANGED = "changed since, and DVC's cache does not have what it was";

function whyMissing(standing: DvcDigests | undefined, md5: string): string {
  if (standing === undefined) return NOWHERE;
  return standing.legacyMd5 === md5 ? `${CHANGED} (only in line ends: CRLF here, LF then)` : CHANGED;
}

const isMatch = (digests: DvcDigests | undefined, { md5, isLegacy }: DvcId): boolean =>
  digests !== undefined && (digests.md5 === md5 || (isLegacy && digests.legacyMd5 === md5));

async function findKept(
  { places, read }: Parts,
  id: DvcId,
): Promise<{ readonly file: string; readonly digests: DvcDigests } | undefined> {
  for (const file of places.candidates(id)) {
    const digests = await read(file);
    // What DVC 2 kept is named by the MD5 of its text, wherever it lies by now.
    if (digests !== undefined && (digests.md5 === id.md5 || digests.legacyMd5 === id.md5)) return { file, digests };
  }
  return undefined;
}

async function resolveFolder(
  parts: Parts,
  recorded: Recorded,
  listed: readonly ManifestFile[] | undefined,
): Promise<Resolved> {
  const { path } = recorded;
  const isStanding = await standsAs(parts, recorded, listed);
  if (isStanding) {
    const content = await parts.digester.digest(path);
    if (content.ok && content.value?.type === 'dir')
      return { kind: 'found', content: content.value, isInWorkspace: true, objects: undefined, untracked: [] };
  }
  const manifest = listed ?? (await readManifest(parts, recorded));
  if (manifest !== undefined) return await assemble(parts, recorded, manifest);
  return missing(
    isFolder(placeFrom(parts.root, path)) ? CHANGED : NOWHERE,
    recorded.md5 === undefined ? [] : [{ md5: recorded.md5, isLegacy: recorded.isLegacy }],
  );
}

async function standsAs(
  parts: Parts,
  recorded: Recorded,
  listed: readonly ManifestFile[] | undefined,
): Promise<boolean> {
  if (!isFolder(placeFrom(parts.root, recorded.path))) return false;
  const found = listDvcFolder(parts.root, recorded.path, parts.dvcIgnore);
  if (found === undefined || (listed !== undefined && listed.length !== found.length)) return false;
  const files: ManifestFile[] = [];
  const turn = createTurns();
  for (const { relpath, file } of found) {
    const digests = await parts.read(file);
    if (digests === undefined) return false;
    files.push({ relpath, md5: recorded.isLegacy ? digests.legacyMd5 : digests.md5 });
    await turn();
  }
  const text = renderManifest(files);
  return listed === undefined ? `${md5Of(text)}.dir` === recorded.md5 : text === renderManifest(listed);
}

async function readManifest(
  { places }: Parts,
  { md5, isLegacy }: Recorded,
): Promise<readonly ManifestFile[] | undefined> {
  if (md5 === undefined) return undefined;
  for (const file of places.candidates({ md5, isLegacy })) {
    const bytes = await readFile(file);
    const manifest = `${md5Of(bytes)}.dir` === md5 ? parseManifest(bytes.toString('utf8')) : undefined;
    if (manifest !== undefined) return manifest;
  }
  return undefined;
}

/** From its files one by one; those that the workspace still has need not be in a cache. */
async function assemble(parts: Parts, recorded: Recorded, manifest: readonly ManifestFile[]): Promise<Resolved> {
  const tree = newFolder();
  const objects = new Map<string, MissingObject>();
  const wanted: DvcId[] = [];
  const untracked: string[] = [];
  const turn = createTurns();
  for (const { relpath, md5 } of manifest) {
    if (isUntracked(parts.ignore, recorded.path, relpath)) {
      untracked.push(relpath);
      continue;
    }
    const id = { md5, isLegacy: recorded.isLegacy, path: `${recorded.path}/${relpath}` };
    const kept = await findFile(parts, id.path, id);
    if (kept === undefined) wanted.push(id);
    else {
      const { digest, size } = kept.digests;
      objects.set(digest, { digest, size, from: { file: kept.file } });
      put(tree, relpath.split('/'), { type: 'file', digest, size, files: 1 });
    }
    await turn();
  }
  if (wanted.length > 0)
    return missing(`${wanted.length} of ${manifest.length} files neither in the workspace nor in DVC's cache`, wanted);
  const content = close(tree, objects);
  return { kind: 'found', content, isInWorkspace: false, objects: [...objects.values()], untracked };
}

async function findFile(parts: Parts, path: string, id: DvcId) {
  const file = placeFrom(parts.root, path);
  const digests = await parts.read(file);
  return digests !== undefined && isMatch(digests, id) ? { file, digests } : await findKept(parts, id);
}

/** Anything on the way may be ignored: `__pycache__/x`. */
function isUntracked(ignore: IgnoreRules, path: string, relpath: string): boolean {
  const parts = relpath.split('/');
  return parts.some((_, index) => {
    const at = `${path}/${parts.slice(0, index + 1).join('/')}`;
    return ignore.isIgnored(at, index === parts.length - 1 ? 'file' : 'dir');
  });
}

interface Folder {
  readonly files: Map<string, Content>;
  readonly folders: Map<string, Folder>;
}

const newFolder = (): Folder => ({ files: new Map(), folders: new Map() });

function put(folder: Folder, [name = '', ...rest]: readonly string[], content: Content): void {
  if (rest.length === 0) {
    folder.files.set(name, content);
    return;
  }
  const below = folder.folders.get(name) ?? newFolder();
  folder.folders.set(name, below);
  put(below, rest, content);
}

/** Its node and all below, each after what it names. */
function close(folder: Folder, objects: Map<string, MissingObject>): Content {
  const entries: TreeEntry[] = [
    ...[...folder.files].map(([name, content]) => ({ name, ...content })),
    ...[...folder.folders].map(([name, below]) => ({ name, ...close(below, objects) })),
  ].sort((a, b) => compareCodeUnits(a.name, b.name));
  const content = treeContent(entries);
  const bytes = Buffer.from(renderTree(entries));
  objects.delete(content.digest);
  objects.set(content.digest, { digest: content.digest, size: bytes.length, from: { bytes } });
  return content;
}
