/**
 * The files of a folder as DVC counts them: links to folders are not entered, links to files count as what
 * they point at, `.dvcignore` applies. Knows nothing of digests.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { placeFrom } from '../digest-link.ts';
import { ifThere } from '../read-if-there.ts';
import type { DvcIgnore } from './dvc-ignore.ts';

export interface DvcFolderFile {
  /** Below the folder. */
  readonly relpath: string;
  /** Absolute. */
  readonly file: string;
}

/** `path`: root-relative, or outside the root. Undefined: DVC could not say either (a broken link, a named pipe). */
export function listDvcFolder(root: string, path: string, ignore: DvcIgnore): readonly DvcFolderFile[] | undefined {
  const found: DvcFolderFile[] = [];
  const top = placeFrom(root, path);
  const pending = [''];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of readdirSync(join(top, folder), { withFileTypes: true })) {
      const relpath = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const file = join(top, relpath);
      if (entry.isDirectory()) {
        if (!ignore.isIgnored(`${path}/${relpath}`, 'dir')) pending.push(relpath);
        continue;
      }
      if (ignore.isIgnored(`${path}/${relpath}`, 'file')) continue;
      const stat = ifThere(() => statSync(file));
      if (stat?.isDirectory() === true) continue;
      if (stat?.isFile() !== true) return undefined;
      found.push({ relpath, file });
    }
  }
  return found;
}
