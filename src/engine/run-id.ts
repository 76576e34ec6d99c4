/** `20261124T091500123Z-1a2b3c`: names one invocation; sorts by time. */
import { randomBytes } from 'node:crypto';

export function newRunId(now: Date): string {
  return `${now.toISOString().replaceAll(/[-:.]/g, '')}-${randomBytes(3).toString('hex')}`;
}
