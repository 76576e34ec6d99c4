/**
 * A password from the person at the terminal, without showing it, or from standard input for scripts.
 * Never from an argument: those stand in the shell's history and in everybody's process list.
 */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { err, ok, type Result } from '../lib/result.ts';

/** The error says how a password can be given. */
export async function readPassword(fromStdin: boolean): Promise<Result<string, string>> {
  if (fromStdin) return ok((await readAll(process.stdin)).replace(/\r?\n$/, ''));
  if (!process.stdin.isTTY) return err('there is no terminal to ask at; use --password-stdin');
  const password = await askHidden('Password: ');
  return password === (await askHidden('Once more: ')) ? ok(password) : err('the two passwords differ');
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  // readline echoes to its output: give it one that swallows everything.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  return new Promise((resolve) => {
    terminal.question('', (answer) => {
      terminal.close();
      process.stderr.write('\n');
      resolve(answer);
    });
    terminal.on('SIGINT', () => {
      terminal.close();
      process.stderr.write('\n');
      process.kill(process.pid, 'SIGINT');
    });
  });
}
