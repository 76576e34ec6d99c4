/** The real `pipe`, as a user starts it, in a process of its own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { endOf, type Program, type ProgramEnd } from './run-program.ts';

export const PIPE = join(import.meta.dirname, '../../bin/pipe.js');

export function startPipe(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
  return start(cwd, [process.execPath, PIPE, ...args], { env });
}

export const pipe = (cwd: string, ...args: readonly string[]) => startPipe(cwd, args).ended;

/** A line for `sh` in which `pipe` is ours: for limits, umasks and folders that go away. `uid`, `gid`: as somebody else, which only root may. */
export function shell(
  cwd: string,
  line: string,
  {
    uid,
    gid = uid,
    env = {},
  }: { readonly uid?: number; readonly gid?: number; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<ProgramEnd> {
  const script = `pipe() { "${process.execPath}" "${PIPE}" "$@"; }\n${line}`;
  return start(cwd, ['/bin/sh', '-c', script], {
    env,
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  }).ended;
}

interface StartOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
}

function start(cwd: string, [program = '', ...args]: readonly string[], { env, ...user }: StartOptions): Program {
  const child = spawn(program, args, {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  return { child, ended: endOf(child) };
}
