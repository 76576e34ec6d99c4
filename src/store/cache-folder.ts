/**
 * The cache as a folder that several checkouts, and several people, may use: folders that a group may
 * write when that was asked for, and the list of its checkouts, whose needs `gc` has to keep.
 */
import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CacheConfig } from '../core/cache-config.ts';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { digestOf } from '../lib/digest.ts';
import { publishFile } from './publish.ts';
import { listIfThere, readTextIfThere } from './read-if-there.ts';

/** Set-group-id: what is made below belongs to the group of the folder, not of whoever made it. */
const SHARED_FOLDER = 0o2775;
const SHARED_FILE = 0o664;

/** With those that lead to it. */
export function makeCacheFolder(path: string, shared: boolean): void {
  if (existsSync(path)) return;
  const first = mkdirSync(path, { recursive: true });
  if (first === undefined || !shared) return;
  for (let folder = path; folder.length >= first.length; folder = dirname(folder)) chmodSync(folder, SHARED_FOLDER);
}

export const cacheFileMode = (shared: boolean): number => (shared ? SHARED_FILE : 0o644);

/** One small file a checkout; written once. */
export function registerCheckout({ dir, shared }: CacheConfig, root: string): void {
  const file = checkoutFile(dir, root);
  if (existsSync(file)) return;
  makeCacheFolder(dirname(file), shared);
  publishFile(file, `${JSON.stringify({ root })}\n`, { durable: false, mode: cacheFileMode(shared) });
}

/** Absolute roots, sorted. */
export function listCheckouts(dir: string): readonly string[] {
  return listIfThere(join(dir, 'checkouts'))
    .flatMap((name) => (name.endsWith('.json') ? (rootIn(join(dir, 'checkouts', name)) ?? []) : []))
    .sort(compareCodeUnits);
}

export function forgetCheckout(dir: string, root: string): void {
  rmSync(checkoutFile(dir, root), { force: true });
}

function rootIn(file: string): string | undefined {
  try {
    const { root }: { root?: unknown } = JSON.parse(readTextIfThere(file) ?? '{}');
    return typeof root === 'string' ? root : undefined;
  } catch {
    return undefined; // torn by a power cut: its checkout writes it again
  }
}

const checkoutFile = (dir: string, root: string): string =>
  join(dir, 'checkouts', `${digestOf(root).slice(0, 32)}.json`);
