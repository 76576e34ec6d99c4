/** What is known of uploads in parts that were begun: one small file each under `.pipe/cache/uploads/`. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../../lib/digest.ts';
import { publishFile } from '../publish.ts';
import { readTextIfThere } from '../read-if-there.ts';
import type { UploadState, UploadStates } from './s3-multipart.ts';

/** `folder`: absolute; made when there is something to be written down. */
export function createUploadStates(folder: string): UploadStates {
  const fileOf = (target: string, digest: string) => join(folder, `${digest}.${digestOf(target).slice(0, 16)}.json`);
  return {
    read: (target, digest) => parse(readTextIfThere(fileOf(target, digest))),
    write: (target, digest, state) => publishFile(fileOf(target, digest), JSON.stringify(state), { durable: false }),
    forget: (target, digest) => rmSync(fileOf(target, digest), { force: true }),
  };
}

/** A torn file is none. */
function parse(text: string | undefined): UploadState | undefined {
  try {
    const state: Partial<UploadState> = JSON.parse(text ?? '{}');
    const { uploadId, partBytes, parts } = state;
    return uploadId === undefined || partBytes === undefined || parts === undefined
      ? undefined
      : { uploadId, partBytes, parts };
  } catch {
    return undefined;
  }
}
