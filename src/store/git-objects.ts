/**
 * Objects of a git repository, read through one `git cat-file --batch`: a process a command, not a process a file.
 *
 * Knows commits, trees and blobs, and nothing of stages or locks. Never writes. Answers come in the order of the
 * questions, so any number may be asked at once. Formats: gitformat-pack, git-cat-file(1).
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

export interface GitObject {
  readonly id: string;
  readonly type: 'blob' | 'tree' | 'commit' | 'tag';
  readonly bytes: Buffer;
}

export interface GitObjects {
  /** By whatever git understands: `HEAD~2^{commit}`, a branch, an id. Undefined: there is no such object, or no git. */
  read(name: string): Promise<GitObject | undefined>;
  /** Lets the process end; nothing may be asked afterwards. */
  close(): Promise<void>;
}

/** `folder`: absolute, anywhere in the work tree. */
export function openGitObjects(folder: string): GitObjects {
  let asking: Asking | undefined;
  return {
    read(name) {
      // A line is a question; no revision has a line end in it.
      if (name === '' || /[\n\0]/.test(name)) return Promise.resolve(undefined);
      asking ??= startAsking(folder);
      return asking.ask(name);
    },
    close: async () => asking?.end(),
  };
}

interface Asking {
  readonly ask: (name: string) => Promise<GitObject | undefined>;
  readonly end: () => Promise<void>;
}

type Batch = ChildProcessByStdio<Writable, Readable, null>;

function startAsking(cwd: string): Asking {
  const child: Batch = spawn('git', ['--no-optional-locks', 'cat-file', '--batch'], {
    cwd,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const waiting: ((answer: GitObject | undefined) => void)[] = [];
  const parser = createParser((answer) => waiting.shift()?.(answer));
  let isOver = false;
  const giveUp = (): void => {
    isOver = true;
    for (const settle of waiting.splice(0)) settle(undefined);
  };
  child.stdout.on('data', parser);
  child.stdin.on('error', giveUp);
  child.on('error', giveUp).on('close', giveUp);
  return {
    ask: (name) =>
      new Promise((resolve) => {
        if (isOver) return resolve(undefined);
        waiting.push(resolve);
        child.stdin.write(`${name}\n`);
      }),
    async end() {
      if (isOver) return;
      child.stdin.end();
      await once(child, 'close');
    },
  };
}

/** `<id> <type> <size>`, a line end, the bytes, a line end; or one line that says what is wrong with the name. */
function createParser(onAnswer: (answer: GitObject | undefined) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let length = 0;
  /** Nothing can be said before so many bytes are there. */
  let wanted = 1;
  return (chunk) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length < wanted) return;
    let rest = chunks.length === 1 ? chunk : Buffer.concat(chunks, length);
    for (wanted = 1; rest.length >= wanted; ) {
      const next = takeAnswer(rest);
      if (typeof next === 'number') wanted = next;
      else {
        onAnswer(next.answer);
        rest = rest.subarray(next.length);
        wanted = 1;
      }
    }
    chunks = [rest];
    length = rest.length;
  };
}

/** A number: so many bytes must be there. */
function takeAnswer(bytes: Buffer): number | { readonly answer: GitObject | undefined; readonly length: number } {
  const end = bytes.indexOf(0x0a);
  if (end === -1) return bytes.length + 1;
  const [, id, type, size] =
    /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/.exec(bytes.toString('latin1', 0, end)) ?? [];
  if (id === undefined || !isType(type)) return { answer: undefined, length: end + 1 };
  const total = end + 1 + Number(size) + 1;
  if (bytes.length < total) return total;
  // A copy: what is left of a large chunk must not keep it alive.
  return { answer: { id, type, bytes: Buffer.from(bytes.subarray(end + 1, total - 1)) }, length: total };
}

const isType = (type: string | undefined): type is GitObject['type'] =>
  type === 'blob' || type === 'tree' || type === 'commit' || type === 'tag';
