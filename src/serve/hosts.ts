/**
 * Which Host headers are answered. A daemon on loopback answers loopback names only, so that a page
 * on the web cannot reach it under a name of its own (DNS rebinding). Pure.
 */
export interface HostRule {
  /** The address listened on. */
  readonly bind: string;
  /** Names given by the user; empty: whatever the bind allows. */
  readonly allowed: readonly string[];
}

export function createHostRule({ bind, allowed }: HostRule): (host: string) => boolean {
  const names = new Set(allowed.map((name) => name.toLowerCase()));
  const onlyLoopback = isLoopback(bind);
  const isAllowed = (host: string): boolean => {
    const name = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase();
    if (name === undefined) return false;
    if (names.has(name)) return true;
    return onlyLoopback ? isLoopback(name) : names.size === 0;
  };
  // Nearly every request names the Host of the one before it.
  let allowedBefore: string | undefined;
  return (host) => {
    if (host === allowedBefore) return true;
    if (!isAllowed(host)) return false;
    allowedBefore = host;
    return true;
  };
}

export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}
