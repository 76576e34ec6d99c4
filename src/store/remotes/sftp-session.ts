/**
 * One SFTP session (version 3, as OpenSSH speaks it) over the standard input and output of a command, many
 * requests at a time. Source: draft-ietf-secsh-filexfer-02 and OpenSSH's PROTOCOL file.
 *
 * Knows packets and nothing of files. When the command ends, whoever waits is told why.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { err, ok } from '../../lib/result.ts';
import type { Remoted, RemoteProblem } from './remote.ts';

export interface SftpSession {
  /** Names of OpenSSH's own requests that this server knows. */
  readonly extensions: ReadonlySet<string>;
  /** `payload`: what follows the id. */
  request(type: number, payload: Buffer): Promise<Remoted<SftpReply>>;
  isOpen(): boolean;
  close(): void;
}

export interface SftpReply {
  readonly type: number;
  /** After the id. */
  readonly payload: Buffer;
}

export interface SessionOptions {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Without an answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

const INIT = 1;
const VERSION = 2;
const PROTOCOL = 3;
const MAX_PACKET = 1024 * 1024;
const MAX_WORDS = 2000;

type Settle = (reply: Remoted<SftpReply>) => void;

export async function startSession({
  command: [program, ...args],
  env,
  timeoutMs,
  signal,
}: SessionOptions): Promise<Remoted<SftpSession>> {
  const child = spawn(program, args, { env: { ...env }, stdio: 'pipe', ...(signal && { signal }) });
  const waiting = new Map<number, Settle>();
  let greeted: Settle = () => undefined;
  let words = '';
  let end: RemoteProblem | undefined;
  let lastHeard = performance.now();
  const finish = (problem: RemoteProblem) => {
    end ??= signal?.aborted === true ? { kind: 'stopped', problem: 'stopped' } : problem;
    clearInterval(watch);
    greeted(err(end));
    for (const settle of waiting.values()) settle(err(end));
    waiting.clear();
    child.kill();
  };
  const watch = setInterval(() => {
    if (waiting.size > 0 && performance.now() - lastHeard > timeoutMs)
      finish({ kind: 'unreachable', problem: `no answer within ${timeoutMs / 1000} s` });
  }, 1000);
  child.stderr.on('data', (piece: Buffer) => (words = (words + piece.toString('utf8')).slice(-MAX_WORDS)));
  child.stdin.on('error', () => undefined); // its end is told by `close`
  child.on('error', (error) =>
    finish({ kind: 'refused', problem: `${program} could not be started: ${error.message}` }),
  );
  child.on('close', (code) => finish(endProblem(program, code, words)));
  const hear = ({ type, body }: Packet) => {
    lastHeard = performance.now();
    if (type === VERSION) return greeted(ok({ type, payload: body }));
    const id = body.readUInt32BE(0);
    waiting.get(id)?.(ok({ type, payload: body.subarray(4) }));
    waiting.delete(id);
  };
  child.stdout.on(
    'data',
    createFramer(hear, () => finish({ kind: 'refused', problem: 'what answers there speaks no SFTP' })),
  );

  const greeting = new Promise<Remoted<SftpReply>>((resolve) => (greeted = resolve));
  send(child, INIT, u32(PROTOCOL));
  const answered = await greeting;
  if (!answered.ok) return answered;
  let serial = 0;
  return ok({
    extensions: extensionsIn(answered.value.payload),
    request: (type, payload) => {
      if (end !== undefined) return Promise.resolve(err(end));
      serial = (serial + 1) >>> 0;
      if (waiting.size === 0) lastHeard = performance.now();
      send(child, type, Buffer.concat([u32(serial), payload]));
      return new Promise((resolve) => waiting.set(serial, resolve));
    },
    isOpen: () => end === undefined,
    close: () => finish({ kind: 'stopped', problem: 'closed' }),
  });
}

interface Packet {
  readonly type: number;
  readonly body: Buffer;
}

function createFramer(hear: (packet: Packet) => void, onNonsense: () => void): (piece: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (piece) => {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    while (rest.length >= 5) {
      const length = rest.readUInt32BE(0);
      if (length === 0 || length > MAX_PACKET) return onNonsense();
      if (rest.length < 4 + length) return;
      const packet = { type: rest.readUInt8(4), body: rest.subarray(5, 4 + length) };
      if (packet.type !== VERSION && packet.body.length < 4) return onNonsense();
      rest = rest.subarray(4 + length);
      hear(packet);
    }
  };
}

function send({ stdin }: ChildProcessWithoutNullStreams, type: number, body: Buffer): void {
  stdin.write(Buffer.concat([u32(body.length + 1), Buffer.from([type]), body]));
}

/** ssh ends with 255 for what is its own: then its last words say why. */
function endProblem(program: string, code: number | null, words: string): RemoteProblem {
  const said = words.trim().split(/\r?\n/).at(-1) ?? '';
  const problem = said === '' ? `${program} ended (exit code ${code ?? 'none'})` : said;
  const isFinal = /permission denied|host key|too many authentication|not allowed|unknown option|not found/i.test(
    words,
  );
  if (!isFinal) return { kind: 'unreachable', problem };
  return { kind: 'refused', problem, hint: 'does the same `ssh` work without a question in a terminal?' };
}

function extensionsIn(payload: Buffer): ReadonlySet<string> {
  const names = new Set<string>();
  for (let at = 4; at + 4 <= payload.length; ) {
    const name = textAt(payload, at);
    at += 4 + name.length;
    at += 4 + textAt(payload, at).length;
    names.add(name.toString('utf8'));
  }
  return names;
}

export function textAt(payload: Buffer, at: number): Buffer {
  return payload.subarray(at + 4, at + 4 + payload.readUInt32BE(at));
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

export function text(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u32(bytes.length), bytes]);
}
