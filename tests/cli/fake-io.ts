/** A process for `main` that is a plain object: its streams are text, its signals are calls. */
import { main } from '../../src/cli/main.ts';
import type { ProcessIo, StopSignal } from '../../src/cli/process-io.ts';

export interface Typed {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface FakeIo {
  readonly io: ProcessIo;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly send: (name: StopSignal) => void;
  /** What `main` asked of the process besides printing. */
  readonly asked: readonly string[];
}

export function createFakeIo(cwd: string, env: Readonly<Record<string, string | undefined>> = {}): FakeIo {
  const text = { stdout: '', stderr: '' };
  const asked: string[] = [];
  const listeners = new Set<(name: StopSignal) => void>();
  return {
    io: {
      cwd,
      env: { PATH: process.env['PATH'], ...env },
      stdout: { write: (part) => (text.stdout += part) },
      stderr: { write: (part) => (text.stderr += part) },
      onSignal: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      killCommands: () => asked.push('kill commands'),
      exitNow: (exitCode) => asked.push(`exit ${exitCode}`),
    },
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    send: (name) => listeners.forEach((listener) => listener(name)),
    asked,
  };
}

/** `pipe <line>` typed in a folder; arguments are separated by single spaces. */
export async function type(line: string, cwd: string): Promise<Typed> {
  const fake = createFakeIo(cwd);
  const exitCode = await main(line === '' ? [] : line.split(' '), fake.io);
  return { exitCode, stdout: fake.stdout(), stderr: fake.stderr() };
}
