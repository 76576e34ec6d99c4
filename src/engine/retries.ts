/**
 * Tries a command again that exits with another code than 0, as often as its stage says. All attempts
 * share one timeout, and each begins as the first did: what the last one left of the outs is removed.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StageCommand, Outcome } from '../executors/executor.ts';
import type { Performance } from './performance.ts';

export type Trying = Pick<Performance, 'workspace' | 'stage' | 'executor' | 'onEvent'>;

/** `root`: where the outs are, relative to which their paths are written. */
export async function runWithRetries(
  { workspace, stage, executor, onEvent }: Trying,
  { command, root }: { readonly command: StageCommand; readonly root: string },
): Promise<Outcome> {
  const started = workspace.now().getTime();
  for (let attempt = 1; ; attempt++) {
    const timeoutMs = command.timeoutMs === null ? null : command.timeoutMs - (workspace.now().getTime() - started);
    if (timeoutMs !== null && timeoutMs <= 0) return { kind: 'timed-out' };
    const outcome = await executor.run({ ...command, timeoutMs });
    if (outcome.kind !== 'exited' || outcome.code === 0 || attempt > stage.retries) return outcome;
    const message = `the command exited with ${outcome.code}: attempt ${attempt + 1} of ${stage.retries + 1}`;
    onEvent({ type: 'stage-warning', stage: stage.name, message });
    for (const { path } of stage.outs.filter(({ persist }) => !persist))
      rmSync(join(root, path), { recursive: true, force: true });
  }
}
