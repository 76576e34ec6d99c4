/**
 * Where what arrives is written: in a thread of its own once there is much of it, in this one before, and when we
 * run from source, where that thread has no program.
 */
import type { CacheConfig } from '../../core/cache-config.ts';
import type { ObjectFiles } from '../objects-files.ts';
import type { Arrivals } from './arrivals.ts';
import { createArrivalsHere } from './arrivals-here.ts';
import { findArrivalsProgram, openArrivalsThread } from './arrivals-thread.ts';

/** A thread starts while a few small ones are on their way. */
const FEW = 32;
const SMALL_BYTES = 1024 * 1024;

export function openArrivals(files: ObjectFiles, { dir, shared }: Pick<CacheConfig, 'dir' | 'shared'>): Arrivals {
  const here = createArrivalsHere(files);
  const program = findArrivalsProgram();
  if (program === undefined) return here;
  let kept = 0;
  let thread: Arrivals | undefined;
  const open = (): Arrivals => (thread ??= openArrivalsThread(program, { dir, shared }));
  return {
    keep: (digest, bytes) => {
      kept += 1;
      return (kept <= FEW && bytes.length <= SMALL_BYTES ? here : open()).keep(digest, bytes);
    },
    begin: (file, size) => open().begin(file, size),
    close: async () => await thread?.close(),
  };
}
