/** Starts one script of a stage in a process group of its own. Apart from `executors/local`, so that it is loaded only where something runs. */
import { spawn } from 'node:child_process';
import { endOf } from './command-end.ts';
import type { Outcome, StageCommand, Started } from './executor.ts';
import { problemIn } from '../store/system-failure.ts';
import { COOKIE } from './process-group.ts';

/** `log`: descriptor of the file that takes what it prints. */
export function startCommand(script: string, command: StageCommand, log: number): Started | Outcome {
  const [shell = '/bin/sh', ...shellArguments] = command.shell;
  try {
    const child = spawn(shell, [...shellArguments, script], {
      cwd: command.cwd,
      env: { ...command.env, [COOKIE]: command.cookie },
      detached: true,
      stdio: ['ignore', log, log],
    });
    return { pid: child.pid, ended: endOf(child) };
  } catch (error) {
    // What Node refuses before it asks the system: a NUL in the script, say.
    return { kind: 'not-started', problem: error instanceof Error ? problemIn(error) : String(error) };
  }
}
