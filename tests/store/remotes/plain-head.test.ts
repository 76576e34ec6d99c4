/** What the reader of answers over plain connections takes, and all it leaves to others. */
import { expect, test } from 'vitest';
import { parseAnswerHead } from '../../../src/store/remotes/plain-head.ts';
import { fc } from '../../support/properties.ts';

const head = (...lines: readonly string[]) => lines.join('\r\n');
const GET = { hasBody: true };
const HEAD = { hasBody: false };

test('a status, headers by their names in lower case, and a length', () => {
  const text = head('HTTP/1.1 206 Partial Content', 'ETag:"a b"  ', 'Content-Length: 12', 'X-Amz-Id:\tä ');
  const { headers, ...rest } = parseAnswerHead(text, GET) ?? expect.unreachable();
  expect(rest).toEqual({ status: 206, length: 12, staysOpen: true });
  expect({ ...headers }).toEqual({ etag: '"a b"', 'content-length': '12', 'x-amz-id': 'ä' });
});

test.each([
  ['close', false],
  ['Close', false],
  ['keep-alive, close', false],
  ['keep-alive', true],
  ['closed', true],
])('connection: %s', (value, staysOpen) => {
  const text = head('HTTP/1.1 200', 'content-length: 0', `connection: ${value}`);
  expect(parseAnswerHead(text, GET)).toMatchObject({ status: 200, staysOpen });
});

test('the first of a header that comes twice counts', () => {
  const text = head('HTTP/1.1 200 OK', 'content-length: 0', 'etag: a', 'ETag: b', '__proto__: c');
  expect(parseAnswerHead(text, GET)?.headers['etag']).toBe('a');
});

test.each([
  ['no length', head('HTTP/1.1 200 OK')],
  ['two lengths', head('HTTP/1.1 200 OK', 'content-length: 1', 'content-length: 2')],
  ['one length twice', head('HTTP/1.1 200 OK', 'content-length: 1', 'Content-Length: 1')],
  ['two lengths on one line', head('HTTP/1.1 200 OK', 'content-length: 1, 1')],
  ['a length below zero', head('HTTP/1.1 200 OK', 'content-length: -1')],
  ['a length with a sign', head('HTTP/1.1 200 OK', 'content-length: +1')],
  ['a length in hexadecimal', head('HTTP/1.1 200 OK', 'content-length: 0x10')],
  ['a fraction', head('HTTP/1.1 200 OK', 'content-length: 1.5')],
  ['an empty length', head('HTTP/1.1 200 OK', 'content-length:')],
  ['a length that no number holds', head('HTTP/1.1 200 OK', 'content-length: 99999999999999999999')],
  ['chunks', head('HTTP/1.1 200 OK', 'transfer-encoding: chunked')],
  ['chunks and a length', head('HTTP/1.1 200 OK', 'content-length: 5', 'transfer-encoding: chunked')],
  ['an upgrade', head('HTTP/1.1 200 OK', 'content-length: 0', 'upgrade: h2c')],
  ['100 Continue', head('HTTP/1.1 100 Continue', 'content-length: 0')],
  ['an answer without a body', head('HTTP/1.1 204 No Content', 'content-length: 3')],
  ['not modified', head('HTTP/1.1 304 Not Modified', 'content-length: 3')],
  ['HTTP/1.0', head('HTTP/1.0 200 OK', 'content-length: 0')],
  ['HTTP/2', head('HTTP/2 200', 'content-length: 0')],
  ['a status of two digits', head('HTTP/1.1 20 OK', 'content-length: 0')],
  ['a status that is none', head('HTTP/1.1 999 OK', 'content-length: 0')],
  ['no HTTP', head('SSH-2.0-OpenSSH_9.2')],
  ['nothing', ''],
  ['a space before the colon', head('HTTP/1.1 200 OK', 'content-length : 1')],
  ['a folded line', head('HTTP/1.1 200 OK', 'content-length: 1', ' 2')],
  ['a line without a colon', head('HTTP/1.1 200 OK', 'content-length: 1', 'etag')],
  ['a header without a name', head('HTTP/1.1 200 OK', 'content-length: 1', ': a')],
  ['a bare line feed', head('HTTP/1.1 200 OK', 'content-length: 1', 'a: b\nc: d')],
  ['a bare carriage return', head('HTTP/1.1 200 OK', 'content-length: 1', 'a: b\rc')],
  ['a zero byte', head('HTTP/1.1 200 OK', 'content-length: 1', 'a: \0')],
  ['an empty line first', head('', 'HTTP/1.1 200 OK', 'content-length: 1')],
])('left to others: %s', (_, text) => {
  expect(parseAnswerHead(text, GET)).toBeUndefined();
});

test.each([
  ['no length', head('HTTP/1.1 404 Not Found')],
  ['the length of what a GET would bring', head('HTTP/1.1 200 OK', 'content-length: 5')],
  ['chunks of what a GET would bring', head('HTTP/1.1 200 OK', 'transfer-encoding: chunked')],
  ['no content', head('HTTP/1.1 204 No Content')],
])('the answer to a HEAD ends with its head: %s', (_, text) => {
  expect(parseAnswerHead(text, HEAD)).toMatchObject({ length: 0 });
});

test('whatever comes, it is left to others or has a length that is a number of bytes', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom('content-length: 1', 'Content-Length:2', 'transfer-encoding: chunked', 'a: b', ''),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const read = parseAnswerHead(head('HTTP/1.1 200 OK', ...lines), GET);
      expect(read === undefined || Number.isSafeInteger(read.length)).toBe(true);
    }),
  );
});
