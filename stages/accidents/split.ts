/** The split of the accidents: see lib/split for how a key decides. */
export { hashShare, holdoutOf } from '../lib/split.ts';

/** What of an accident is hashed. */
export const SPLIT_KEY = 'accident number';
