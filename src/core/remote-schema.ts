/** The shape of `remotes:`, the same in pipeline.yaml and in the config files. Shape only: what a URL means is found out when it is opened. */
import { z } from 'zod';
import type { PartialRemote, RemoteKey, RemoteTable } from './remote-settings.ts';

const text = z.string().min(1, 'expected some text');

const keys = {
  url: text.optional().describe('s3://bucket/prefix, ssh://user@host/path, https://…, file://… or a folder'),
  endpoint: text.optional().describe('S3: URL of another service than AWS'),
  region: text.optional().describe('S3'),
  profile: text.optional().describe('S3: a profile of ~/.aws/config'),
  path_style: z.boolean().optional().describe('S3: the bucket in the path; default: true with endpoint'),
  anonymous: z.boolean().optional().describe('S3: sign nothing, for what everybody may read'),
  access_key_id: text.optional().describe('S3: in .pipe/config.local.yaml; without it the usual chain of AWS'),
  secret_access_key: text.optional().describe('S3: only in .pipe/config.local.yaml'),
  session_token: text.optional().describe('S3: only in .pipe/config.local.yaml'),
  token: text.optional().describe('HTTP: bearer token; only in .pipe/config.local.yaml'),
  user: text.optional().describe('HTTP with password; SSH'),
  password: text.optional().describe('HTTP: only in .pipe/config.local.yaml'),
  command: text
    .optional()
    .describe('SSH: what is started instead of ssh, and speaks SFTP; only in .pipe/config.local.yaml'),
  read_only: z.boolean().optional().describe('never write'),
  timeout: z.number().positive().optional().describe('seconds without a byte before a request is tried again; 60'),
} satisfies Record<RemoteKey, z.ZodType>;

const remote = z.strictObject(keys);

export const remotesSchema = z
  .record(text, z.union([text, remote], { error: 'expected a URL, or a mapping with a url' }))
  .describe('where objects and run records are kept, by name: push, pull');

export const REMOTE_KEYS: readonly string[] = Object.keys(keys);

/** A URL alone is short for a mapping with nothing else. */
export function toRemoteTable(shape: z.infer<typeof remotesSchema> | null | undefined): RemoteTable {
  const entries = Object.entries(shape ?? {}).map(([name, value]): [string, PartialRemote] => [
    name,
    typeof value === 'string' ? { url: value } : present(value),
  ]);
  return Object.fromEntries(entries);
}

function present(value: z.infer<typeof remote>): PartialRemote {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
