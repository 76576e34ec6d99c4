/**
 * The daemon's log: one JSON object a line on standard error, and the only module of serve that prints.
 *
 * Invariant: nothing that is secret has a place here. No body, token or password is ever handed over;
 * names of callers come as values of a field, where JSON keeps them on their line.
 */
import { destination, pino, stdTimeFunctions } from 'pino';

export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** What is answered with a 500: `request` is the id that the caller was given. */
export interface Bug {
  readonly error: unknown;
  readonly request: string;
  readonly path: string;
}

export function logBug(log: Log, { error, request, path }: Bug): void {
  const stack = error instanceof Error ? error.stack : undefined;
  log.error({ request, path, error: stack ?? String(error) }, 'bug in pipe');
}

export function createLog(level: LogLevel): Log {
  const options = {
    level,
    base: { pid: process.pid },
    messageKey: 'message',
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  // Synchronous: what is logged just before an exit must not be lost.
  return pino(options, destination({ dest: 2, sync: true }));
}
