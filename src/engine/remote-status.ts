/** `status -c`: of what the lock entries name, what is in the remote and what is here. One question a path. */
import type { Failure } from '../core/failure.ts';
import { forEachAtMost } from '../lib/at-most.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { objectKey, type RemoteProblem } from '../store/remotes/remote.ts';
import { keptContents } from './kept-contents.ts';
import { loadPipeline } from './load.ts';
import { type TransferOptions, USUAL_JOBS } from './push.ts';
import { openNamed, remoteFailure } from './remotes.ts';
import { createWorkspace } from './workspace.ts';

export interface RemoteStatus {
  readonly remote: string;
  /** In the order of the pipeline, sources first. */
  readonly paths: readonly RemotePath[];
}

export interface RemotePath {
  readonly path: string;
  /** `new`: `push` sends it. `deleted`: only the remote has it, `pull` brings it. `missing`: neither has it. */
  readonly state: 'same' | 'new' | 'deleted' | 'missing';
}

/** Failures: those of `push`. */
export async function remoteStatus(options: TransferOptions): Promise<Result<RemoteStatus, Failure>> {
  const { cwd, env = process.env, jobs = USUAL_JOBS, signal, targets = [] } = options;
  const loaded = await loadPipeline(cwd);
  if (!loaded.ok) return loaded;
  const workspace = createWorkspace(loaded.value, { env });
  const kept = keptContents(loaded.value, workspace, targets);
  if (!kept.ok) return kept;
  const named = await openNamed(loaded.value, { name: options.remote, env, signal, connections: jobs });
  if (!named.ok) return named;
  const { name, remote } = named.value;
  const states = new Map<string, RemotePath['state']>();
  const problems: RemoteProblem[] = [];
  try {
    await forEachAtMost(jobs, kept.value.paths, async ({ path, content }) => {
      if (problems.length > 0) return;
      const there = await remote.stat(objectKey(content.digest));
      if (!there.ok) return void problems.push(there.error);
      const isHere = workspace.objects.has(content, { deep: true });
      // The node of a folder is sent last: where it is, all of the folder is.
      const isThere = content.type === 'dir' ? there.value !== undefined : there.value === content.size;
      states.set(path, isThere ? (isHere ? 'same' : 'deleted') : isHere ? 'new' : 'missing');
    });
  } finally {
    await remote.close();
  }
  const [problem] = problems;
  if (problem !== undefined) return err(remoteFailure({ name, url: remote.shown }, problem));
  return ok({
    remote: name,
    paths: kept.value.paths.map(({ path }) => ({ path, state: states.get(path) ?? 'missing' })),
  });
}
