/**
 * Submodules in an experiment's work tree: git leaves their folders empty there, so each gets a private copy of
 * what stands in the user's work tree. The copies are no repositories, and the commit goes on naming theirs.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { copyTree } from '../store/copy-tree.ts';
import { runGit } from '../store/git-write.ts';
import { createIgnore } from '../store/ignore.ts';

/** `top`: of the user's work tree, `tree`: of the experiment's; both absolute. Throws what the operating system says. */
export async function copyModules(top: string, tree: string): Promise<void> {
  if (!existsSync(join(tree, '.gitmodules'))) return;
  const listed = await runGit(tree, ['ls-files', '--stage', '-z']);
  const entries = listed.ok ? listed.value.split('\0') : [];
  const ignore = createIgnore(top);
  for (const entry of entries) {
    const [, path] = /^160000 [^\t]*\t([^]*)$/.exec(entry) ?? [];
    if (path !== undefined && existsSync(join(top, path)))
      await copyTree({ root: top, ignore, path, to: join(tree, path) });
  }
}
