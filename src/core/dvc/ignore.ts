/**
 * The `.dvcignore` files of a repository as one `.pipeignore`: pipe has one, in the root, with gitignore's
 * syntax, so the rules of a folder below it get that folder's name in front. Pure.
 */

export interface IgnoreFile {
  /** Root-relative folder that it stands in. */
  readonly folder: string;
  readonly text: string;
}

/** Outermost first. Undefined: no file holds a rule. Comments stay, but for those that DVC itself wrote. */
export function toPipeIgnore(files: readonly IgnoreFile[]): string | undefined {
  const lines = files.flatMap(({ folder, text }) => {
    const own = text
      .replace(/^\ufeff/, '')
      .split(/\r?\n/)
      .filter((line) => !DVC_WROTE.some((start) => line.startsWith(start)));
    if (!own.some(isRule)) return [];
    const kept = own.map((line) => (isRule(line) ? within(folder, line) : line));
    return folder === '.' ? kept : [`# from ${folder}/.dvcignore`, ...kept];
  });
  if (!lines.some(isRule)) return undefined;
  return `${lines
    .join('\n')
    .replace(/^\n+|\n+$/g, '')
    .replaceAll(/\n{3,}/g, '\n\n')}\n`;
}

const DVC_WROTE = [
  '# Add patterns of files dvc should ignore',
  '# the performance. Learn more at',
  '# https://dvc.org/doc/user-guide/dvcignore',
];

const isRule = (line: string): boolean => line.trim() !== '' && !line.trimStart().startsWith('#');

/** A rule without a slash before its end means any depth; with one it starts from its file's folder. */
function within(folder: string, line: string): string {
  const rule = line.trim();
  if (folder === '.') return rule;
  const negated = rule.startsWith('!');
  const pattern = negated ? rule.slice(1) : rule;
  const isAnchored = pattern.slice(0, -1).includes('/');
  const path = isAnchored ? `/${folder}/${pattern.replace(/^\//, '')}` : `/${folder}/**/${pattern}`;
  return `${negated ? '!' : ''}${path}`;
}
