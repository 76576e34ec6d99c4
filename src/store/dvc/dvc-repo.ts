/**
 * Finds a DVC repository and the files in it that DVC reads. Opens nothing but `.dvcignore`.
 *
 * The root is the nearest folder upward with a `.dvc` folder, or, where there is none (a part of a repository,
 * say), the folder itself if it holds files of DVC's.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { IgnoreFile } from '../../core/dvc/ignore.ts';
import { compareCodeUnits } from '../../lib/canonical-json.ts';
import { ifThere, readTextIfThere } from '../read-if-there.ts';
import { createDvcIgnore, type DvcIgnore } from './dvc-ignore.ts';

export interface DvcRepo {
  /** Absolute. */
  readonly root: string;
  /** Root-relative, sorted: files called dvc.yaml. */
  readonly pipelines: readonly string[];
  /** `.dvc` files and `Dvcfile`s. */
  readonly pointers: readonly string[];
  readonly ignoreFiles: readonly IgnoreFile[];
  readonly ignore: DvcIgnore;
  /** Folders that are repositories of their own: nothing of them is looked at. */
  readonly nested: readonly string[];
}

export function findDvcRepo(cwd: string): DvcRepo | undefined {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (isDvcRoot(folder)) return readRepo(folder);
    if (dirname(folder) === folder) break;
  }
  return readdirSync(cwd).some(isDvcName) ? readRepo(resolve(cwd)) : undefined;
}

const isDvcRoot = (folder: string): boolean => ifThere(() => statSync(join(folder, '.dvc')))?.isDirectory() ?? false;

const isPointer = (name: string): boolean => (name.endsWith('.dvc') && name !== '.dvc') || name === 'Dvcfile';
const isDvcName = (name: string): boolean => isPointer(name) || name === 'dvc.yaml' || name === 'dvc.lock';

function readRepo(root: string): DvcRepo {
  const pipelines: string[] = [];
  const pointers: string[] = [];
  const nested: string[] = [];
  const ignoreFiles: IgnoreFile[] = [];
  let ignore = createDvcIgnore([]);
  const pending = ['.'];
  for (let folder = pending.shift(); folder !== undefined; folder = pending.shift()) {
    const text = readTextIfThere(join(root, folder, '.dvcignore'));
    if (text !== undefined) {
      ignoreFiles.push({ folder, text });
      ignore = createDvcIgnore(ignoreFiles);
    }
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (entry.name === '.pipe' || ignore.isIgnored(path, 'dir')) continue;
        (existsSync(join(root, path, '.dvc')) ? nested : pending).push(path);
      } else if (isDvcName(entry.name) && !ignore.isIgnored(path, 'file')) {
        if (entry.name === 'dvc.yaml') pipelines.push(path);
        else if (isPointer(entry.name)) pointers.push(path);
      }
    }
  }
  const sorted = (list: readonly string[]) => [...list].sort(compareCodeUnits);
  return {
    root,
    pipelines: sorted(pipelines),
    pointers: sorted(pointers),
    nested: sorted(nested),
    ignoreFiles,
    ignore,
  };
}
