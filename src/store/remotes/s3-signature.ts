/**
 * AWS Signature Version 4 for S3: the headers that make a request believed.
 * Source: "Authenticating Requests: Using the Authorization Header" of the S3 API reference.
 *
 * No request is made here. The signing key of a day is derived once and kept with the signer.
 */
import { createHmac } from 'node:crypto';
import { digestOf } from '../../lib/digest.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface Signable {
  readonly method: string;
  readonly url: URL;
  /** In lower case; all of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the body in hex, or a word such as UNSIGNED-PAYLOAD. */
  readonly payload: string;
}

export type Sign = (request: Signable, credentials: Credentials, now: Date) => Readonly<Record<string, string>>;

export function createSigner(region: string): Sign {
  let known: { readonly secret: string; readonly day: string; readonly key: Buffer } | undefined;
  const keyFor = (secret: string, day: string): Buffer => {
    if (known?.secret !== secret || known.day !== day) known = { secret, day, key: signingKey(secret, day, region) };
    return known.key;
  };
  return ({ method, url, headers, payload }, { accessKeyId, secretAccessKey, sessionToken }, now) => {
    const time = now.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
    const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
    const all: Record<string, string> = {
      ...headers,
      host: url.host,
      'x-amz-content-sha256': payload,
      'x-amz-date': time,
      ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
    };
    const names = Object.keys(all).sort();
    const canonical = [
      method,
      url.pathname,
      canonicalQuery(url),
      ...names.map((name) => `${name}:${all[name]?.trim()}`),
      '',
      names.join(';'),
      payload,
    ].join('\n');
    const text = ['AWS4-HMAC-SHA256', time, scope, digestOf(canonical)].join('\n');
    const signature = hmac(keyFor(secretAccessKey, time.slice(0, 8)), text).toString('hex');
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope},SignedHeaders=${names.join(';')},Signature=${signature}`;
    return { ...all, authorization };
  };
}

/** As S3 wants it in a path or query: everything but letters, digits and `-_.~` as %XX. */
export function encodeSegment(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function canonicalQuery(url: URL): string {
  if (url.search === '') return '';
  const pairs = [...url.searchParams].map(([name, value]) => `${encodeSegment(name)}=${encodeSegment(value)}`);
  return pairs.sort().join('&');
}

function signingKey(secret: string, day: string, region: string): Buffer {
  return ['s3', 'aws4_request'].reduce((key, part) => hmac(key, part), hmac(hmac(`AWS4${secret}`, day), region));
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
