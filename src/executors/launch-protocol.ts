/** What `executors/launcher` and its helper process (`executors/launch-worker`) say to each other: one JSON text a message. */

/** To the helper: start this. */
export interface LaunchOrder {
  readonly id: number;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: EnvironmentChange;
  /** Absolute path of the file that takes what is printed. */
  readonly logFile: string;
}

/** Against the helper's own environment; null: not set. All of it would be kilobytes a command. */
export type EnvironmentChange = Readonly<Record<string, string | null>>;

/**
 * From the helper. `ready` comes first; `not-started` and `ended` are the last word on an order. `started` is told of a
 * command that takes its time: most small ones have ended before.
 */
export type LaunchNews =
  | { readonly kind: 'ready' }
  | { readonly kind: 'started'; readonly id: number; readonly pid: number }
  | { readonly kind: 'not-started'; readonly id: number; readonly problem: string }
  | Ended;

interface Ended {
  readonly kind: 'ended';
  readonly id: number;
  readonly pid: number;
  readonly code: number | null;
  readonly signal: string | null;
  /** Something of its group is still there. */
  readonly leftovers: boolean;
}

export function textOf(message: unknown): string {
  if (typeof message === 'string') return message;
  throw new Error('a message between pipe and its helper is a text');
}
