/** What DVC says of a remote, and what pipe makes of it; no server is asked. */
import { expect, test } from 'vitest';
import { remotesIn } from '../../src/engine/migrate/remotes.ts';

const remoteOf = (values: Readonly<Record<string, string>>) => {
  const config = [{ section: 'remote', name: 'r', values: new Map(Object.entries(values)) }];
  return remotesIn({ config, shared: new Set(['r']), root: '/repo' })[0];
};

test.each([
  ['webdav://host/store', {}, 'http://host/store'],
  ['webdavs://host:8443/store', {}, 'https://host:8443/store'],
  ['WebDAVs://host/store', {}, 'https://host/store'],
  ['ssh://host/store', {}, 'ssh://host/store'],
  ['ssh://host/store', { port: '2222' }, 'ssh://host:2222/store'],
  ['ssh://me@host', { port: '2222' }, 'ssh://me@host:2222'],
  ['ssh://host:22/store', { port: '2222' }, 'ssh://host:22/store'],
  ['s3://bucket/store', { port: '2222' }, 's3://bucket/store'],
])('%s with %j is read at %s', (url, others, read) => {
  expect(remoteOf({ url, ...others })?.access).toMatchObject({
    kind: 'server',
    settings: { url: read, read_only: true },
  });
});

test('what is read over the web cannot be written to: there is no remote of pipe in its place', () => {
  expect(remoteOf({ url: 'webdavs://host/store' })?.carried).toBeUndefined();
});

test('a remote of pipe in the place of one on ssh asks at the same port', () => {
  expect(remoteOf({ url: 'ssh://host/store', port: '2222' })?.carried).toEqual({ url: 'ssh://host:2222/store/pipe' });
});
