/**
 * Once a run, before its first stage acts: folders of ours, the .gitignore block, and the refusal of
 * outs that would destroy what git tracks. A run in which everything is fresh never comes here.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { StageResult } from '../core/event.ts';
import { isWithin } from '../core/claim.ts';
import { statePaths, type Out, type Stage } from '../core/pipeline.ts';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { writeIgnoreBlock } from '../store/git-ignore.ts';
import { preparePipeFolder } from '../store/pipe-folder.ts';
import { failed } from './performance.ts';
import type { Workspace } from './workspace.ts';

/** undefined: all is well. */
export async function prepareWorkspace(workspace: Workspace): Promise<StageResult | undefined> {
  preparePipeFolder(workspace.layout);
  const cached = workspace.pipeline.stages.flatMap((stage) =>
    stage.outs.filter(({ cache }) => cache).map((out) => ({ stage, out })),
  );
  const tracked = await trackedFiles(
    workspace.root,
    cached.map(({ out }) => out.path),
  );
  if (tracked === undefined) return undefined; // not a git checkout
  const refused = findRefused(cached, tracked);
  if (refused !== undefined) return failed(refused);
  writeIgnoreBlock(workspace.root, ignoredPaths(workspace));
  return undefined;
}

interface StageOut {
  readonly stage: Stage;
  readonly out: Out;
}

function findRefused(outs: readonly StageOut[], tracked: readonly string[]) {
  for (const { stage, out } of outs) {
    const file = tracked.find((path) => isWithin(path, out.path));
    if (file === undefined) continue;
    const problem = file === out.path ? 'git tracks it' : `git tracks ${file} in it`;
    return { code: 'out-unsafe', stage: stage.name, path: out.path, problem, place: out.place } as const;
  }
  return undefined;
}

function ignoredPaths({ pipeline }: Workspace): readonly string[] {
  const cached = pipeline.stages.flatMap(({ outs }) => outs.filter(({ cache }) => cache).map(({ path }) => path));
  return [...new Set([...cached, ...pipeline.models.flatMap(statePaths)])].sort(compareCodeUnits);
}

/** undefined when git is not there or the root is in no work tree. Paths are root-relative. */
async function trackedFiles(root: string, paths: readonly string[]): Promise<readonly string[] | undefined> {
  try {
    // Literal: an out named `*.csv` is a name, not a pattern. Without paths git would list everything.
    const wanted = paths.length === 0 ? ['.pipe'] : paths;
    const { stdout } = await promisify(execFile)('git', ['--literal-pathspecs', 'ls-files', '-z', '--', ...wanted], {
      cwd: root,
      maxBuffer: 256 * 1024 * 1024,
    });
    return stdout.split('\0').filter((path) => path !== '');
  } catch {
    return undefined;
  }
}
