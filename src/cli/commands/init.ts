/** `pipe init`: a working example in this folder. Overwrites nothing: all of it is written, or none. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Option } from 'commander';
import type { Failure } from '../../core/failure.ts';
import { findRoot, loadPipeline } from '../../engine/load.ts';
import { ignoreOuts } from '../../engine/prepare.ts';
import { ok, type Result } from '../../lib/result.ts';
import { writeAttributes } from '../../store/git-attributes.ts';
import { HOOK_LINES, writeHooks } from '../../store/git-hooks.ts';
import { layoutOf } from '../../store/layout.ts';
import { preparePipeFolder } from '../../store/pipe-folder.ts';
import { publishFile } from '../../store/publish.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { TEMPLATES, type TemplateName, templateFiles } from '../template-files.ts';
import { createTheme } from '../theme.ts';

const EXAMPLES = `
Writes pipeline.yaml with the stages of an example, what they read, and lines for git in
.gitignore and .gitattributes. Templates:

  words       two small stages on a text; needs sh and node (the default)
  accidents   from raw tables to a promoted model that \`pipe serve\` can serve: five
              stages in JavaScript that need node alone; invented data, or your own

With --hooks, hooks of git instead: after a checkout \`pipe checkout\`, before a push
\`pipe push\`, so that no commit gets to others without its data. A hook that is there
already is left alone, and what to add to it is said.

Examples:
  mkdir hello && cd hello && pipe init && pipe repro
  pipe init --template accidents && pipe repro && pipe serve --demo
  pipe init --hooks
  pipe -C hello init`;

interface Options {
  readonly template: TemplateName;
  readonly hooks?: boolean;
}

export const init: CommandModule = {
  define: (command, context) => {
    command
      .addOption(new Option('--template <name>', 'which example').choices(TEMPLATES).default('words'))
      .option('--hooks', 'hooks of git, and no example')
      .addHelpText('after', EXAMPLES)
      .action((options: Options) => (options.hooks === true ? installHooks(context) : run(context, options)));
  },
};

function installHooks(context: CliContext): void {
  const { cwd, globals } = context;
  const report = writeHooks(findRoot(cwd) ?? cwd);
  if (report === undefined)
    return fail(context, {
      code: 'edit-refused',
      file: cwd,
      problem: 'it is no git checkout',
      hint: '`git init` makes it one',
    });
  if (globals.json) return context.print(toPrettyJson(report));
  for (const name of report.kept)
    context.printError(
      `left alone: there is a hook ${name} already (${join(report.folder, name)})\n  hint: ours does \`${HOOK_LINES[name] ?? ''}\`; add that to it`,
    );
  if (!globals.quiet) for (const name of report.written) context.print(`wrote the hook ${name}`);
}

async function run(context: CliContext, { template }: Options): Promise<void> {
  const { cwd, globals } = context;
  const contents = templateFiles(template);
  const files = [...contents.keys()];
  const paths = files.filter((file) => existsSync(join(cwd, file)));
  if (paths.length > 0) return fail(context, { code: 'would-overwrite', paths });
  // The pipeline last: until it is there, this folder is no pipeline.
  for (const [file, content] of [...contents].toReversed()) publishFile(join(cwd, file), content);
  const written = await writeGitFiles(cwd);
  if (!written.ok) return fail(context, written.error);
  if (globals.json)
    return context.print(toPrettyJson({ root: cwd, files: [...files, '.gitattributes', '.gitignore'] }));
  if (!globals.quiet) context.print(renderWritten(files, context, template));
}

/** Written without a git checkout too: it may become one. */
async function writeGitFiles(root: string): Promise<Result<void, Failure>> {
  preparePipeFolder(layoutOf(root));
  writeAttributes(root);
  const loaded = await loadPipeline(root);
  if (!loaded.ok) return loaded;
  ignoreOuts(root, loaded.value.pipeline);
  return ok(undefined);
}

function renderWritten(files: readonly string[], { cwd, globals }: CliContext, template: TemplateName): string {
  const theme = createTheme(globals.color);
  const served = `  ${theme.name('pipe serve --demo')}   answers with the model that was promoted`;
  return [
    `wrote ${files.join(', ')}`,
    '',
    `  ${theme.name('pipe repro')}    runs all stages; run it again, and nothing runs`,
    `  ${theme.name('pipe status')}   after a change of ${PARAMS[template]}: what would run, and why`,
    ...(template === 'accidents' ? [served] : []),
    ...(isInGit(cwd)
      ? [`  ${theme.name('git add .')}     keeps pipeline.yaml and locks/; outs are ignored`]
      : [`  ${theme.name('git init')}      this is no git checkout yet: git keeps pipeline.yaml and locks/`]),
  ].join('\n');
}

const PARAMS = { words: 'params.json', accidents: 'params.yaml' } as const;

function isInGit(folder: string): boolean {
  if (existsSync(join(folder, '.git'))) return true;
  return dirname(folder) !== folder && isInGit(dirname(folder));
}
