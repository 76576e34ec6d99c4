/**
 * Where an S3 remote is and who we are for it: from its settings, then from AWS's own variables, then from
 * the chain of AWS (profiles, SSO, containers, instances), which is loaded only when it comes to that.
 */
import type { RemoteSettings } from '../../core/remote-settings.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import type { RemoteProblem } from './remote.ts';
import { type Credentials, encodeSegment } from './s3-signature.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface S3Place {
  readonly bucket: string;
  /** With a slash at its end, or empty. */
  readonly prefix: string;
  readonly region: string;
  /** Of a key of ours; of the bucket for an empty one. */
  readonly urlOf: (key: string, query?: string) => URL;
}

export function placeOf(settings: RemoteSettings, env: Environment): Result<S3Place, RemoteProblem> {
  const [, bucket = '', path = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(settings.url) ?? [];
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(bucket))
    return err({ kind: 'refused', problem: `${settings.url} names no bucket`, hint: 'write s3://bucket/prefix' });
  const prefix = path.replace(/\/+$/, '') === '' ? '' : `${path.replace(/\/+$/, '')}/`;
  const region = settings.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  const endpoint = settings.endpoint ?? env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'];
  const base = URL.parse(endpoint ?? `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`);
  if (base === null || !/^https?:$/.test(base.protocol))
    return err({
      kind: 'refused',
      problem: `its endpoint ${endpoint} is no URL`,
      hint: 'write http://host:port or https://host',
    });
  // A bucket with dots has no certificate; a service of one's own has seldom a name for each bucket.
  const isPathStyle = settings.path_style ?? (endpoint !== undefined || bucket.includes('.'));
  const origin = isPathStyle ? base.origin : `${base.protocol}//${bucket}.${base.host}`;
  const root = `${base.pathname.replace(/\/$/, '')}${isPathStyle ? `/${bucket}` : ''}`;
  return ok({
    bucket,
    prefix,
    region,
    urlOf: (key, query = '') => {
      const full = key === '' ? '' : `/${(prefix + key).split('/').map(encodeSegment).join('/')}`;
      return new URL(`${origin}${root}${full === '' ? '/' : full}${query}`);
    },
  });
}

/** Asked before each request: what a chain found may have run out. Undefined: sign nothing. */
export type CredentialSource = () => Promise<Result<Credentials | undefined, RemoteProblem>>;

export function createCredentialSource(settings: RemoteSettings, env: Environment): CredentialSource {
  if (settings.anonymous === true) return async () => ok(undefined);
  const given = fixedCredentials(settings, env);
  if (given !== undefined) return async () => ok(given);
  let chain: Promise<() => Promise<ChainIdentity>> | undefined;
  let known: ChainIdentity | undefined;
  return async () => {
    try {
      if (known === undefined || expiresSoon(known)) known = await (await (chain ??= loadChain(settings)))();
      return ok(known);
    } catch (error) {
      // The chain says of each of its links why it found nothing, at length; a person wants the way out.
      const problem = `no credentials for S3 were found${error instanceof Error ? ` (${firstLine(error.message)})` : ''}`;
      return err({
        kind: 'refused',
        problem,
        hint: 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or keys in .pipe/config.local.yaml',
      });
    }
  };
}

interface ChainIdentity extends Credentials {
  readonly expiration?: Date;
}

function fixedCredentials(settings: RemoteSettings, env: Environment): Credentials | undefined {
  const { access_key_id, secret_access_key, session_token } = settings;
  if (access_key_id !== undefined && secret_access_key !== undefined)
    return { accessKeyId: access_key_id, secretAccessKey: secret_access_key, sessionToken: session_token };
  const [id, secret] = [env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY']];
  if (settings.profile !== undefined || !id || !secret) return undefined;
  return { accessKeyId: id, secretAccessKey: secret, sessionToken: env['AWS_SESSION_TOKEN'] };
}

async function loadChain({ profile }: RemoteSettings): Promise<() => Promise<ChainIdentity>> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  return defaultProvider({ ...(profile !== undefined && { profile }) });
}

const SOON_MS = 5 * 60_000;
const expiresSoon = ({ expiration }: ChainIdentity): boolean =>
  expiration !== undefined && expiration.getTime() - Date.now() < SOON_MS;

const firstLine = (text: string): string => text.split('\n')[0] ?? '';
