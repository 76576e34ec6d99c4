/** Where everything of ours stands below the root. Paths only; touches nothing. */
import { join } from 'node:path';

export interface Layout {
  readonly root: string;
  readonly locks: string;
  readonly pipe: string;
  readonly cache: string;
  readonly runRecords: string;
  readonly claims: string;
  readonly aside: string;
  readonly saved: string;
  readonly failed: string;
  readonly runs: string;
  readonly logs: string;
  readonly parsed: string;
}

export function layoutOf(root: string): Layout {
  const pipe = join(root, '.pipe');
  return {
    root,
    locks: join(root, 'locks'),
    pipe,
    cache: join(pipe, 'cache'),
    runRecords: join(pipe, 'cache', 'runs'),
    claims: join(pipe, 'claims'),
    aside: join(pipe, 'aside'),
    saved: join(pipe, 'saved'),
    failed: join(pipe, 'failed'),
    runs: join(pipe, 'runs'),
    logs: join(pipe, 'logs'),
    parsed: join(pipe, 'parsed'),
  };
}
