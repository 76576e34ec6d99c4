/** pipeline.yaml in an editor: a real YAML language server with the schema that the package ships. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const SERVER = join(
  createRequire(import.meta.url).resolve('yaml-language-server/package.json'),
  '../bin/yaml-language-server',
);
const SCHEMA = pathToFileURL(join(ROOT, 'schema/pipeline.schema.json')).href;
const DOCUMENT = 'file:///project/pipeline.yaml';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly items?: readonly unknown[]; readonly diagnostics?: readonly Diagnostic[] };
  readonly result?: unknown;
}

interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

/** The little of the protocol that an editor speaks when it opens one file (Language Server Protocol 3.17). */
class Editor {
  readonly #server: ChildProcess;
  readonly #waiting: { readonly isIt: (message: Message) => boolean; readonly found: (message: Message) => void }[] =
    [];
  #received = Buffer.alloc(0);
  #lastId = 0;

  constructor() {
    this.#server = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#server.stdout?.on('data', (part: Buffer) => this.#receive(part));
    onTestFinished(() => void this.#server.kill());
  }

  async open(text: string): Promise<void> {
    await this.ask('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
    this.#send({ method: 'initialized', params: {} });
    const textDocument = { uri: DOCUMENT, languageId: 'yaml', version: 1, text };
    this.#send({ method: 'textDocument/didOpen', params: { textDocument } });
  }

  ask(method: string, params: unknown): Promise<Message> {
    const id = ++this.#lastId;
    const answer = this.next((message) => message.id === id && message.method === undefined);
    this.#send({ id, method, params });
    return answer;
  }

  next(isIt: (message: Message) => boolean): Promise<Message> {
    return new Promise((found) => this.#waiting.push({ isIt, found }));
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#server.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #receive(part: Buffer): void {
    this.#received = Buffer.concat([this.#received, part]);
    for (;;) {
      const head = this.#received.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/i.exec(this.#received.subarray(0, head).toString())?.[1]);
      if (head < 0 || this.#received.length < head + 4 + length) return;
      const message: Message = JSON.parse(this.#received.subarray(head + 4, head + 4 + length).toString());
      this.#received = this.#received.subarray(head + 4 + length);
      this.#take(message);
    }
  }

  #take(message: Message): void {
    // The server asks for the editor's settings, section by section; there are none but its own defaults.
    if (message.id !== undefined && message.method !== undefined)
      this.#send({ id: message.id, result: message.params?.items?.map(() => null) ?? null });
    const index = this.#waiting.findIndex(({ isIt }) => isIt(message));
    if (index >= 0) this.#waiting.splice(index, 1)[0]?.found(message);
  }
}

const withSchema = (text: string): string => `# yaml-language-server: $schema=${SCHEMA}\n${text}`;

const isDiagnosis = ({ method }: Message): boolean => method === 'textDocument/publishDiagnostics';

test('an editor marks a key that does not exist and a value of the wrong type, where they stand', async () => {
  const editor = new Editor();
  const diagnosis = editor.next((message) => isDiagnosis(message) && (message.params?.diagnostics?.length ?? 0) > 0);
  await editor.open(withSchema('stages:\n  train:\n    cmd: echo\n    dep: [a.txt]\n    retries: many\n'));
  const { params } = await diagnosis;
  const marks = params?.diagnostics?.map(({ message, range }) => [range.start.line, message]) ?? [];
  expect(marks).toContainEqual([4, expect.stringMatching(/dep is not allowed/)]);
  expect(marks).toContainEqual([5, expect.stringMatching(/Incorrect type/)]);
});

test('an editor finds nothing to mark in this project’s own pipeline', async () => {
  const editor = new Editor();
  const diagnosis = editor.next(isDiagnosis);
  await editor.open(withSchema(readFileSync(join(ROOT, 'pipeline.yaml'), 'utf8')));
  expect((await diagnosis).params?.diagnostics).toEqual([]);
});

test('an editor completes the keys of a stage', async () => {
  const editor = new Editor();
  await editor.open(withSchema('stages:\n  train:\n    cmd: echo\n    \n'));
  const position = { line: 4, character: 4 };
  const { result } = await editor.ask('textDocument/completion', { textDocument: { uri: DOCUMENT }, position });
  const labels = Object(result).items.map(({ label }: { readonly label: string }) => label);
  expect(labels).toEqual(expect.arrayContaining(['outs', 'params', 'always_changed', 'timeout', 'isolated']));
});
