/** Which requests go over plain connections, and what came of them in the words of whoever asked. */
import { err, ok } from '../../lib/result.ts';
import { createPlainClient, type PlainClient, type PlainOptions } from './plain-client.ts';
import type { Remoted } from './remote.ts';
import { type Collected, type CollectLimits, tooLong } from './web-collect.ts';

export interface PlainClients {
  /** Undefined: it has to be asked for by other means. Rejects with what the system says. */
  ask(request: Askable, limits: CollectLimits): Promise<Remoted<Collected> | undefined>;
  close(): void;
}

export interface Askable {
  readonly method: string;
  readonly url: URL;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export function createPlainClients(options: Omit<PlainOptions, 'origin'>): PlainClients {
  const clients = new Map<string, PlainClient>();
  const clientFor = (origin: URL): PlainClient => {
    const client = clients.get(origin.host) ?? createPlainClient({ ...options, origin });
    clients.set(origin.host, client);
    return client;
  };
  return {
    ask: async ({ method, url, headers }, limits) => {
      if (url.protocol !== 'http:' || (method !== 'GET' && method !== 'HEAD')) return undefined;
      const path = `${url.pathname}${url.search}`;
      const outcome = await clientFor(url).ask({ hasBody: method === 'GET', path, headers, limits });
      if (outcome.kind === 'failed') throw outcome.error;
      if (outcome.kind === 'long') return err(tooLong(outcome.limit));
      return outcome.kind === 'answer' ? ok(outcome.answer) : undefined;
    },
    close: () => {
      for (const client of clients.values()) client.close();
    },
  };
}
