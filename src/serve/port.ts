/** Whether an address can be listened on, and in words why not. Knows nothing of HTTP. */
import { createServer } from 'node:net';
import type { Address } from '../core/serve-config.ts';

/** Listens and stops at once. undefined: it can be had. */
export function probePort({ host, port }: Address): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host, port }, () => server.close(() => resolve(undefined)));
  });
}

/** `flag`: by which another address is given. */
export function describeListenFailure(
  { host, port, flag }: Address & { readonly flag: string },
  error: NodeJS.ErrnoException,
): string {
  if (error.code === 'EADDRINUSE') return `port ${port} on ${host} is in use; give another one with ${flag}`;
  if (error.code === 'EACCES') return `port ${port} needs more rights; give one above 1023 with ${flag}`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') return `${host} is no address of this machine`;
  return `cannot listen on ${host}:${port}: ${error.message}`;
}
