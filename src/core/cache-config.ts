/** How a checkout uses its cache, as a value. */

/** How a file comes out of the cache, best first; a copy is always possible. */
export const LINK_KINDS = ['reflink', 'hardlink', 'symlink', 'copy'] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

export interface CacheConfig {
  /** Absolute. */
  readonly dir: string;
  /** Tried in this order. */
  readonly link: readonly LinkKind[];
  /** Group-writable: for several people on one machine. */
  readonly shared: boolean;
}
