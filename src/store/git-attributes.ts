/** The line in .gitattributes that keeps git from merging lock entries line by line. */
import { join } from 'node:path';
import { publishFile } from './publish.ts';
import { readTextIfThere } from './read-if-there.ts';

/** Lock entries are replaced as a whole: a line-by-line merge of two would be true of neither side. */
const ATTRIBUTES = 'locks/** -merge';

/** Written without a git checkout too: it may become one. */
export function writeAttributes(root: string): void {
  const file = join(root, '.gitattributes');
  const text = readTextIfThere(file) ?? '';
  if (text.split(/\r?\n/).includes(ATTRIBUTES)) return;
  publishFile(file, `${text === '' || text.endsWith('\n') ? text : `${text}\n`}${ATTRIBUTES}\n`);
}
