/** How a child process ended, as an outcome. Knows nothing of logs or of who wanted it stopped. */
import type { ChildProcess } from 'node:child_process';
import { problemIn } from '../store/system-failure.ts';
import type { Outcome } from './executor.ts';
import { isGroupLeft } from './process-group.ts';

/** `leftovers`: something of the group that it led is still there. */
export function endOf(child: ChildProcess): Promise<Outcome> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ kind: 'not-started', problem: problemIn(error) }));
    child.once('exit', (code, signal) =>
      resolve(
        signal === null
          ? { kind: 'exited', code: code ?? 0, leftovers: child.pid !== undefined && isGroupLeft(child.pid) }
          : { kind: 'killed', signal },
      ),
    );
  });
}
