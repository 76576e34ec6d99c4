/**
 * Makes a private folder hold what a stage declares: deps, params files reduced to its keys, what
 * `environment` lists as links, and what it goes on writing in. For isolated stages and `verify` alike.
 */
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { isWithin } from '../core/claim.ts';
import type { Failure } from '../core/failure.ts';
import type { StageInputs } from '../core/fingerprint.ts';
import { depPath, type Stage } from '../core/pipeline.ts';
import { makePrivateFolder, type PrivateFolder } from '../executors/private-folder.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { copyTree } from '../store/copy-tree.ts';
import { publishFile } from '../store/publish.ts';
import { systemFailure } from '../store/system-failure.ts';
import type { Environment, Workspace } from './workspace.ts';

/** `inputs`: as just gathered; their deps are the paths. Failures: params-invalid, system. */
export async function fillPrivateFolder(
  workspace: Workspace,
  folder: PrivateFolder,
  { stage, inputs }: { readonly stage: Stage; readonly inputs: StageInputs },
): Promise<Result<void, Failure>> {
  const { root, ignore, pipeline } = workspace;
  const { work } = folder;
  let path = '.';
  try {
    // What a command prints and what a server holds is in no folder (`core/dep-name`), and an absolute path is where it is.
    const deps = outermost(Object.keys(inputs.deps).filter((name) => !name.includes('//') && !name.startsWith('/')));
    for (path of deps) await copyTree({ root, ignore, path, to: join(work, path) });
    const params = await writeParams(workspace, { stage, work, deps });
    if (!params.ok) return params;
    for (path of pipeline.environment) {
      if (!existsSync(join(root, path)) || existsSync(join(work, path))) continue;
      mkdirSync(dirname(join(work, path)), { recursive: true });
      symlinkSync(join(root, path), join(work, path));
    }
    for (const out of stage.outs) mkdirSync(dirname(join(work, out.path)), { recursive: true });
    mkdirSync(join(work, stage.wdir), { recursive: true });
    return ok(undefined);
  } catch (error) {
    return err(systemFailure(error, { operation: 'copy', path }));
  }
}

/** A folder of the right depth for it: `../x` must lead to what is private as well. */
export function makeStageFolder({ deps }: Stage): PrivateFolder {
  const levels = deps.map((dep) => (depPath(dep) ?? '').split('/').filter((part) => part === '..').length);
  return makePrivateFolder({ above: Math.max(0, ...levels) });
}

async function writeParams(
  workspace: Workspace,
  { stage, work, deps }: { readonly stage: Stage; readonly work: string; readonly deps: readonly string[] },
): Promise<Result<void, Failure>> {
  for (const file of new Set(stage.params.map((ref) => ref.file))) {
    if (deps.some((dep) => isWithin(file, dep))) continue; // declared as a whole
    const refs = stage.params.filter((ref) => ref.file === file);
    if (refs.some(({ keys }) => keys === null)) {
      await copyTree({ root: workspace.root, ignore: workspace.ignore, path: file, to: join(work, file) });
      continue;
    }
    const tree = await workspace.params.read(file);
    if (!tree.ok) return tree;
    const { reduceParams } = await import('../core/reduced-params.ts');
    const keys = refs.flatMap((ref) => ref.keys ?? []);
    publishFile(join(work, file), reduceParams(file, tree.value ?? {}, keys), { durable: false });
  }
  return ok(undefined);
}

/** A dep inside another comes with it. */
function outermost(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => !paths.some((other) => other !== path && isWithin(path, other)));
}

/** PATH, what the folder says, and what the stage declares; nothing else of ours. */
export function isolatedEnvironment(workspace: Workspace, folder: PrivateFolder, stage: Stage): Environment {
  const { env } = workspace;
  const declared = stage.env.map(({ name, value }) => [name, value ?? env[name]] as const);
  const passed = stage.passEnv.map((name) => [name, env[name]] as const);
  return {
    ...folder.env,
    ...Object.fromEntries([...declared, ...passed]),
    PATH: [join(folder.work, 'node_modules', '.bin'), env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'].join(delimiter),
    PIPE_ROOT: folder.work,
    PIPE_STAGE: stage.name,
  };
}
