/** One question over a socket, byte for byte as it is written here, and its one answer. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { parseAnswers, readAll, type RawAnswer } from './raw.ts';

export interface Question {
  /** `POST /predict`. */
  readonly line: string;
  readonly headers?: readonly string[];
  /** Characters are bytes where it is a string made of bytes; text beyond Latin-1 is for `utf8`. */
  readonly body?: string | Uint8Array;
  /** The loopback address it comes from: each has failures of its own. */
  readonly from?: string;
}

export interface Answer extends RawAnswer {
  /** Of an answer in JSON. */
  readonly json: unknown;
}

export async function ask(port: number, { line, headers = [], body, from }: Question): Promise<Answer> {
  const bytes = Buffer.from(body ?? '');
  const hasLength = headers.some((header) => /^(content-length|transfer-encoding):/i.test(header));
  const lines = [
    `${line} HTTP/1.1`,
    ...(headers.some((header) => /^host:/i.test(header)) ? [] : ['Host: localhost']),
    ...headers,
    ...(hasLength || (body === undefined && line.startsWith('GET')) ? [] : [`Content-Length: ${bytes.length}`]),
    'Connection: close',
  ];
  const socket = connect({ port, host: '127.0.0.1', ...(from === undefined ? {} : { localAddress: from }) });
  socket.on('error', () => undefined); // a reset after the answer
  await once(socket, 'connect');
  socket.write(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]));
  const text = await readAll(socket);
  const [answer] = parseAnswers(text);
  if (answer === undefined) throw new Error(`no answer to ${line}: ${text.slice(0, 100)}`);
  const isJson = answer.headers.get('content-type') === 'application/json';
  return { ...answer, json: isJson && answer.body !== '' ? JSON.parse(answer.body) : undefined };
}
