/** Requests as bytes: what two readers could understand differently, and bodies in every kind of chunk. */
import { FEATURES } from './rig.ts';

export const BODY = JSON.stringify({ features: FEATURES });
export const SIZE = BODY.length.toString(16);
export const CLOSE = 'Connection: close\r\n';
export const LENGTH = `Content-Length: ${BODY.length}\r\n`;
export const CHUNKED = 'Transfer-Encoding: chunked\r\n';

/** `auth`: the header's line. */
export const predictWith =
  (auth: string) =>
  (headers: string, body = ''): string =>
    `POST /predict HTTP/1.1\r\nHost: localhost\r\n${auth}Content-Type: application/json\r\n${headers}\r\n${body}`;

export const get = (path: string, headers = CLOSE): string =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;

type Predict = ReturnType<typeof predictWith>;

export const AMBIGUOUS: readonly (readonly [what: string, text: (predict: Predict) => string])[] = [
  ['Content-Length and Transfer-Encoding', (predict) => predict(`Content-Length: 5\r\n${CHUNKED}`, '0\r\n\r\n')],
  ['Transfer-Encoding and Content-Length', (predict) => predict(`${CHUNKED}Content-Length: 5\r\n`, '0\r\n\r\n')],
  ['two lengths', (predict) => predict(`${LENGTH}Content-Length: 6\r\n`, BODY)],
  ['one length twice', (predict) => predict(`${LENGTH}${LENGTH}`, BODY)],
  ['a list of lengths', (predict) => predict('Content-Length: 5, 5\r\n', 'aaaaa')],
  ['a length with a sign', (predict) => predict('Content-Length: +5\r\n', 'aaaaa')],
  ['a negative length', (predict) => predict('Content-Length: -1\r\n')],
  ['a length in hexadecimal', (predict) => predict('Content-Length: 0x5\r\n', 'aaaaa')],
  ['an encoding after chunked', (predict) => predict('Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n')],
  ['an encoding before chunked', (predict) => predict('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n')],
  ['chunks of chunks', (predict) => predict(CHUNKED + CHUNKED, '0\r\n\r\n')],
  ['HTTP/2.0', () => get('/health').replace('HTTP/1.1', 'HTTP/2.0')],
  ['HTTP/0.9 with headers', () => get('/health').replace('HTTP/1.1', 'HTTP/0.9')],
  ['an encoding nobody knows', (predict) => predict('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n')],
  ['a tab in the encoding', (predict) => predict('Transfer-Encoding: \x0bchunked\r\n', '0\r\n\r\n')],
  ['chunks in HTTP/1.0', (predict) => predict(CHUNKED, '0\r\n\r\n').replace('HTTP/1.1', 'HTTP/1.0')],
  ['a folded header', (predict) => predict(`X-A: b\r\n c\r\n${LENGTH}`, BODY)],
  ['a bare line feed between headers', () => get('/health', 'X: y\nConnection: close\r\n')],
  ['bare line feeds throughout', () => get('/health').replaceAll('\r\n', '\n')],
  ['a bare carriage return', () => get('/health', 'X: y\rZ: w\r\n')],
  ['a space before the colon', () => get('/health', 'X : y\r\n')],
  ['a header without a name', () => get('/health', ': y\r\n')],
  ['a NUL in a header', () => get('/health', 'X: a\0b\r\n')],
  ['a chunk that is no number', (predict) => predict(CHUNKED, `zz\r\n${BODY}\r\n0\r\n\r\n`)],
  ['a chunk that ends in a line feed', (predict) => predict(CHUNKED, `${SIZE}\n${BODY}\n0\n\n`)],
  ['a chunk longer than it says', (predict) => predict(CHUNKED, `5\r\n${BODY}\r\n0\r\n\r\n`)],
  [
    'a chunk extension of 20 KB',
    (predict) => predict(CHUNKED, `${SIZE};a=${'b'.repeat(20_000)}\r\n${BODY}\r\n0\r\n\r\n`),
  ],
  ['bytes behind the body', (predict) => predict('Content-Length: 3\r\n', BODY)],
  ['another host in the target', () => get('http://evil.example/health')],
  ['two hosts', () => get('/health', 'Host: localhost\r\n')],
  ['no host', () => 'GET / HTTP/1.1\r\n\r\n'],
];

export const CHUNKS: readonly (readonly [how: string, body: string])[] = [
  ['with a chunk extension', `${SIZE};a=b\r\n${BODY}\r\n0\r\n\r\n`],
  ['with a trailer', `${SIZE}\r\n${BODY}\r\n0\r\nX-Role: admin\r\n\r\n`],
  [
    'of one byte each',
    `${Array.from(BODY)
      .map((byte) => `1\r\n${byte}\r\n`)
      .join('')}0\r\n\r\n`,
  ],
];
