/**
 * The frame around every stage program: `--help`, messages, exit code.
 *
 * Knows nothing of pipelines or tables. A person's mistake is one line on standard error for each
 * problem and exit 1, a wrong command line exit 2, a bug its stack and exit 70.
 */
import { renderProblem } from './problem.ts';
import type { Checked } from './problem.ts';

export interface Program {
  /** As in `stages/<name>.ts`; opens every message. */
  readonly name: string;
  /** What `--help` prints: usage, what is read, what is written. */
  readonly help: string;
  readonly run: (context: ProgramContext) => Promise<Checked<void>>;
}

export interface ProgramContext {
  /** A line on standard error, which `pipe` shows and keeps in the stage's log. */
  readonly progress: (text: string) => void;
}

export async function runProgram(program: Program): Promise<void> {
  const [first] = process.argv.slice(2);
  if (first === '--help' || first === '-h') {
    process.stdout.write(`${program.help.trim()}\n`);
    return;
  }
  const say = (text: string) => void process.stderr.write(`${program.name}: ${text}\n`);
  if (first !== undefined) {
    say(`unexpected argument "${first}": settings stand in params.yaml (see --help)`);
    process.exitCode = 2;
    return;
  }
  process.exitCode = await runToExitCode(program, say);
}

async function runToExitCode(program: Program, say: (text: string) => void): Promise<number> {
  try {
    const outcome = await program.run({ progress: say });
    if (outcome.ok) return 0;
    for (const problem of outcome.error) say(renderProblem(problem));
    return 1;
  } catch (error) {
    if (isSystemError(error)) {
      say(explain(error));
      return 1;
    }
    say('this is a bug, not your mistake:');
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return 70;
  }
}

interface SystemError extends Error {
  readonly code: string;
  readonly path?: string;
}

/** What the operating system refuses is the person's to put right: missing files, rights, a full disk. */
const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';

function explain({ code, path = 'file system', message }: SystemError): string {
  const isMade = /^(data|artifacts)[\\/]/.test(path);
  const hint = code === 'ENOENT' && isMade ? ' (made by an earlier stage: npx pipe repro runs what is needed)' : '';
  return `${path}: ${REASONS[code] ?? message}${hint}`;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EISDIR: 'is a folder, a file was expected',
  ENOTDIR: 'is a file, a folder was expected',
  ENOSPC: 'no space left on the disk',
  EROFS: 'the file system is read-only',
};
