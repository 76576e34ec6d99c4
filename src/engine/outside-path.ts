/**
 * Deps outside the project, by `../` or an absolute path, and the two of them that are none: what in truth lies in the
 * project would be known under two names, and a folder around it holds what its own stages write.
 */
import { relative, sep } from 'node:path';
import { isOutside } from '../core/root-path.ts';
import { isWithin, placeFrom, realPath } from '../store/digest-link.ts';

export interface OutsideProblem {
  /** The rest of a sentence that begins with the path. */
  readonly problem: string;
  readonly hint: string;
}

/** `path`: root-relative, or as `resolveAnywhere` returns it. Undefined: it may be a dep. */
export function outsideProblem(root: string, path: string): OutsideProblem | undefined {
  if (!isOutside(path)) return undefined;
  const [base, place] = [root, placeFrom(root, path)].map((folder) => realPath(folder) ?? folder);
  if (base === undefined || place === undefined) return undefined;
  if (isWithin(base, place))
    return { problem: 'is a folder around the project', hint: 'name the files or folders in it that the stage reads' };
  if (!isWithin(place, base)) return undefined;
  const inside = relative(base, place).split(sep).join('/');
  return { problem: 'leads back into the project', hint: `write it as \`${inside}\`, from the project's folder` };
}
