/** `pipe init`: a working example in this folder. Overwrites nothing: all of it is written, or none. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAttributes } from '../../store/git-attributes.ts';
import { writeIgnoreBlock } from '../../store/git-ignore.ts';
import { layoutOf } from '../../store/layout.ts';
import { preparePipeFolder } from '../../store/pipe-folder.ts';
import { publishFile } from '../../store/publish.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { IGNORED, TEMPLATE } from '../init-template.ts';
import { toPrettyJson } from '../json.ts';
import { createTheme } from '../theme.ts';

const EXAMPLES = `
Writes pipeline.yaml with two small stages, what they read, and lines for git in
.gitignore and .gitattributes. Needs sh and node, nothing else.

Examples:
  mkdir hello && cd hello && pipe init && pipe repro
  pipe -C hello init`;

export const init: CommandModule = {
  define: (command, context) => {
    command.addHelpText('after', EXAMPLES).action(() => run(context));
  },
};

function run(context: CliContext): void {
  const { cwd, globals } = context;
  const files = Object.keys(TEMPLATE);
  const paths = files.filter((file) => existsSync(join(cwd, file)));
  if (paths.length > 0) return fail(context, { code: 'would-overwrite', paths });
  // The pipeline last: until it is there, this folder is no pipeline.
  for (const [file, text] of Object.entries(TEMPLATE).toReversed()) publishFile(join(cwd, file), text);
  writeGitFiles(cwd);
  if (globals.json)
    return context.print(toPrettyJson({ root: cwd, files: [...files, '.gitattributes', '.gitignore'] }));
  if (!globals.quiet) context.print(renderWritten(files, context));
}

function writeGitFiles(root: string): void {
  preparePipeFolder(layoutOf(root));
  writeIgnoreBlock(root, IGNORED);
  writeAttributes(root);
}

function renderWritten(files: readonly string[], { cwd, globals }: CliContext): string {
  const theme = createTheme(globals.color);
  return [
    `wrote ${files.join(', ')}`,
    '',
    `  ${theme.name('pipe repro')}    runs both stages; run it again, and nothing runs`,
    `  ${theme.name('pipe status')}   after a change of params.json: what would run, and why`,
    ...(isInGit(cwd)
      ? [`  ${theme.name('git add .')}     keeps pipeline.yaml and locks/; outs are ignored`]
      : [`  ${theme.name('git init')}      this is no git checkout yet: git keeps pipeline.yaml and locks/`]),
  ].join('\n');
}

function isInGit(folder: string): boolean {
  if (existsSync(join(folder, '.git'))) return true;
  return dirname(folder) !== folder && isInGit(dirname(folder));
}
