/** Reads every object of a cache and says which are not what their names say. Changes nothing. */
import { digestAt } from './objects-copy.ts';
import { listObjects, type ObjectFile } from './objects-list.ts';
import { errorCode } from './read-if-there.ts';

export interface ObjectsVerified {
  readonly count: number;
  readonly broken: readonly ObjectFile[];
}

export async function verifyObjects(cacheDir: string, signal: AbortSignal): Promise<ObjectsVerified> {
  const broken: ObjectFile[] = [];
  let count = 0;
  for (const object of listObjects(cacheDir)) {
    if (signal.aborted) break;
    count += 1;
    if (!(await isWhole(object))) broken.push(object);
  }
  return { count, broken };
}

async function isWhole({ file, digest }: ObjectFile): Promise<boolean> {
  try {
    return (await digestAt(file)) === digest;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return true; // gone by now: nothing to complain of
    throw error;
  }
}
