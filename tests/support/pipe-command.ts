/** The real `pipe`, as a user starts it, in a process of its own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { endOf, type Program } from './run-program.ts';

export const PIPE = join(import.meta.dirname, '../../bin/pipe.js');

export function startPipe(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
  const child = spawn(process.execPath, [PIPE, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, ended: endOf(child) };
}

export const pipe = (cwd: string, ...args: readonly string[]) => startPipe(cwd, args).ended;
