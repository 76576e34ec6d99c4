/** Keeps one sorted block of ours in the root's .gitignore; the rest of the file is the user's. */
import { join } from 'node:path';
import { publishFile } from './publish.ts';
import { readTextIfThere } from './read-if-there.ts';

const BEGIN = '# pipe: outs and model state, kept by pipe (do not edit this block)';
const END = '# pipe: end';

/** `paths`: root-relative, sorted. The file is only written when the block differs. */
export function writeIgnoreBlock(root: string, paths: readonly string[]): void {
  const file = join(root, '.gitignore');
  const text = readTextIfThere(file) ?? '';
  const next = withBlock(text, paths);
  if (next !== text) publishFile(file, next);
}

/** Pure. The line ends are those of the first line. */
export function withBlock(text: string, paths: readonly string[]): string {
  const lines = text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
  const begin = lines.indexOf(BEGIN);
  const last = begin < 0 ? -1 : lines.indexOf(END, begin);
  const hasBlock = last >= 0;
  const before = hasBlock ? lines.slice(0, begin) : lines;
  const after = hasBlock ? lines.slice(last + 1) : [];
  const block = paths.length === 0 ? [] : [BEGIN, ...paths.map((path) => `/${escape(path)}`), END];
  const end = /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n';
  return [...before, ...block, ...after].map((line) => line + end).join('');
}

/** gitignore's own characters mean themselves in a path. */
function escape(path: string): string {
  return path.replaceAll(/[\\*?[\]]/g, '\\$&').replace(/ +$/, (spaces) => '\\ '.repeat(spaces.length));
}
