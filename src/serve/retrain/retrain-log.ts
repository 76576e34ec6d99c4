/**
 * The log of one retrain: what its run said, as text for people, in a file that outlives the daemon.
 * Bounded: a stage that prints without end fills no disk.
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RunEvent } from '../../core/event.ts';
import { assertNever } from '../../lib/assert-never.ts';

export interface RetrainLog {
  readonly addEvent: (event: RunEvent) => void;
  readonly addLine: (line: string) => void;
  readonly close: () => void;
}

const MAX_LOG_BYTES = 10 * 1024 * 1024;

export function createRetrainLog(file: string): RetrainLog {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const descriptor = openSync(file, 'a', 0o600);
  let written = 0;
  const addLine = (line: string): void => {
    if (written > MAX_LOG_BYTES) return;
    written += writeSync(descriptor, `${line}\n`);
    if (written > MAX_LOG_BYTES) writeSync(descriptor, '… the log is full; the stages’ own logs go on\n');
  };
  return {
    addEvent(event) {
      const line = renderEvent(event);
      if (line !== undefined) addLine(line);
    },
    addLine,
    close: () => closeSync(descriptor),
  };
}

function renderEvent(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'stage-waiting':
      return `[${event.stage}] waits for pid ${event.holder.pid} on ${event.holder.host}`;
    case 'stage-started':
      return `[${event.stage}] $ ${event.command}`;
    case 'stage-output':
      return `[${event.stage}] ${event.line}`;
    case 'stage-warning':
      return `[${event.stage}] warning: ${event.message}`;
    case 'stage-finished':
      return `[${event.stage}] ${event.result.kind}`;
    case 'run-started':
    case 'recovered':
    case 'stage-decided':
    case 'stage-undecided':
    case 'run-finished':
      return undefined;
    default:
      return assertNever(event);
  }
}
