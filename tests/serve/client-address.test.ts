import { BlockList } from 'node:net';
import { expect, test } from 'vitest';
import { createAddressOf } from '../../src/serve/client-address.ts';

const trusted = new BlockList();
trusted.addAddress('127.0.0.1');
trusted.addSubnet('10.0.0.0', 8);

test.each([
  ['nobody trusted', [], '127.0.0.1', '203.0.113.7', '127.0.0.1'],
  ['a stranger that claims to be another', trusted, '198.51.100.1', '203.0.113.7', '198.51.100.1'],
  ['a proxy of ours', trusted, '127.0.0.1', '203.0.113.7', '203.0.113.7'],
  ['two proxies of ours', trusted, '127.0.0.1', '203.0.113.7, 10.1.2.3', '203.0.113.7'],
  ['a caller that sent a header himself', trusted, '127.0.0.1', '192.0.2.66, 203.0.113.7', '203.0.113.7'],
  ['a proxy that says nothing', trusted, '127.0.0.1', null, '127.0.0.1'],
  ['a proxy that says nonsense', trusted, '127.0.0.1', 'unknown', '127.0.0.1'],
  ['an IPv4 address as IPv6 writes it', trusted, '::ffff:127.0.0.1', '::ffff:203.0.113.7', '203.0.113.7'],
  ['an IPv6 caller', trusted, '10.0.0.1', '2001:db8::1', '2001:db8::1'],
])('%s', (_, list, remote, header, address) => {
  const addressOf = createAddressOf(list instanceof BlockList ? list : new BlockList());
  expect(addressOf({ remote, forwardedFor: () => header })).toBe(address);
});
