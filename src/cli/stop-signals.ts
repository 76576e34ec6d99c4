/**
 * SIGINT, SIGTERM and SIGHUP, turned into an AbortSignal.
 *
 * The first asks: what runs is stopped, outs are put back. A second SIGINT forces: commands that
 * still take their time are killed, and the clearing up goes on. A third ends the process as it is;
 * the next run recovers. While a command has the terminal, Ctrl-C is that command's affair alone.
 */
import type { ProcessIo } from './process-io.ts';

export interface StopSignals {
  readonly signal: AbortSignal;
  /** From now on SIGINT means nothing to us. */
  readonly leaveInterrupts: () => void;
  readonly dispose: () => void;
}

export function listenToSignals(io: ProcessIo): StopSignals {
  const controller = new AbortController();
  let interrupts = 0;
  let areLeft = false;
  const dispose = io.onSignal((name) => {
    if (name === 'SIGINT' && areLeft) return;
    if (name === 'SIGINT') interrupts += 1;
    if (interrupts === 2) io.killCommands();
    if (interrupts > 2) io.exitNow(130);
    controller.abort(name);
  });
  const leaveInterrupts = () => {
    areLeft = true;
  };
  return { signal: controller.signal, leaveInterrupts, dispose };
}

/** For verbs that write nothing: the signal simply ends the process. */
export function ignoreSignals(): StopSignals {
  return { signal: new AbortController().signal, leaveInterrupts: () => undefined, dispose: () => undefined };
}
