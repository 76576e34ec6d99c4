/**
 * Names of files and folders made from names of stages and from paths: bytes that some filesystem might
 * fold or refuse are percent-encoded, so that two stages never share a file, on any disk.
 */
import { PIPELINE_FILE, splitStageName } from './stage-name.ts';

/** Of a stage's file below locks/, without its suffix, in the folder of its pipeline: `models/a/train`. */
export function stageLockName(stage: string): string {
  const { folder, local } = splitStageName(stage);
  if (folder === '.') return lockName(local);
  const folders = folder.split('/').map(folderName);
  return [...folders, lockName(local)].join('/');
}

/** The stage a file below locks/ belongs to. */
export function stageOfLockName(name: string): string | undefined {
  const parts = name.split('/').map(decode);
  const local = parts.pop();
  if (local === undefined || parts.includes(undefined)) return undefined;
  return parts.length === 0 ? local : `${parts.join('/')}/${PIPELINE_FILE}:${local}`;
}

export function lockName(name: string): string {
  if (PLAIN.test(name)) return name;
  return [...new TextEncoder().encode(name)]
    .map((byte) => (/[a-z0-9._@-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : encode(byte)))
    .join('');
}

/** Nearly all names: nothing to encode. */
const PLAIN = /^[a-z0-9._@-]*$/;

/** locks/sources/ belongs to the sources, and `x.json` to the stage x. */
function folderName(folder: string, depth: number): string {
  const name = lockName(folder).replace(/\.json$/, '%2Ejson');
  return depth === 0 && name === 'sources' ? '%73ources' : name;
}

const encode = (byte: number) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;

function decode(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}
