/** SHA-256 of bytes, the only digest there is. Pure: callers read the files. */
import { createHash, hash } from 'node:crypto';

/** 64 lower-case hex digits. */
export type Digest = string & { readonly __brand: 'Digest' };

/** `node:crypto`'s one-shot hash: three times faster than a Hash object on small inputs. */
export function digestOf(content: string | Uint8Array): Digest {
  return hash('sha256', content, 'hex') as Digest;
}

/** The same for content that comes in pieces. */
export function startDigest(): { update(piece: Uint8Array): void; finish(): Digest } {
  const state = createHash('sha256');
  return { update: (piece) => void state.update(piece), finish: () => state.digest('hex') as Digest };
}

export function isDigest(value: unknown): value is Digest {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}
