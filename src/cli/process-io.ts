/** What the command line needs of the process around it, so that a test can be one. */
import type { OutputStream } from './output.ts';

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface ProcessIo {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Returns how to stop listening. */
  readonly onSignal: (listener: (name: StopSignal) => void) => () => void;
  /** Kills the groups of all commands that this process started. */
  readonly killCommands: () => void;
  readonly exitNow: (exitCode: number) => void;
}
