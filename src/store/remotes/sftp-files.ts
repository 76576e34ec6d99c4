/**
 * Files on the other side of an SFTP session, as few requests as it takes. Answers are values; what a server
 * refuses is said in its own words.
 */
import { err, ok } from '../../lib/result.ts';
import type { Range, Remoted, RemoteProblem } from './remote.ts';
import { type SftpReply, type SftpSession, text, textAt, u32, u64 } from './sftp-session.ts';

const TYPE = {
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  stat: 17,
  rename: 18,
  extended: 200,
};
const REPLY = { status: 101, handle: 102, data: 103, name: 104, attributes: 105 };
const STATUS = { ok: 0, end: 1, absent: 2, denied: 3 };
const OPEN = { read: 1, write: 2, create: 8, exclusive: 32 };
/** What every server takes in one request. */
const CHUNK = 32 * 1024;
/** Requests on their way at a time. */
const WINDOW = 64;

export interface Stat {
  readonly size: number;
  readonly mtimeMs: number;
}

/** Undefined: not there. */
export async function statFile(session: SftpSession, path: string): Promise<Remoted<Stat | undefined>> {
  const reply = await session.request(TYPE.stat, text(path));
  if (!reply.ok) return reply;
  return reply.value.type === REPLY.attributes ? ok(attributesAt(reply.value.payload, 0).stat) : ifAbsent(reply.value);
}

/** Exactly these bytes; fewer are 'damaged'. */
export async function readRange(
  session: SftpSession,
  path: string,
  { start, end }: Range,
): Promise<Remoted<Buffer | undefined>> {
  const opened = await openFile(session, path, OPEN.read);
  if (!opened.ok || opened.value === undefined) return opened.ok ? ok(undefined) : opened;
  const handle = opened.value;
  const bytes = Buffer.allocUnsafe(end - start);
  const offsets = Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, index) => index * CHUNK);
  const done = await windowed(offsets, async (from) => {
    for (let at = from; at < Math.min(from + CHUNK, bytes.length); ) {
      const wanted = Math.min(from + CHUNK, bytes.length) - at;
      const reply = await session.request(TYPE.read, Buffer.concat([text(handle), u64(start + at), u32(wanted)]));
      if (!reply.ok) return reply;
      if (reply.value.type !== REPLY.data) return err(isEnd(reply.value) ? SHORT : refusal(reply.value));
      at += textAt(reply.value.payload, 0).copy(bytes, at);
    }
    return ok(undefined);
  });
  await closeFile(session, handle);
  return done.ok ? ok(bytes) : done;
}

const SHORT: RemoteProblem = { kind: 'damaged', problem: 'an object there is shorter than it should be' };

/** Into a new file, on the disk afterwards where the server can promise that. */
export async function writeFile(
  session: SftpSession,
  path: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<Remoted<void>> {
  const opened = await openNew(session, path);
  if (!opened.ok) return opened;
  const handle = opened.value;
  let at = 0;
  for await (const piece of pieces) {
    const from = at;
    const offsets = Array.from({ length: Math.ceil(piece.length / CHUNK) }, (_, index) => index * CHUNK);
    const written = await windowed(offsets, async (offset) => {
      const chunk = Buffer.from(piece.subarray(offset, offset + CHUNK));
      return await expectOk(session, TYPE.write, Buffer.concat([text(handle), u64(from + offset), text(chunk)]));
    });
    if (!written.ok) return written;
    at += piece.length;
  }
  if (session.extensions.has('fsync@openssh.com')) {
    const synced = await extended(session, 'fsync@openssh.com', text(handle));
    if (!synced.ok) return synced;
  }
  return await closeFile(session, handle);
}

/** Over whatever stands there, where the server can do that. */
export function renameOver(session: SftpSession, from: string, to: string): Promise<Remoted<void>> {
  const payload = Buffer.concat([text(from), text(to)]);
  return session.extensions.has('posix-rename@openssh.com')
    ? extended(session, 'posix-rename@openssh.com', payload)
    : expectOk(session, TYPE.rename, payload);
}

/** Only where nothing stands. A plain rename of version 3 fails where something does, too. */
export function linkNew(session: SftpSession, from: string, to: string): Promise<Remoted<void>> {
  const payload = Buffer.concat([text(from), text(to)]);
  return session.extensions.has('hardlink@openssh.com')
    ? extended(session, 'hardlink@openssh.com', payload)
    : expectOk(session, TYPE.rename, payload);
}

export async function removeFile(session: SftpSession, path: string): Promise<Remoted<void>> {
  const reply = await session.request(TYPE.remove, text(path));
  if (!reply.ok) return reply;
  const removed = ifAbsent(reply.value);
  return removed.ok || statusOf(reply.value) === STATUS.ok ? ok(undefined) : removed;
}

/** With those around it. That one is there already is told apart by looking. */
async function makeFolder(session: SftpSession, path: string): Promise<Remoted<void>> {
  const there = await statFile(session, path);
  if (!there.ok || there.value !== undefined) return there.ok ? ok(undefined) : there;
  const around = path.slice(0, path.lastIndexOf('/'));
  const made = around === '' ? ok(undefined) : await makeFolder(session, around);
  if (!made.ok) return made;
  const reply = await expectOk(session, TYPE.mkdir, Buffer.concat([text(path), u32(0)]));
  if (reply.ok) return reply;
  const meanwhile = await statFile(session, path);
  return meanwhile.ok && meanwhile.value !== undefined ? ok(undefined) : reply;
}

export interface Entry extends Stat {
  readonly name: string;
}

/** Names with what is known of them; none when there is no such folder. */
export async function listFolder(session: SftpSession, path: string): Promise<Remoted<readonly Entry[]>> {
  const opened = await session.request(TYPE.opendir, text(path));
  if (!opened.ok) return opened;
  if (opened.value.type !== REPLY.handle) {
    const absent = ifAbsent(opened.value);
    return absent.ok ? ok([]) : absent;
  }
  const handle = Buffer.from(textAt(opened.value.payload, 0));
  const entries: Entry[] = [];
  for (;;) {
    const reply = await session.request(TYPE.readdir, text(handle));
    if (!reply.ok) return reply;
    if (reply.value.type !== REPLY.name) break;
    entries.push(...namesIn(reply.value.payload));
  }
  const closed = await closeFile(session, handle);
  return closed.ok ? ok(entries.filter(({ name }) => name !== '.' && name !== '..')) : closed;
}

async function openNew(session: SftpSession, path: string): Promise<Remoted<Buffer>> {
  const flags = OPEN.write | OPEN.create | OPEN.exclusive;
  const first = await openFile(session, path, flags);
  if (!first.ok || first.value !== undefined) return first.ok ? ok(first.value ?? Buffer.alloc(0)) : first;
  const made = await makeFolder(session, path.slice(0, path.lastIndexOf('/')));
  if (!made.ok) return made;
  const second = await openFile(session, path, flags);
  if (!second.ok) return second;
  return second.value === undefined ? err({ kind: 'refused', problem: `${path} cannot be made` }) : ok(second.value);
}

async function openFile(session: SftpSession, path: string, flags: number): Promise<Remoted<Buffer | undefined>> {
  const reply = await session.request(TYPE.open, Buffer.concat([text(path), u32(flags), u32(0)]));
  if (!reply.ok) return reply;
  return reply.value.type === REPLY.handle ? ok(Buffer.from(textAt(reply.value.payload, 0))) : ifAbsent(reply.value);
}

const closeFile = (session: SftpSession, handle: Buffer): Promise<Remoted<void>> =>
  expectOk(session, TYPE.close, text(handle));

const extended = (session: SftpSession, name: string, payload: Buffer): Promise<Remoted<void>> =>
  expectOk(session, TYPE.extended, Buffer.concat([text(name), payload]));

async function expectOk(session: SftpSession, type: number, payload: Buffer): Promise<Remoted<void>> {
  const reply = await session.request(type, payload);
  if (!reply.ok) return reply;
  return statusOf(reply.value) === STATUS.ok ? ok(undefined) : err(refusal(reply.value));
}

/** The first failure; what was begun is waited for. */
async function windowed(
  offsets: readonly number[],
  act: (offset: number) => Promise<Remoted<void>>,
): Promise<Remoted<void>> {
  let failed: Remoted<void> = ok(undefined);
  const rest = offsets.values();
  const work = async (): Promise<void> => {
    for (const offset of rest) {
      if (!failed.ok) return;
      const done = await act(offset);
      if (!done.ok) failed = done;
    }
  };
  await Promise.all(Array.from({ length: Math.min(WINDOW, offsets.length) }, work));
  return failed;
}

const statusOf = ({ type, payload }: SftpReply): number | undefined =>
  type === REPLY.status ? payload.readUInt32BE(0) : undefined;
const isEnd = (reply: SftpReply): boolean => statusOf(reply) === STATUS.end;
const ifAbsent = (reply: SftpReply): Remoted<undefined> =>
  statusOf(reply) === STATUS.absent ? ok(undefined) : err(refusal(reply));

function refusal(reply: SftpReply): RemoteProblem {
  const status = statusOf(reply);
  const said = status === undefined || reply.payload.length < 8 ? '' : textAt(reply.payload, 4).toString('utf8');
  const problem = `the server answers ${said === '' ? `with status ${status ?? 'none'}` : `"${said}"`}`;
  return { kind: 'refused', problem, ...(status === STATUS.denied && { hint: 'check who may write there' }) };
}

function attributesAt(payload: Buffer, start: number): { readonly stat: Stat; readonly end: number } {
  const flags = payload.readUInt32BE(start);
  let at = start + 4;
  const size = (flags & 1) === 0 ? 0 : Number(payload.readBigUInt64BE(at));
  at += ((flags & 1) === 0 ? 0 : 8) + ((flags & 2) === 0 ? 0 : 8) + ((flags & 4) === 0 ? 0 : 4);
  const mtimeMs = (flags & 8) === 0 ? 0 : payload.readUInt32BE(at + 4) * 1000;
  return { stat: { size, mtimeMs }, end: at + ((flags & 8) === 0 ? 0 : 8) };
}

function namesIn(payload: Buffer): readonly Entry[] {
  const entries: Entry[] = [];
  let at = 4;
  for (let left = payload.readUInt32BE(0); left > 0; left -= 1) {
    const name = textAt(payload, at);
    at += 4 + name.length;
    at += 4 + textAt(payload, at).length;
    const { stat, end } = attributesAt(payload, at);
    at = end;
    entries.push({ name: name.toString('utf8'), ...stat });
  }
  return entries;
}
