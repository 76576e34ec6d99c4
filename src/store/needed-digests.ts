/**
 * Every digest that a checkout may still need, read from text: whatever stands in its lock files and its
 * models' cards is needed, whether or not that file can be believed. Too much is kept rather than too little.
 */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ifThere } from './read-if-there.ts';

const DIGEST = /\b[0-9a-f]{64}\b/g;

export interface CheckoutFiles {
  /** Absolute. */
  readonly root: string;
  /** Root-relative folders of models' registries. */
  readonly registries: readonly string[];
}

export function neededDigests({ root, registries }: CheckoutFiles): ReadonlySet<string> {
  const needed = new Set<string>();
  for (const folder of ['locks', ...registries]) {
    for (const file of jsonFilesIn(join(root, folder))) addDigestsIn(readFileSync(file, 'utf8'), needed);
  }
  return needed;
}

export function addDigestsIn(text: string, needed: Set<string>): void {
  for (const [digest] of text.matchAll(DIGEST)) needed.add(digest);
}

function* jsonFilesIn(folder: string): Generator<string> {
  for (const entry of ifThere(() => readdirSync(folder, { withFileTypes: true })) ?? []) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* jsonFilesIn(path);
    // A model's own file may be large, and names nothing that the cache keeps.
    else if (entry.isFile() && entry.name.endsWith('.json') && lstatSync(path).size < MAX_BYTES) yield path;
  }
}

const MAX_BYTES = 16 * 1024 * 1024;
