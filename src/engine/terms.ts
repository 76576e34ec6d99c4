/** The terms of one command: what may be taken as known, and what may be written down. */
export interface Terms {
  /** Restore from the run cache, and record in it. */
  readonly runCache: boolean;
  /** Store outs as objects. Without it the lock entry alone is written, and the next run stores. */
  readonly commit: boolean;
  /** For CI: a stage whose inputs are not those of its lock entry fails instead of running. */
  readonly locked: boolean;
  /** Data that is neither here nor in the cache is taken to be as it was recorded. */
  readonly allowMissing: boolean;
  /** Run every stage in a private folder that holds only what is declared. */
  readonly isolated: boolean;
  /** What a failed or stopped stage wrote goes to .pipe/failed/ instead of being removed. */
  readonly keepFailed: boolean;
}

export const USUAL_TERMS: Terms = {
  runCache: true,
  commit: true,
  locked: false,
  allowMissing: false,
  isolated: false,
  keepFailed: false,
};
