/**
 * A retrain's log as server-sent events: one a line, whose id is where the next line begins, so that a
 * reader who was cut off goes on from there, also after a restart of the daemon.
 *
 * Invariant: every line is sent once and whole, and the stream ends with how the retrain ended.
 */
import type { RetrainJob } from './retrain-job.ts';

export interface LogStreamOptions {
  readonly find: () => Promise<RetrainJob | undefined>;
  /** Bytes of the log from an offset on: so many, or all there are. */
  readonly read: (offset: number, length: number) => Promise<Uint8Array>;
  /** Of the last event that was received; 0: none. */
  readonly from: number;
  /** Resolves after this many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

const POLL_MS = 200;
const HEARTBEAT_MS = 15_000;
const NEWLINE = 10;
const CHUNK_BYTES = 65_536;

export async function* streamLog({ find, read, from, wait }: LogStreamOptions): AsyncGenerator<string> {
  let offset = from;
  let length = CHUNK_BYTES;
  let silentMs = 0;
  yield ': \n\n'; // headers are on their way, whatever the job is waiting for
  for (;;) {
    // Asked before reading: what was written before the end must not be left out.
    const job = await find();
    const isOver = job === undefined || job.finishedAt !== null;
    const bytes = await read(offset, length);
    const isAll = bytes.length < length;
    const lines = bytes.subarray(0, isOver && isAll ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1);
    if (lines.length > 0) {
      yield renderLines(lines, offset);
      offset += lines.length;
      length = CHUNK_BYTES;
      silentMs = 0;
      continue;
    }
    if (!isAll) {
      length *= 2; // one line that is longer
      continue;
    }
    if (isOver) return yield renderEnd(job);
    await wait(POLL_MS);
    silentMs += POLL_MS;
    if (silentMs < HEARTBEAT_MS) continue;
    silentMs = 0;
    yield ': \n\n';
  }
}

function renderLines(bytes: Uint8Array, offset: number): string {
  let text = '';
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    const next = newline === -1 ? bytes.length : newline + 1;
    // A carriage return would end the field for the reader.
    const line = new TextDecoder().decode(bytes.subarray(start, end)).replaceAll('\r', '');
    text += `id: ${offset + next}\ndata: ${line}\n\n`;
    start = next;
  }
  return text;
}

function renderEnd(job: RetrainJob | undefined): string {
  const { state = 'unknown', decision = null, production = null } = job ?? {};
  return `event: end\ndata: ${JSON.stringify({ state, decision, production })}\n\n`;
}
