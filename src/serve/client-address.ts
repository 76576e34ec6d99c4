/**
 * Who is calling: the address of the socket, or what a proxy that is trusted says of it. Pure.
 *
 * Invariant: a header is believed only as far as trusted proxies vouch for it, so nobody can choose the
 * address by which he is counted.
 */
import { isIP, type BlockList } from 'node:net';

export interface Connection {
  /** Of the socket; undefined: there is none, as in tests. */
  readonly remote: string | undefined;
  readonly forwardedFor: () => string | null;
}

export function createAddressOf(trusted: BlockList): (connection: Connection) => string {
  const trustsNobody = trusted.rules.length === 0;
  const isTrusted = (address: string): boolean => {
    const version = isIP(address);
    return version !== 0 && trusted.check(address, version === 4 ? 'ipv4' : 'ipv6');
  };
  return ({ remote, forwardedFor }) => {
    const socket = plain(remote ?? 'local');
    if (trustsNobody || !isTrusted(socket)) return socket;
    // Each proxy adds on the right whom it saw: the first from there that is none of ours is the caller.
    const seen = (forwardedFor() ?? '').split(',').map((address) => plain(address.trim()));
    let caller = socket;
    for (const address of seen.reverse()) {
      if (isIP(address) === 0) break;
      caller = address;
      if (!isTrusted(address)) break;
    }
    return caller;
  };
}

const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');
