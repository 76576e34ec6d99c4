/**
 * The files of DVC's run cache, `runs/ab/<key>/<value>` in a cache or a remote that is a folder. Knows nothing of
 * what they say.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { compareCodeUnits } from '../../lib/canonical-json.ts';
import { ifThere, listIfThere, readTextIfThere } from '../read-if-there.ts';

/** Their texts, the newest first: DVC takes the newest of one key. `folders`: absolute. */
export function readDvcRuns(folders: readonly string[]): readonly string[] {
  const files = folders.flatMap((folder) => below(below(below([join(folder, 'runs')]))));
  return files
    .flatMap((file) => {
      const stat = ifThere(() => statSync(file));
      return stat?.isFile() === true ? [{ file, at: stat.mtimeMs }] : [];
    })
    .sort((a, b) => b.at - a.at || compareCodeUnits(a.file, b.file))
    .flatMap(({ file }) => readTextIfThere(file) ?? []);
}

const below = (folders: readonly string[]): readonly string[] =>
  folders.flatMap((folder) =>
    ifThere(() => statSync(folder))?.isDirectory() === true
      ? listIfThere(folder).map((name) => join(folder, name))
      : [],
  );
