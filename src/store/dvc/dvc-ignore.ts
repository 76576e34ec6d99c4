/** Which files DVC does not see: what it never looks at, and the rules of all `.dvcignore` files. */
import createRules from 'ignore';
import { isOutside } from '../../core/root-path.ts';
import { type IgnoreFile, toPipeIgnore } from '../../core/dvc/ignore.ts';

export interface DvcIgnore {
  /** Of a root-relative path. */
  isIgnored(path: string, kind: 'file' | 'dir'): boolean;
}

export function createDvcIgnore(files: readonly IgnoreFile[]): DvcIgnore {
  const rules = createRules({ allowRelativePaths: true }).add(['.hg/', '.git/', '.git', '.dvc/']);
  const own = toPipeIgnore(files);
  if (own !== undefined) rules.add(own);
  return {
    isIgnored: (path, kind) => path !== '.' && !isOutside(path) && rules.ignores(kind === 'dir' ? `${path}/` : path),
  };
}
