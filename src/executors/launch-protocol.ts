/** What `executors/launcher` and its helper process (`executors/launch-worker`) say to each other: one JSON text a message. */

/** To the helper: start this. */
export interface LaunchOrder {
  readonly id: number;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the file that takes what is printed; it is there. */
  readonly logFile: string;
}

/** From the helper. `ready` comes first; `not-started` and `ended` are the last word on an order. */
export type LaunchNews =
  | { readonly kind: 'ready' }
  | { readonly kind: 'started'; readonly id: number; readonly pid: number }
  | { readonly kind: 'not-started'; readonly id: number; readonly problem: string }
  | { readonly kind: 'ended'; readonly id: number; readonly code: number | null; readonly signal: string | null };

export function textOf(message: unknown): string {
  if (typeof message === 'string') return message;
  throw new Error('a message between pipe and its helper is a text');
}
