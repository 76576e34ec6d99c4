/**
 * What a stage's commands find in their environment: the caller's, the declared variables over it, and
 * where the stage is.
 */
import { delimiter, dirname, join } from 'node:path';
import type { Stage } from '../core/pipeline.ts';
import type { Environment, Workspace } from './workspace.ts';

export function stageEnvironment(
  { root, env, commandPath }: Pick<Workspace, 'root' | 'env' | 'commandPath'>,
  stage: Stage,
): Environment {
  const declared = stage.env.flatMap(({ name, value }) => (value === null ? [] : [[name, value] as const]));
  return { ...env, ...Object.fromEntries(declared), PATH: commandPath, PIPE_ROOT: root, PIPE_STAGE: stage.name };
}

/** The same for all stages of a workspace. */
export const commandPathIn = (root: string, env: Environment): string =>
  [...binFolders(root), env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'].join(delimiter);

/** As in npm's scripts: commands of packages installed at the root, then in each folder above it. */
function binFolders(folder: string): readonly string[] {
  const above = dirname(folder);
  return [join(folder, 'node_modules', '.bin'), ...(above === folder ? [] : binFolders(above))];
}
