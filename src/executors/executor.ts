/** Where a stage's command runs. The engine knows only this. */
export interface Executor {
  readonly run: (command: StageCommand) => Promise<Outcome>;
  /** When nothing runs any more. */
  readonly close?: () => void;
}

/** A command that runs now. */
export interface Started {
  readonly pid: number | undefined;
  readonly ended: Promise<Outcome>;
}

export interface StageCommand {
  /** Scripts, run one after the other; the first that does not exit with 0 is the last. */
  readonly scripts: readonly string[];
  /** Argument list; the script is added as its last argument. */
  readonly shell: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Marks the command and all it starts; see executors/process-group. */
  readonly cookie: string;
  /** What the command prints goes here, in the order it was printed. */
  readonly logFile: string;
  readonly timeoutMs: number | null;
  readonly graceMs: number;
  readonly signal: AbortSignal;
}

export type Outcome =
  | { readonly kind: 'exited'; readonly code: number; readonly leftovers: boolean }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'timed-out' }
  /** By us: `signal` was aborted. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'not-started'; readonly problem: string };
