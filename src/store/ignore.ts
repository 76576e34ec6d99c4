/**
 * Which files below the root belong to no folder and no glob: a built-in list and `.pipeignore`
 * (gitignore syntax). `.gitignore` is not consulted: data lives there.
 */
export interface IgnoreRules {
  /** Of a root-relative path whose parents are not ignored. */
  isIgnored(path: string, kind: 'file' | 'dir'): boolean;
}

export function createIgnore(root: string): IgnoreRules {
  throw new Error(root);
}
